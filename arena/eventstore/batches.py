"""Append batches that may have been sent before, in part or whole; only commands.py imports it."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from arena.eventstore import reader, store
from arena.eventstore.domain import IdempotencyConflict, Outcome, event_type
from arena.eventstore.reader import StoredEvent
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant

_ATTEMPTS = 3
_Facts = tuple[str, dict[str, Any]]


def append_missing(
    *,
    tenant: Tenant,
    events: Sequence[NewEvent],
    actor: str,
    provenance: Collection[str] = (),
    dry_run: bool = False,
) -> list[Outcome]:
    """Append those events that the log does not hold, in one transaction; say what became of each.

    `provenance` names the fields that say where a fact was read, not what happened: events that
    differ in nothing else are the same. A dry run appends nothing and answers the same.
    Raises ConcurrencyError as `store.append_many` does.
    """
    for _ in range(_ATTEMPTS):
        outcomes, missing = _compare(tenant, events, frozenset(provenance))
        if dry_run:
            return outcomes
        try:
            store.append_many(tenant=tenant, events=missing, actor=actor)
        except IdempotencyConflict:
            continue  # somebody appended one of them since we looked
        return outcomes
    raise IdempotencyConflict("the same events are being appended elsewhere; try again")


def read_streams(*, tenant: Tenant, streams: Collection[str]) -> dict[str, list[StoredEvent]]:
    """Return the events of several streams, oldest first; a stream that has none is left out."""
    return reader.read_streams(tenant_id=tenant.pk, streams=streams)


def _compare(
    tenant: Tenant, events: Sequence[NewEvent], provenance: frozenset[str]
) -> tuple[list[Outcome], list[NewEvent]]:
    stored = reader.read_ids(tenant_id=tenant.pk, ids=[new.event_id for new in events])
    outcomes: list[Outcome] = []
    missing: dict[UUID, NewEvent] = {}
    for new in events:
        if found := stored.get(new.event_id):
            before = _stored_facts(found, provenance)
        elif twin := missing.get(new.event_id):
            before = _new_facts(twin, provenance)
        else:
            missing[new.event_id] = new
            outcomes.append(Outcome.APPENDED)
            continue
        is_same = before == _new_facts(new, provenance)
        outcomes.append(Outcome.PRESENT if is_same else Outcome.CONFLICT)
    return outcomes, list(missing.values())


def _new_facts(new: NewEvent, provenance: frozenset[str]) -> _Facts:
    return _facts(type(new.event).__name__, new.event.to_data(), provenance)


def _stored_facts(stored: StoredEvent, provenance: frozenset[str]) -> _Facts:
    """Return what a stored event says, in the present shape of its type."""
    is_present = stored.type_version == event_type(stored.type).VERSION
    data = stored.data if is_present else stored.event.to_data()
    return _facts(stored.type, data, provenance)


def _facts(type_name: str, data: dict[str, Any], provenance: frozenset[str]) -> _Facts:
    return type_name, {name: data[name] for name in data if name not in provenance}
