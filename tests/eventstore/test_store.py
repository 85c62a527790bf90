"""Appending: order, versions, idempotency, and many writers at once."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from arena.eventstore import queries, reader, store
from arena.eventstore.chain import NotCanonical
from arena.eventstore.domain import ConcurrencyError, DomainError, IdempotencyConflict
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests.eventstore.facts import CounterMoved, RoomRenamed

pytestmark = pytest.mark.django_db(transaction=True)


def move(
    tenant: Tenant,
    stream: str,
    amount: float,
    *,
    expected_version: int | None = None,
    ids: list[uuid.UUID] | None = None,
) -> list[store.Appended]:
    return store.append(
        tenant=tenant,
        stream=stream,
        events=[CounterMoved(amount=amount)],
        expected_version=expected_version,
        actor="test",
        ids=ids,
    )


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work(i)` in `count` threads that start together, each with its own connection."""
    barrier = threading.Barrier(count)

    def run(index: int) -> object:
        barrier.wait()
        try:
            return work(index)
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_positions_count_the_log_and_versions_count_the_stream(tenant: Tenant) -> None:
    first = move(tenant, "counter-a", 1)[0]
    second = move(tenant, "counter-b", 2)[0]
    third = move(tenant, "counter-a", 3)[0]
    assert [first.position, second.position, third.position] == [1, 2, 3]
    assert [first.version, second.version, third.version] == [1, 1, 2]
    history = store.read_stream(tenant=tenant, stream="counter-a")
    assert [stored.event for stored in history] == [CounterMoved(amount=1), CounterMoved(amount=3)]
    assert history[0].metadata == {"actor": "test"}


def test_each_tenant_has_its_own_positions(tenant: Tenant, other_tenant: Tenant) -> None:
    move(tenant, "counter-a", 1)
    assert move(other_tenant, "counter-a", 1)[0].position == 1
    assert store.read_stream(tenant=other_tenant, stream="counter-b") == []


def test_a_stale_decision_is_refused_and_appends_nothing(tenant: Tenant) -> None:
    move(tenant, "counter-a", 1, expected_version=0)
    with pytest.raises(ConcurrencyError, match="stream counter-a is at version 1, not 0"):
        move(tenant, "counter-a", 2, expected_version=0)
    assert queries.log_head(tenant=tenant).position == 1


def test_a_batch_is_appended_whole_or_not_at_all(tenant: Tenant) -> None:
    move(tenant, "counter-b", 1)
    good, stale = (
        store.NewEvent(
            stream=stream,
            event=CounterMoved(amount=1),
            event_id=uuid.uuid4(),
            expected_version=0,
        )
        for stream in ("counter-a", "counter-b")
    )
    with pytest.raises(ConcurrencyError):
        store.append_many(tenant=tenant, events=[good, stale], actor="test")
    assert store.read_stream(tenant=tenant, stream="counter-a") == []


def test_several_events_of_one_decision_follow_each_other(tenant: Tenant) -> None:
    appended = store.append(
        tenant=tenant,
        stream="counter-a",
        events=[CounterMoved(amount=1), CounterMoved(amount=2)],
        expected_version=0,
        actor="test",
    )
    assert [item.version for item in appended] == [1, 2]


def test_a_repeated_append_returns_the_stored_event(tenant: Tenant) -> None:
    same = uuid.uuid4()
    first = move(tenant, "counter-a", 1, ids=[same], expected_version=0)[0]
    move(tenant, "counter-a", 5)
    again = move(tenant, "counter-a", 1, ids=[same], expected_version=0)[0]
    assert (again.position, again.version, again.is_new) == (first.position, 1, False)
    assert first.is_new
    assert queries.log_head(tenant=tenant).position == 2


def test_the_same_id_with_another_content_is_a_conflict(tenant: Tenant) -> None:
    same = uuid.uuid4()
    move(tenant, "counter-a", 1, ids=[same])
    with pytest.raises(IdempotencyConflict, match=str(same)):
        move(tenant, "counter-a", 2, ids=[same])


def test_two_tenants_may_use_the_same_id(tenant: Tenant, other_tenant: Tenant) -> None:
    same = uuid.uuid4()
    assert move(tenant, "counter-a", 1, ids=[same])[0].is_new
    assert move(other_tenant, "counter-a", 2, ids=[same])[0].is_new


def test_an_old_version_of_an_event_is_read_in_the_present_shape(tenant: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM eventstore_append(%s, ARRAY[%s::uuid], ARRAY['room-1'], ARRAY[0],"
            " ARRAY['RoomRenamed'], ARRAY[1]::smallint[], ARRAY['{\"title\": \"Hall\"}'],"
            " ARRAY['{}'], ARRAY[sha256('')])",
            [tenant.pk, uuid.uuid4()],
        )
    [stored] = store.read_stream(tenant=tenant, stream="room-1")
    assert stored.event == RoomRenamed(name="Hall")


@pytest.mark.parametrize(
    ("amount", "label"),
    [(float("nan"), ""), (float("inf"), ""), (1e16, ""), (1e-9, ""), (1, "a\x00b"), (1, "\ud800")],
)
def test_values_that_would_come_back_changed_are_refused(
    tenant: Tenant, amount: float, label: str
) -> None:
    with pytest.raises(NotCanonical, match=r"\$\.(amount|label)"):
        store.append(
            tenant=tenant,
            stream="counter-a",
            events=[CounterMoved(amount=amount, label=label)],
            expected_version=None,
            actor="test",
        )


def test_fifty_writers_of_one_version_leave_one_event(tenant: Tenant) -> None:
    results = in_threads(50, lambda i: move(tenant, "counter-a", i, expected_version=0))
    assert sum(isinstance(item, ConcurrencyError) for item in results) == 49
    assert len(store.read_stream(tenant=tenant, stream="counter-a")) == 1


def test_the_same_request_fifty_times_at_once_is_one_event(tenant: Tenant) -> None:
    same = uuid.uuid4()
    results = in_threads(
        50, lambda _: move(tenant, "counter-a", 1, ids=[same], expected_version=0)[0].position
    )
    assert results == [1] * 50
    assert queries.log_head(tenant=tenant).position == 1


def test_many_writers_leave_no_hole_and_a_chain_that_holds(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    def work(index: int) -> None:
        for turn in range(20):
            move((tenant, other_tenant)[index % 2], f"counter-{index}-{turn % 3}", turn)

    in_threads(8, work)
    for item in (tenant, other_tenant):
        positions = [stored.position for stored in reader.read_all(tenant_id=item.pk)]
        assert positions == list(range(1, 81))
        assert isinstance(verify_chain(tenant_id=item.pk), Verified)


def test_a_rolled_back_append_leaves_no_hole(tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        move(tenant, "counter-a", 1)
        raise ZeroDivisionError
    assert move(tenant, "counter-a", 2)[0].position == 1


def test_append_refuses_an_isolation_level_at_which_the_head_would_be_stale(
    tenant: Tenant,
) -> None:
    from django.db import DatabaseError

    with pytest.raises(DatabaseError, match="READ COMMITTED"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        move(tenant, "counter-a", 1)
