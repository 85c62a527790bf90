"""Projections: exactly once, no lost wake-up, rebuild, poison."""

import dataclasses
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from io import StringIO
from unittest.mock import patch

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from pytest_django import Settings as SettingsWrapper

from arena.eventstore import projection as projection_module
from arena.eventstore import queries, store, tasks
from arena.eventstore.models import Checkpoint
from arena.eventstore.projection import (
    Fold,
    ProjectionStopped,
    advance,
    projections,
    rebuild,
    retry_stopped,
)
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from tests.eventstore.conftest import CounterSum
from tests.eventstore.facts import CounterMoved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("counter_sums")]
NAME = "counter_sums"


def move(tenant: Tenant, stream: str, *amounts: float) -> None:
    store.append(
        tenant=tenant,
        stream=stream,
        events=[CounterMoved(amount=amount) for amount in amounts],
        expected_version=None,
        actor="test",
    )


def folding_with(fold: Fold) -> AbstractContextManager[object]:
    """Exchange the fold of the projection for the time of a with block."""
    item = dataclasses.replace(projections()[NAME], fold=fold)
    return patch.dict(projection_module._registry, {NAME: item})


def sums(tenant: Tenant) -> list[tuple[str, int, int]]:
    return list(
        CounterSum.objects.filter(tenant=tenant)
        .order_by("stream")
        .values_list("stream", "value", "moves")
    )


def expected(tenant: Tenant) -> list[tuple[str, int, int]]:
    """Fold the log without the projection machinery."""
    values: dict[str, tuple[int, int]] = {}
    for stored in queries.events_after(
        tenant=tenant, position=0, limit=100_000, types=["CounterMoved"]
    ):
        value, moves = values.get(stored.stream, (0, 0))
        values[stored.stream] = ((value * 2 + int(stored.data["amount"])) % 1_000_003, moves + 1)
    return sorted((stream, *item) for stream, item in values.items())


def test_advance_folds_what_is_new_and_nothing_twice(tenant: Tenant) -> None:
    move(tenant, "counter-a", 1, 2)
    assert advance(tenant=tenant, name=NAME) == 2
    assert advance(tenant=tenant, name=NAME) == 2
    move(tenant, "counter-b", 3)
    assert advance(tenant=tenant, name=NAME) == 3
    assert sums(tenant) == [("counter-a", 4, 2), ("counter-b", 3, 1)]


def test_a_projection_touches_its_own_tenant_only(tenant: Tenant, other_tenant: Tenant) -> None:
    move(tenant, "counter-a", 1)
    move(other_tenant, "counter-a", 5)
    advance(tenant=tenant, name=NAME)
    rebuild(tenant=other_tenant, name=NAME)
    assert sums(tenant) == [("counter-a", 1, 1)]
    assert sums(other_tenant) == [("counter-a", 5, 1)]


def test_appenders_and_projectors_at_once_lose_nothing_and_double_nothing(tenant: Tenant) -> None:
    done = threading.Event()

    def append(index: int) -> None:
        try:
            for turn in range(40):
                move(tenant, f"counter-{index}", turn)
        finally:
            connections.close_all()

    def project(_: int) -> None:
        try:
            while not done.is_set():
                advance(tenant=tenant, name=NAME)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        projectors = [pool.submit(project, i) for i in range(4)]
        list(pool.map(append, range(4)))
        done.set()
        for item in projectors:
            item.result()
    advance(tenant=tenant, name=NAME)
    assert sums(tenant) == expected(tenant)
    assert sum(moves for _, _, moves in sums(tenant)) == 160


def test_a_projector_that_waited_sees_what_was_appended_meanwhile(tenant: Tenant) -> None:
    """What SKIP LOCKED would lose: the second advance waits for the first, then reads."""
    move(tenant, "counter-a", 1)
    advance(tenant=tenant, name=NAME)
    blocked = threading.Event()

    def second() -> int:
        try:
            blocked.set()
            return advance(tenant=tenant, name=NAME)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Checkpoint.objects.select_for_update().get(tenant=tenant, projection=NAME)
            future = pool.submit(second)
            blocked.wait()
            with ThreadPoolExecutor(1) as other:

                def append() -> None:
                    try:
                        move(tenant, "counter-a", 2)
                    finally:
                        connections.close_all()

                other.submit(append).result()
        assert future.result() == 2
    assert sums(tenant) == [("counter-a", 4, 2)]


def test_readers_see_the_old_rows_until_a_rebuild_is_complete(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(tenant, "counter-a", *range(1, 21))
    advance(tenant=tenant, name=NAME)
    before = sums(tenant)
    seen: list[list[tuple[str, int, int]]] = []
    item = projections()[NAME]

    def read_elsewhere() -> list[tuple[str, int, int]]:
        try:
            return sums(tenant)
        finally:
            connections.close_all()

    def watched(owner: Tenant, events: Sequence[StoredEvent]) -> None:
        item.fold(owner, events)
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(read_elsewhere).result())

    monkeypatch.setattr("arena.eventstore.reader.REBUILD_BATCH", 5)
    with folding_with(watched):
        rebuild(tenant=tenant, name=NAME)
    assert len(seen) >= 4
    assert all(rows == before for rows in seen)
    assert sums(tenant) == before


def test_a_poison_event_stops_its_projection_exactly_before_itself(tenant: Tenant) -> None:
    move(tenant, "counter-a", 1, 2)
    move(tenant, "counter-a", 666)
    move(tenant, "counter-a", 4)
    with pytest.raises(ProjectionStopped, match="ArithmeticError"):
        advance(tenant=tenant, name=NAME)
    assert sums(tenant) == [("counter-a", 4, 2)]
    [status] = [s for s in queries.projection_statuses(tenant=tenant) if s.name == NAME]
    assert (status.position, status.stopped_at_position, status.lag) == (2, 3, 2)
    assert status.stopped_reason == "ArithmeticError while folding CounterMoved"
    with pytest.raises(ProjectionStopped, match="stopped at position 3"):
        advance(tenant=tenant, name=NAME)


def test_a_failed_rebuild_changes_nothing(tenant: Tenant) -> None:
    move(tenant, "counter-a", 1)
    advance(tenant=tenant, name=NAME)
    move(tenant, "counter-a", 666)
    with pytest.raises(ArithmeticError):
        rebuild(tenant=tenant, name=NAME)
    assert sums(tenant) == [("counter-a", 1, 1)]


def test_a_stopped_projection_goes_on_once_it_is_mended(tenant: Tenant) -> None:
    move(tenant, "counter-a", 666, 1)
    with pytest.raises(ProjectionStopped):
        advance(tenant=tenant, name=NAME)
    with folding_with(lambda *_: None):
        retry_stopped(tenant=tenant, name=NAME)
        assert advance(tenant=tenant, name=NAME) == 2


def test_status_and_rebuild_from_the_command_line(tenant: Tenant, other_tenant: Tenant) -> None:
    move(tenant, "counter-a", 1, 666)
    with pytest.raises(ProjectionStopped):
        advance(tenant=tenant, name=NAME)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("projection_status", "--json", stdout=out)
    assert '"stopped_at_position": 2' in out.getvalue()
    CounterSum.objects.all().delete()
    move(other_tenant, "counter-b", 7)
    out = StringIO()
    call_command("rebuild_projection", NAME, "--tenant", "demo-private", stdout=out)
    assert out.getvalue() == "demo-private: counter_sums rebuilt up to position 1\n"
    assert sums(other_tenant) == [("counter-b", 7, 1)]


def test_an_unknown_projection_or_tenant_is_named_with_the_known_ones(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="no projection is called 'nope'; there are: .*counter"):
        call_command("rebuild_projection", "nope")
    with pytest.raises(CommandError, match="no tenant has the slug 'nope'; there are: public"):
        call_command("rebuild_projection", NAME, "--tenant", "nope")


def test_an_append_that_is_committed_fails_for_no_error_of_the_bell(
    tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(current_app, "send_task", side_effect=KeyError("fd")):
        move(tenant, "counter-a", 3)
    tasks.sweep()
    assert sums(tenant) == [("counter-a", 3, 1)]
    assert "bell_broken" in caplog.text
    assert "KeyError" in caplog.text


def test_the_sweep_finds_a_tenant_whose_bell_was_never_rung(
    tenant: Tenant, settings: SettingsWrapper
) -> None:
    settings.BELL_ENABLED = False
    move(tenant, "counter-a", 3)
    tasks.sweep()
    assert sums(tenant) == [("counter-a", 3, 1)]
    assert connection.in_atomic_block is False
