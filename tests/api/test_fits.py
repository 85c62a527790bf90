"""The fits of a board can be read as they were made."""

from collections.abc import Callable

from django.test import Client

from arena.tenancy.models import Tenant
from tests.leaderboards import scenes

Advance = Callable[[Tenant], None]


def test_fits_come_newest_first_with_ratings_rules_and_digests(
    client: Client, arena: Tenant, advance_all: Advance
) -> None:
    scenes.vote(arena, "alpha", "beta")
    advance_all(arena)
    page = client.get("/api/v1/boards/text/fits?limit=1").json()
    newest = page["items"][0]
    assert page["has_more"]
    assert newest["settings"] == {
        "ties": "half", "both_bad": "half", "reweight_below": None, "interval": "sandwich"
    }  # fmt: skip
    assert len(newest["inputs_sha256"]) == len(newest["ratings_sha256"]) == 64
    assert newest["ratings"][0]["lower"] < newest["ratings"][0]["rating"]
    assert {term["name"] for term in newest["coefficients"]} <= {"side", "same maker"}

    older = client.get(f"/api/v1/boards/text/fits?limit=1&cursor={page['next']}").json()
    assert older["items"][0]["vote_count"] == newest["vote_count"] - 1
    assert not older["has_more"]


def test_an_unknown_board_has_no_fits(client: Client, arena: Tenant) -> None:
    assert client.get("/api/v1/boards/nothing/fits").status_code == 404
