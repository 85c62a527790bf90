"""Walk a tenant's chain and compute every link again, apart from the code that wrote it."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from arena.eventstore import chain

BATCH = 5_000
_SQL = """
    SELECT position, id, stream, version, type, type_version, data, metadata,
           (extract(epoch FROM recorded_at) * 1000000)::bigint, body_sha256, hash
    FROM eventstore_event WHERE tenant_id = %s AND position > %s ORDER BY position LIMIT %s
"""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The chain holds from the first event to `position`."""

    position: int
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The first position at which the log is not what was written, and in which respect."""

    position: int
    reason: str


def verify_chain(*, tenant_id: int) -> Verified | Broken:
    """Recompute body digests and links of the whole log with bounded memory."""
    position, previous = 0, chain.GENESIS
    while True:
        rows = _read(tenant_id, position)
        for row in rows:
            reason = _fault(tenant_id, row, expected_position=position + 1, previous=previous)
            if reason:
                return Broken(position=position + 1, reason=reason)
            position, previous = row[0], bytes(row[10])
        if len(rows) < BATCH:
            return Verified(position=position, hash=previous)


def _fault(
    tenant_id: int, row: tuple[Any, ...], *, expected_position: int, previous: bytes
) -> str | None:
    """Return what is wrong with one row, or None."""
    position, event_id, stream, version, type_name, type_version = row[:6]
    data, metadata, recorded_at_us, body, digest = row[6:]
    if position != expected_position:
        return f"position {expected_position} is missing"
    computed = chain.body_digest(
        tenant_id=tenant_id,
        event_id=event_id,
        stream=stream,
        type_name=type_name,
        type_version=type_version,
        data=json.loads(data),
        metadata=json.loads(metadata),
    )
    if computed != body:
        return "the content is not what was written"
    linked = chain.link(
        previous=previous,
        position=position,
        version=version,
        recorded_at_us=recorded_at_us,
        body=computed,
    )
    return None if linked == digest else "the link to its predecessor does not hold"


def _read(tenant_id: int, position: int) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        rows: list[tuple[Any, ...]] = connection.connection.execute(
            _SQL, (tenant_id, position, BATCH)
        ).fetchall()
    return rows
