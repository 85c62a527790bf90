"""Rebuilds of one board at the same time: one after the other, and never back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from arena.tenancy.models import Tenant
from leaderboards import rebuild as rebuilding
from leaderboards.models import BoardState
from leaderboards.queries import board_table
from leaderboards.rebuild import rebuild
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
