"""Cursor pages: complete, without repeats, whatever happens between two of them."""

from typing import Any

import pytest
from django.test import Client

from arena.api.cursors import encode
from arena.tenancy.models import Tenant
from benchmarks.commands import register_models
from tests.api.conftest import VOTE, Advance, Keys, post_vote

pytestmark = pytest.mark.django_db


def read_all(client: Client, path: str, *, limit: int, between: Any = None) -> list[Any]:
    """Follow the cursor to the end; call `between` before each further page."""
    items: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(path, {"limit": str(limit), **cursor}).json()
        assert len(page["items"]) <= limit
        assert page["has_more"] == (page["next"] is not None)
        items += page["items"]
        if not page["has_more"]:
            return items
        cursor = {"cursor": page["next"]}
        if between:
            between()


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
@pytest.mark.parametrize("path", ["boards", "models", "boards/text/rows", "events"])
def test_pages_of_any_size_add_up_to_the_whole_list(
    client: Client, arena: Tenant, keys: Keys, settings: Any, path: str, limit: int
) -> None:
    settings.ARENA_RATE_ANONYMOUS = 1_000
    whole = client.get(f"/api/v1/{path}", {"limit": 200}).json()["items"]
    assert len(whole) >= 2
    assert read_all(client, f"/api/v1/{path}", limit=limit) == whole


def test_events_are_read_once_each_while_votes_arrive(
    client: Client, arena: Tenant, keys: Keys, settings: Any
) -> None:
    settings.ARENA_RATE_ANONYMOUS = 1_000
    votes_left = iter(range(10))

    def vote() -> None:
        if next(votes_left, None) is not None:
            assert post_vote(client, keys.vote, VOTE).status_code == 201

    events = read_all(client, "/api/v1/events", limit=4, between=vote)
    head = client.get("/api/v1/log/head").json()["position"]
    assert [event["position"] for event in events] == list(range(1, head + 1))


def test_models_that_come_between_pages_shift_nothing(
    client: Client, arena: Tenant, advance_all: Advance
) -> None:
    def register() -> None:
        register_models(tenant=arena, names=["Aardvark", "Betamax", "Zebra"], actor="test")
        advance_all(arena)

    slugs = [
        model["slug"] for model in read_all(client, "/api/v1/models", limit=2, between=register)
    ]
    assert slugs == ["alpha", "beta", "betamax", "delta", "gamma", "zebra"]


def test_a_page_of_rows_tells_when_the_board_has_moved(
    client: Client, arena: Tenant, keys: Keys, advance_all: Advance
) -> None:
    first = client.get("/api/v1/boards/text/rows", {"limit": 2}).json()
    post_vote(client, keys.vote)
    advance_all(arena)
    second = client.get("/api/v1/boards/text/rows", {"limit": 2, "cursor": first["next"]}).json()
    assert second["position"] == first["position"] + 1


def test_cursor_survives_the_item_it_points_to(client: Client, arena: Tenant) -> None:
    page = client.get("/api/v1/models", {"cursor": encode(("c",))}).json()
    assert [model["slug"] for model in page["items"]] == ["delta", "gamma"]
