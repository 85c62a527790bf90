"""The pages where a first prompt is sent: consent, limits, and no text that is lost."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from arena.tenancy.models import Tenant
from tests.pages import battle_scene as scene
from tests.pages.test_battle_pages import words
from voting import voters

AdvanceAll = Callable[[Tenant], None]
SENDING = {"board": "text", "prompt": "A prompt to keep", "hide_speed": "on"}


@pytest.fixture
def deployments(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scene.contestants(tenant)
    advance_all(tenant)
    return slugs


def test_start_page_of_an_arena_without_contestants_says_who_can_mend_it(
    client: Client, tenant: Tenant
) -> None:
    for path in ("/battle/", "/compare/", "/chat/"):
        page = words(client.get(path))
        assert "connects models and enters them" in page, path


def test_start_page_asks_for_consent_and_states_the_licence(
    client: Client, deployments: list[str]
) -> None:
    page = client.get("/battle/").content.decode()

    assert 'name="consent"' in page
    assert "Licence</b> of the votes of Text: CC-BY-4.0" in page
    assert f"Terms {voters.CONSENT_VERSION}" in page
    assert re.search(r'name="hide_speed"[^>]*checked', page)


def test_prompt_without_consent_is_refused_and_kept(client: Client, deployments: list[str]) -> None:
    response = client.post("/battle/", SENDING)

    assert response.status_code == 422
    assert "agree to what is stored and published first" in words(response)
    assert "A prompt to keep</textarea>" in response.content.decode()
    assert not any(name.startswith("arena_voter") for name in response.cookies)


def test_blank_prompt_is_refused(client: Client, deployments: list[str]) -> None:
    response = client.post("/battle/", {**SENDING, "prompt": " \n ", "consent": "on"})

    assert response.status_code == 422
    assert "The prompt is empty" in words(response)


def test_too_many_prompts_are_refused_with_the_text_kept(
    client: Client, deployments: list[str], settings: Settings
) -> None:
    settings.ARENA_RATE_BATTLES_ADDRESS = 0

    response = client.post("/battle/", {**SENDING, "consent": "on"})

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "A prompt to keep</textarea>" in response.content.decode()
    assert "0 prompts a minute are allowed" in words(response)


def test_file_that_is_no_image_is_refused_and_the_text_kept(
    client: Client, deployments: list[str]
) -> None:
    image = SimpleUploadedFile("picture.png", b"no image", content_type="image/png")
    response = client.post("/battle/", {**SENDING, "consent": "on", "image": image})

    assert response.status_code == 422
    assert "The image cannot be read" in words(response)
    assert "A prompt to keep</textarea>" in response.content.decode()


def test_model_cannot_be_compared_with_itself(client: Client, deployments: list[str]) -> None:
    sending = {"board": "text", "prompt": "Hello", "consent": "on"}
    response = client.post(
        "/compare/", {**sending, "model_a": deployments[0], "model_b": deployments[0]}
    )

    assert response.status_code == 422
    assert "Choose two different models." in words(response)
