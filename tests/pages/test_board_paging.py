"""A large board a page at a time, and what of it is kept between requests."""

import gzip
import itertools
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from arena.accounts.models import User
from arena.tenancy.models import Tenant
from leaderboards import fragments, paging
from leaderboards.templatetags import kept
from tests.leaderboards import scenes
from voting.commands import NewVote, record_votes
from voting.events import VoteRecorded, Winner

pytestmark = pytest.mark.django_db
Advance = Callable[[Tenant], None]
MODELS = 120
_KEYS = re.compile(r'<tr data-key="([^"]+)"')
_NONCE = re.compile(r'nonce="([^"]+)"')


def _ring(tenant: Tenant) -> list[str]:
    """Every model beats the next one twice and loses once: all are rated, many share a tier."""
    scenes.open_text_board(tenant)
    slugs = scenes.models(tenant, *scenes.names(MODELS))
    outcomes: list[Winner] = ["model_a", "model_a", "model_b"]
    votes = [
        NewVote(
            uuid.uuid4(),
            VoteRecorded(
                board="text", model_a=one, model_b=other, winner=winner,
                voted_at=scenes.FIRST_VOTE_AT,
            ),
        )
        for one, other in itertools.pairwise(slugs)
        for winner in outcomes
    ]  # fmt: skip
    record_votes(tenant=tenant, votes=votes, actor=scenes.ACTOR)
    return slugs


@pytest.fixture
def large(tenant: Tenant, advance_all: Advance, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the models of a board of more rows than the hundred that a page has here."""
    monkeypatch.setattr(paging, "rows_a_page", lambda columns: 100)
    slugs = _ring(tenant)
    advance_all(tenant)
    return slugs


def _page(client: Client, query: str = "", board: str = "/boards/text/") -> str:
    return client.get(f"{board}{query}").content.decode()


def test_two_pages_hold_every_row_once_in_the_order_of_the_api(
    client: Client, large: list[str]
) -> None:
    first, second = _page(client), _page(client, "?page=2")
    rows: list[Any] = []
    cursor = ""
    while not rows or cursor:
        answer = client.get(f"/api/v1/boards/text/rows?limit=50{cursor}").json()
        rows += answer["items"]
        cursor = f"&cursor={answer['next']}" if answer["has_more"] else ""
    assert [*_KEYS.findall(first), *_KEYS.findall(second)] == [row["key"] for row in rows]
    assert len(_KEYS.findall(first)) == 100
    assert len(rows) == MODELS
    assert '<link rel="next" href="?page=2">' in first
    assert '<link rel="prev" href="?page=1">' in second
    assert "Rows 101 to 120 of 120" in second
    assert 'rel="next"' not in second

    # A tier that goes on is not begun again.
    starts = [page.count('class="tier-start"') for page in (first, second)]
    assert sum(starts) == len({row["tier"] for row in rows})


def test_order_and_search_go_on_over_the_pages(client: Client, large: list[str]) -> None:
    first, second = _page(client, "?sort=model"), _page(client, "?sort=model&page=2")
    assert '<link rel="next" href="?sort=model&amp;page=2">' in first
    assert _KEYS.findall(second) == [f"model:{slug}" for slug in sorted(large)[100:]]
    assert "page=2" not in _page(client, "?q=00")
    for number in ("0", "3", "two", ""):
        answer = client.get(f"/boards/text/?page={number}")
        assert answer.status_code == 400
        assert "Pages: 1 to 2." in answer.content.decode()


def test_a_vote_changes_pages_and_answers_at_once(
    client: Client, tenant: Tenant, large: list[str], advance_all: Advance
) -> None:
    paths = ("/boards/text/", "/api/v1/boards/text/rows", "/boards/text.json")
    before = [client.get(path).content for path in paths]
    assert [client.get(path).content for path in paths[1:]] == before[1:]
    scenes.vote(tenant, large[-1], large[0])
    advance_all(tenant)
    after = [client.get(path).content for path in paths]
    for old, new in zip(before, after, strict=True):
        assert old != new
    assert "358 votes" not in _words(before[0])
    assert "358 votes" in _words(after[0])


def _words(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.decode()).split())


def test_nothing_that_is_kept_knows_who_reads(client: Client, large: list[str]) -> None:
    person = User.objects.create_user(email="reader@example.org", password="a long one")
    reader = Client()
    reader.force_login(person)
    signed_in, again, stranger = _page(reader), _page(reader), _page(client)
    assert "Account" in signed_in
    assert "Sign in" in stranger
    nonces = {_NONCE.findall(page)[0] for page in (signed_in, again, stranger)}
    assert len(nonces) == 3
    held = "".join(sized.value for _, sized in kept.parts._kept.values())
    held += "".join(sized.value.html.decode() for _, sized in fragments._bodies._kept.values())
    assert "<h1>Text</h1>" in held
    assert "Model 000" in held
    for secret in (*nonces, "reader@example.org", "csrfmiddlewaretoken", "Sign in", '"/account/"'):
        assert secret not in held


def test_a_board_by_another_address_has_links_of_its_own(client: Client, large: list[str]) -> None:
    here, by_slug = _page(client), _page(client, board="/t/public/boards/text/")
    assert 'href="/models/model-000/"' in here
    assert 'href="/t/public/models/model-000/"' in by_slug
    assert 'href="/models/model-000/"' not in by_slug


def test_answers_are_packed_once_and_read_by_section_and_cursor(
    client: Client, large: list[str]
) -> None:
    for path in ("/api/v1/boards/text/rows?limit=100", "/boards/text.json"):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert packed["ETag"] == f"W/{plain['ETag']}"
        assert "Accept-Encoding" in packed["Vary"]
        headers = {"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]}
        assert client.get(path, headers=headers).status_code == 304
    path = "/api/v1/boards/text/rows?section=rated&limit=70"
    first = client.get(path).json()
    rest = client.get(f"{path}&cursor={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["has_more"]) == (70, 50, False)
    assert client.get("/api/v1/boards/text/rows?section=claims").json()["items"] == []
