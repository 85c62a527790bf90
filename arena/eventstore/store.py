"""Append to a tenant's log and read it back. Only commands.py modules import this."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError, connection, transaction

from arena.eventstore import bell, chain, reader, single
from arena.eventstore.domain import (
    ConcurrencyError,
    DomainError,
    DomainEvent,
    IdempotencyConflict,
)
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant

# Binary parameters: as text every quote of the JSON would be escaped twice over in the arrays.
_APPEND = (
    "SELECT o_position, o_version, o_recorded_at, o_is_new FROM eventstore_append("
    "%s, %b::uuid[], %b::text[], %b::integer[], %b::text[], %b::smallint[], %b::text[], "
    "%b::text[], %b::bytea[])"
)
_ANY_VERSION = -1
_ERRORS: dict[str, type[DomainError]] = {"AR409": ConcurrencyError, "AR422": IdempotencyConflict}
_NAMESPACE = uuid.UUID("6f1c1d0e-6a0b-5f57-9a53-0d8b7f1f7a51")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEvent:
    """An event on its way into the log.

    `expected_version` is the version its stream must have just before it: 0 for a new stream,
    None for any.
    """

    stream: str
    event: DomainEvent
    event_id: uuid.UUID
    expected_version: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Appended:
    """Where an event stands in the log. `is_new` is false when it was there before."""

    event_id: uuid.UUID
    position: int
    version: int
    recorded_at: datetime
    is_new: bool


def event_id(*parts: str) -> uuid.UUID:
    """Return the id that the same request always gets, so that a retry appends nothing."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join(parts))


def append(
    *,
    tenant: Tenant,
    stream: str,
    events: Sequence[DomainEvent],
    expected_version: int | None,
    actor: str,
    ids: Sequence[uuid.UUID] | None = None,
) -> list[Appended]:
    """Append events to one stream in one transaction; all of them or none.

    `expected_version` is the version the decision was based on. `ids` make a retry harmless.
    `actor` is a person's `actor_id`, an API key's id or the name of a process, never a name or
    an address. Raises ConcurrencyError, IdempotencyConflict, NotCanonical.
    """
    new_ids = ids or [uuid.uuid4() for _ in events]
    return append_many(
        tenant=tenant,
        actor=actor,
        events=[
            NewEvent(
                stream=stream,
                event=event,
                event_id=new_id,
                expected_version=None if expected_version is None else expected_version + offset,
            )
            for offset, (event, new_id) in enumerate(zip(events, new_ids, strict=True))
        ],
    )


def append_many(*, tenant: Tenant, events: Iterable[NewEvent], actor: str) -> list[Appended]:
    """Append a batch that may span streams (imports) in one transaction; all of it or none."""
    batch = list(events)
    if not batch:
        return []
    metadata = _metadata(actor)
    metadata_text = chain.canonical(metadata).decode()
    data = [chain.normalise(new.event.to_data()) for new in batch]
    parameters = (
        tenant.pk,
        [new.event_id for new in batch],
        [new.stream for new in batch],
        [_ANY_VERSION if new.expected_version is None else new.expected_version for new in batch],
        [type(new.event).__name__ for new in batch],
        [new.event.VERSION for new in batch],
        [json.dumps(item) for item in data],
        [metadata_text] * len(batch),
        [
            chain.body_digest(
                tenant_id=tenant.pk,
                event_id=new.event_id,
                stream=new.stream,
                type_name=type(new.event).__name__,
                type_version=new.event.VERSION,
                data=item,
                metadata=metadata,
            )
            for new, item in zip(batch, data, strict=True)
        ],
    )
    rows = _execute(parameters)
    transaction.on_commit(lambda: bell.ring(tenant_id=tenant.pk))
    return [
        Appended(
            event_id=new.event_id,
            position=row[0],
            version=row[1],
            recorded_at=row[2],
            is_new=row[3],
        )
        for new, row in zip(batch, rows, strict=True)
    ]


def read_stream(*, tenant: Tenant, stream: str) -> list[StoredEvent]:
    """Return the events of one stream in order; empty when there is none."""
    return reader.read_stream(tenant_id=tenant.pk, stream=stream)


def _metadata(actor: str) -> dict[str, Any]:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    metadata: dict[str, Any] = {"actor": actor}
    if request_id:
        metadata["request_id"] = str(request_id)
    return metadata


def _execute(parameters: tuple[Any, ...]) -> Sequence[tuple[Any, ...]]:
    """Run the append function on psycopg itself: Django's own cursors bind in the client."""
    connection.ensure_connection()
    try:
        with connection.wrap_database_errors:
            if len(parameters[1]) == 1 and not connection.in_atomic_block:
                return [_append_one(*parameters)]
            with psycopg.Cursor(connection.connection) as cursor:
                return cursor.execute(_APPEND, parameters, prepare=True).fetchall()
    except DatabaseError as error:
        cause = error.__cause__
        known = _ERRORS.get(cause.sqlstate or "") if isinstance(cause, psycopg.Error) else None
        if known is None:
            raise
        raise known(str(cause).partition("\n")[0]) from error


def _append_one(tenant_id: int, *columns: list[Any]) -> single.Place:
    event_id, stream, expected, type_name, type_version, data, metadata, body = (
        column[0] for column in columns
    )
    return single.append(
        connection.connection,
        tenant_id=tenant_id,
        event_id=event_id,
        stream=stream,
        expected_version=expected,
        type_name=type_name,
        type_version=type_version,
        data=data,
        metadata=metadata,
        body=body,
    )
