"""Rebuilds of one board at the same time: one after the other, and never back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from benchmarks.commands import register_model
from leaderboards import history, sources
from leaderboards import rebuild as rebuilding
from leaderboards.models import BoardState
from leaderboards.queries import board_table
from leaderboards.rebuild import input_position, rebuild
from leaderboards.sources import Sources
from tests.leaderboards import scenes
from tests.leaderboards.test_board_rebuild import fold

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]


def test_rebuilds_at_the_same_time_come_one_after_the_other(
    tenant: Tenant, advance_all: Advance
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    position = scenes.vote(tenant, slugs[3], slugs[0])
    fold(tenant)
    changes: list[Any] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        changes.append(rebuild(tenant=tenant, board="text"))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [change.position for change in changes if change] == [position]
    assert len(changes) == 4


def test_a_rebuild_that_was_overtaken_takes_no_position_back(
    tenant: Tenant, advance_all: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    lock = rebuilding._lock
    newer: list[int] = []

    def overtaken(tenant: Tenant, board: str) -> BoardState:
        """Wait for the lock as long as another rebuild takes that has one vote more."""
        monkeypatch.setattr(rebuilding, "_lock", lock)
        other = threading.Thread(target=overtake)
        other.start()
        other.join()
        return lock(tenant, board)

    def overtake() -> None:
        newer.append(scenes.vote(tenant, slugs[3], slugs[0]))
        fold(tenant)
        assert rebuild(tenant=tenant, board="text") is not None
        connection.close()

    monkeypatch.setattr(rebuilding, "_lock", overtaken)
    change = rebuild(tenant=tenant, board="text")
    assert change is None
    assert [board_table(tenant=tenant, board="text").position] == newer


def _as_the_log_has_it(client: Client, tenant: Tenant, *, position: int) -> None:
    """Check that a reader sees the board of a position, and that its fit is made of those votes."""
    seen = client.get("/api/v1/boards/text/rows?limit=200")
    assert seen.json()["position"] == position
    then = client.get(f"/api/v1/boards/text/rows?limit=200&as_of={position}")
    assert seen.content == then.content
    (kept,) = history.fits(tenant=tenant, board="text", before=None, limit=1)
    again = history.fit_as_of(tenant=tenant, board="text", position=position)
    assert (kept.position, kept.inputs_sha256) == (position, again.inputs_sha256)


def test_a_vote_folded_while_inputs_are_read_is_in_the_next_rebuild(
    tenant: Tenant, advance_all: Advance, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    first = scenes.vote(tenant, slugs[3], slugs[0])
    fold(tenant)
    second: list[int] = []
    read = sources.read

    def vote() -> None:
        second.append(scenes.vote(tenant, slugs[2], slugs[0]))
        fold(tenant)
        connection.close()

    def meanwhile(**given: Any) -> Sources:
        monkeypatch.setattr(sources, "read", read)
        other = threading.Thread(target=vote)
        other.start()
        other.join()
        return read(**given)

    monkeypatch.setattr(sources, "read", meanwhile)
    for seen_at in (first, None):
        assert rebuild(tenant=tenant, board="text") is not None
        _as_the_log_has_it(client, tenant, position=seen_at or second[0])


def test_a_board_is_of_the_position_of_the_votes_it_counts(
    tenant: Tenant, advance_all: Advance, client: Client
) -> None:
    """The other projections have yet to look at the vote, and will find nothing in it."""
    slugs = scenes.league(tenant)
    advance_all(tenant)
    position = scenes.vote(tenant, slugs[3], slugs[0])
    advance(tenant=tenant, name="pair_counts")
    assert rebuild(tenant=tenant, board="text") is not None
    _as_the_log_has_it(client, tenant, position=position)
    register_model(tenant=tenant, name=slugs[0], developer="A maker", actor="test")
    advance(tenant=tenant, name="pair_counts")
    assert input_position(tenant=tenant) == position
    fold(tenant)
    assert input_position(tenant=tenant) == position + 1
