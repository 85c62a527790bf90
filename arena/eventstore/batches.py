"""Append batches that may have been sent before, in part or whole; only commands.py imports it."""

from collections.abc import Collection, Sequence
from typing import Any

from arena.eventstore import reader, store
from arena.eventstore.domain import DomainEvent, IdempotencyConflict, Outcome
from arena.eventstore.reader import StoredEvent
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant

_ATTEMPTS = 3


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
    known: dict[Any, DomainEvent] = {key: found.event for key, found in stored.items()}
    outcomes: list[Outcome] = []
    missing: list[NewEvent] = []
    for new in events:
        before = known.setdefault(new.event_id, new.event)
        if before is new.event:
            outcomes.append(Outcome.APPENDED)
            missing.append(new)
        elif _facts(before, provenance) == _facts(new.event, provenance):
            outcomes.append(Outcome.PRESENT)
        else:
            outcomes.append(Outcome.CONFLICT)
    return outcomes, missing


def _facts(event: DomainEvent, provenance: frozenset[str]) -> tuple[str, dict[str, Any]]:
    data = event.to_data()
    return type(event).__name__, {name: data[name] for name in data if name not in provenance}
