"""A small file must not take the memory of the site, and no image is looked at free of charge."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from tests.pages import battle_scene as scene
from voting import images

AdvanceAll = Callable[[Tenant], None]
SENDING = {"board": "text", "prompt": "What is this?", "consent": "on"}


def flat(format: str, pixels: int) -> bytes:
    body = io.BytesIO()
    side = int(pixels**0.5) + 1
    Image.new("RGBA", (side, side), (1, 2, 3, 4)).save(body, format, lossless=True)
    return body.getvalue()


@pytest.fixture
def _contestants(tenant: Tenant, advance_all: AdvanceAll) -> None:
    scene.contestants(tenant)
    advance_all(tenant)


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_what_is_unpacked_whole_may_have_fewer_pixels(format: str) -> None:
    raw = flat(format, images.MAX_PIXELS_UNPACKED)
    assert len(raw) < 200_000

    with pytest.raises(DomainError, match="16 million pixels"):
        images.clean(raw)


@pytest.mark.usefixtures("_contestants")
def test_image_beyond_the_limit_of_prompts_is_not_even_opened(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []
    monkeypatch.setattr(images, "clean", opened.append)
    settings.ARENA_RATE_BATTLES_ADDRESS = 0

    response = client.post("/battle/", {**SENDING, "image": SimpleUploadedFile("a.png", b"png")})

    assert response.status_code == 429
    assert opened == []


@pytest.mark.usefixtures("_contestants")
def test_file_that_is_too_large_is_refused_unread(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []
    monkeypatch.setattr(images, "clean", opened.append)
    file = SimpleUploadedFile("a.png", b"\x00" * (images.MAX_BYTES + 1))

    response = client.post("/battle/", {**SENDING, "image": file})

    assert response.status_code == 422
    assert "5 MB are allowed" in response.content.decode()
    assert opened == []
