"""ETags: the same answer is not sent twice, another one always is."""

import gzip
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

import leaderboards.queries
from arena.tenancy.models import Tenant
from tests.api.conftest import Advance, Keys, bearer, post_vote

pytestmark = pytest.mark.django_db
PATHS = (
    "boards",
    "boards/text",
    "boards/text/rows",
    "boards/text/rows?limit=2",
    "models",
    "models/alpha",
    "events",
    "events/1",
    "log/head",
)


@pytest.mark.parametrize("path", PATHS)
def test_what_the_client_has_is_not_sent_again(client: Client, arena: Tenant, path: str) -> None:
    full = client.get(f"/api/v1/{path}")
    assert full["ETag"].startswith('"')
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": full["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again[name] == full[name]
    assert again["RateLimit-Remaining"]


@pytest.mark.parametrize("path", ["boards/text", "boards/text/rows", "models/alpha", "log/head"])
def test_a_vote_changes_the_version(
    client: Client, arena: Tenant, keys: Keys, advance_all: Advance, path: str
) -> None:
    before = client.get(f"/api/v1/{path}")["ETag"]
    post_vote(client, keys.vote)
    advance_all(arena)
    after = client.get(f"/api/v1/{path}", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after["ETag"] != before


def test_two_queries_are_two_versions(client: Client, arena: Tenant) -> None:
    etags = {
        client.get(f"/api/v1/boards/text/rows{query}")["ETag"]
        for query in ("", "?limit=1", "?section=rated")
    }
    assert len(etags) == 3


def test_a_304_of_rows_reads_no_rows(
    client: Client, arena: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = client.get("/api/v1/boards/text/rows")["ETag"]

    def refuse(**_: object) -> None:
        raise AssertionError("rows were read for a 304")

    monkeypatch.setattr(leaderboards.queries, "board_table", refuse)
    again = client.get("/api/v1/boards/text/rows", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_an_event_of_the_past_has_a_date(client: Client, arena: Tenant) -> None:
    """A date of whole seconds is only given once the second is over."""
    assert "Last-Modified" not in client.get("/api/v1/events/1")
    later = timezone.now() + timedelta(minutes=1)
    with patch("arena.api.conditional.timezone.now", return_value=later):
        full = client.get("/api/v1/events/1")
        again = client.get("/api/v1/events/1", headers={"If-Modified-Since": full["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["boards/text", "boards/text/rows"])
def test_a_board_has_no_date_since_its_rows_change_without_an_event(
    client: Client, arena: Tenant, path: str
) -> None:
    later = timezone.now() + timedelta(minutes=1)
    with patch("arena.api.conditional.timezone.now", return_value=later):
        full = client.get(f"/api/v1/{path}")
        again = client.get(
            f"/api/v1/{path}", headers={"If-Modified-Since": http_date(later.timestamp())}
        )
    assert "Last-Modified" not in full
    assert again.status_code == 200


def test_answers_are_compressed_on_request(client: Client, arena: Tenant) -> None:
    plain = client.get("/api/v1/events", {"limit": 200})
    packed = client.get("/api/v1/events", {"limit": 200}, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert {"Accept-Encoding", "Authorization", "Cookie"} <= {
        name.strip() for name in packed["Vary"].split(",")
    }
    again = client.get(
        "/api/v1/events",
        {"limit": 200},
        headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]},
    )
    assert again.status_code == 304


def test_public_answers_may_be_kept_and_must_be_checked(
    client: Client, arena: Tenant, keys: Keys
) -> None:
    assert client.get("/api/v1/boards")["Cache-Control"] == "public, no-cache"
    assert post_vote(client, keys.vote)["Cache-Control"] == "no-store"
    assert client.get("/api/v1/boards", headers=bearer("ak_x"))["Cache-Control"] == "no-store"
