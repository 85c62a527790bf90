"""Rebuild equals advance, for every projection and the boards, on a log that uses them all."""

import json
import random

import pytest

from arena.eventstore.projection import advance, projections, rebuild
from arena.tenancy.models import Tenant
from leaderboards.models import BoardState, LeaderboardRow
from tests.rebuild_log import fill
from tests.stored_tables import board_rows, compute_boards, reading, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuilt_table_equals_the_one_that_was_advanced(
    tenant: Tenant, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(projections())
    assert names
    rng = random.Random(seed)

    def advance_some() -> None:
        for name in rng.sample(names, rng.randrange(len(names) + 1)):
            advance(tenant=tenant, name=name)
        if rng.random() < 0.05:
            compute_boards(tenant)

    fill(tenant, seed=seed, rounds=60, between=advance_some)
    for name in names:
        advance(tenant=tenant, name=name)
    compute_boards(tenant)
    boards = board_rows(tenant)
    advanced = {
        table: rows(tenant, table) for item in projections().values() for table in item.tables
    }
    assert all(advanced.values()), "a projection without rows proves nothing; extend fill()"
    monkeypatch.setattr("arena.eventstore.reader.REBUILD_BATCH", 7)
    with reading(tenant, advanced) as differences:
        for name in names:
            rebuild(tenant=tenant, name=name)
    assert differences == []
    for table, before in advanced.items():
        assert rows(tenant, table) == before, table
    for model in (LeaderboardRow, BoardState):
        model._default_manager.filter(tenant=tenant).delete()
    compute_boards(tenant)
    assert board_rows(tenant) == boards
    assert {json.loads(row)["board"] for row in boards} > {"text"}
