"""Badges, frames, oEmbed and JSON-LD: small, escaped, framable only where it is meant."""

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from tests.leaderboards import scenes

HOSTILE = "</script><script>alert(1)</script>\"'&<!--"


@pytest.fixture
def league(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=30)
    advance_all(tenant)
    return slugs


def test_a_badge_is_small_kept_five_minutes_and_not_sent_twice(
    client: Client, league: list[str]
) -> None:
    for path, says in (
        ("/boards/text/badge.svg", "4 models, 90 votes"),
        (f"/models/{league[0]}/badge.svg?board=text", "±"),
    ):
        response = client.get(path)
        again = client.get(path, headers={"If-None-Match": response["ETag"]})
        picture = ElementTree.fromstring(response.content)  # noqa: S314

        assert response["Content-Type"] == "image/svg+xml"
        assert response["Cache-Control"] == "public, max-age=300"
        assert len(response.content) < 1500
        assert says in "".join(picture.itertext())
        assert "style=" not in response.content.decode()
        assert again.status_code == 304


def test_text_of_a_badge_is_escaped_and_cut(
    client: Client, tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    scenes.open_text_board(tenant)
    (slug,) = scenes.models(tenant, HOSTILE + "x" * 100)
    advance_all(tenant)
    response = client.get(f"/models/{slug}/badge.svg")
    picture = ElementTree.fromstring(response.content)  # noqa: S314

    assert b"<script" not in response.content
    texts = [element.text or "" for element in picture.iter() if element.tag.endswith("text")]
    assert texts == [(HOSTILE + "x" * 100)[:39] + "…", "not rated"]


def test_a_badge_of_what_is_not_there_is_not_there(client: Client, league: list[str]) -> None:
    for path in ("/boards/x/badge.svg", "/models/x/badge.svg"):
        assert client.get(path).status_code == 404


def test_only_the_page_for_frames_may_be_framed(client: Client, league: list[str]) -> None:
    framed = client.get("/boards/text/embed/?q=model")
    policy = framed["Content-Security-Policy"]
    page = framed.content.decode()

    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in framed
    assert "<script" not in page
    assert "<form" not in page
    assert "4 of 4 rows" in page
    for path in ("/", "/boards/text/", "/method/", f"/models/{league[0]}/", "/boards/text.json"):
        other = client.get(path)
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"


def test_a_private_arena_is_not_framed_even_by_members(
    other_tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    scenes.league(other_tenant, size=3)
    advance_all(other_tenant)
    person = User.objects.create_user("member@example.org")
    add_member(tenant=other_tenant, user=person, role=Role.MEMBER, by=None)
    member = Client()
    member.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    prefix = f"/t/{other_tenant.slug}"

    framed = member.get(f"{prefix}/boards/text/embed/")
    assert framed.status_code == 200
    assert "frame-ancestors 'none'" in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "DENY"
    url = f"http://testserver{prefix}/boards/text/"
    assert member.get(f"{prefix}/oembed", {"url": url}).status_code == 404
    assert member.get("/oembed", {"url": url}).status_code == 404
    badge = member.get(f"{prefix}/boards/text/badge.svg")
    assert badge["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("prefix", ["", "/t/public"])
def test_oembed_gives_the_frame_of_a_board(client: Client, league: list[str], prefix: str) -> None:
    url = f"http://testserver{prefix}/boards/text/?q=model&sort=votes"
    found = client.get(f"{prefix}/oembed", {"url": url, "maxwidth": "400"}).json()

    assert (found["version"], found["type"], found["width"]) == ("1.0", "rich", 400)
    source = f"http://testserver{prefix}/boards/text/embed/?q=model&amp;sort=votes"
    assert f'src="{source}"' in found["html"]
    page = client.get(f"{prefix}/boards/text/").content.decode()
    assert "application/json+oembed" in page


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("", 400),
        ("http://elsewhere.example/boards/text/", 404),
        ("http://testserver/models/model-000/", 404),
        ("http://testserver/boards/nothing/", 404),
        ("http://testserver/t/demo-private/boards/text/", 404),
        ("javascript://testserver/boards/text/", 404),
        ("http://[/boards/text/", 404),
    ],
)
def test_oembed_refuses_what_is_no_board_here(
    client: Client, league: list[str], url: str, status: int
) -> None:
    assert client.get("/oembed", {"url": url}).status_code == status


def test_oembed_refuses_sizes_and_formats_it_does_not_know(
    client: Client, league: list[str]
) -> None:
    url = "http://testserver/boards/text/"
    assert client.get("/oembed", {"url": url, "maxwidth": "-1"}).status_code == 400
    assert client.get("/oembed", {"url": url, "format": "xml"}).status_code == 501


def test_json_ld_describes_the_board_and_cannot_leave_its_script(
    client: Client, tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    from voting.commands import open_board

    open_board(
        tenant=tenant, slug="odd", name=HOSTILE, question=HOSTILE, licence="CC0-1.0",
        attribution="", actor="test",
    )  # fmt: skip
    advance_all(tenant)
    response = client.get("/boards/odd/")
    page = response.content.decode()
    scripts = re.findall(
        r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', page
    )

    ((nonce, text),) = scripts
    assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]
    data = json.loads(text)
    assert data["@type"] == "Dataset"
    assert data["name"] == HOSTILE
    assert data["license"] == "https://spdx.org/licenses/CC0-1.0"
    assert "http://testserver/boards/odd.csv" in [
        file["contentUrl"] for file in data["distribution"]
    ]
    assert "<" not in text
