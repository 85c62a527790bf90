"""What may be read of the log and its projections from outside the store."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from arena.eventstore import reader
from arena.eventstore.models import Checkpoint, Event
from arena.eventstore.projection import projections
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant


@dataclass(frozen=True, kw_only=True)
class LogHead:
    """The newest position of a tenant's log and its chain hash (hex; None when empty)."""

    position: int
    hash: str | None


@dataclass(frozen=True, kw_only=True)
class Digests:
    """What the chain holds of one event, 32 bytes each (chain.py says of what)."""

    body_sha256: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class ProjectionStatus:
    """How far a projection has come; lag in events."""

    name: str
    position: int
    lag: int
    stopped_at_position: int | None
    stopped_reason: str
    updated_at: datetime | None


def log_head(*, tenant: Tenant) -> LogHead:
    """Return the head of the tenant's log."""
    position, digest = reader.head(tenant_id=tenant.pk)
    return LogHead(position=position, hash=digest.hex() if digest else None)


def events_after(
    *,
    tenant: Tenant,
    position: int,
    limit: int,
    types: Collection[str] | None,
    until: int | None = None,
) -> list[StoredEvent]:
    """Return up to `limit` events of the given types (None: all), oldest first.

    They stand after `position`, and not after `until` when it is given.
    """
    return reader.read_after(
        tenant_id=tenant.pk, position=position, limit=limit, types=types, until=until
    )


def events_naming(
    *,
    tenant: Tenant,
    position: int,
    until: int,
    limit: int,
    types: Collection[str],
    having: tuple[str, str],
    naming: tuple[Sequence[str], str],
) -> list[StoredEvent]:
    """Return up to `limit` events after `position` and up to `until` that meet conditions.

    `having` is a field of the event with its text, `naming` fields of which one has a text.
    """
    return reader.read_naming(
        tenant_id=tenant.pk,
        position=position,
        until=until,
        limit=limit,
        types=types,
        having=having,
        naming=naming,
    )


def events_at(
    *, tenant: Tenant, positions: Collection[int], types: Collection[str]
) -> list[StoredEvent]:
    """Return the events at these positions that are of these types, oldest first."""
    return reader.read_positions(tenant_id=tenant.pk, positions=positions, types=types)


def digests(*, tenant: Tenant, positions: Collection[int]) -> dict[int, Digests]:
    """Return body digest and chain hash of the events at these positions, by position."""
    rows = Event.objects.filter(tenant=tenant, position__in=list(positions)).values_list(
        "position", "body_sha256", "hash"
    )
    return {row[0]: Digests(body_sha256=bytes(row[1]), hash=bytes(row[2])) for row in rows}


def recorded_times(*, tenant: Tenant, positions: Collection[int]) -> dict[int, datetime]:
    """Return when the events at these positions were recorded, by position."""
    found = Event.objects.filter(tenant=tenant, position__in=list(positions))
    return dict(found.values_list("position", "recorded_at"))


def projection_statuses(*, tenant: Tenant) -> list[ProjectionStatus]:
    """Return one status per registered projection, in order of registration."""
    head, _ = reader.head(tenant_id=tenant.pk)
    rows = {row.projection: row for row in Checkpoint.objects.filter(tenant=tenant)}
    statuses = []
    for name in projections():
        row = rows.get(name)
        position = row.position if row else 0
        statuses.append(
            ProjectionStatus(
                name=name,
                position=position,
                lag=head - position,
                stopped_at_position=row.stopped_at_position if row else None,
                stopped_reason=row.stopped_reason if row else "",
                updated_at=row.updated_at if row else None,
            )
        )
    return statuses


def checkpoint_position(*, tenant: Tenant, names: Collection[str]) -> int:
    """Return the smallest position that all the named projections have reached."""
    return min(_checkpoints(tenant, names).values(), default=0)


def folded_position(*, tenant: Tenant, names: Collection[str]) -> int:
    """Return the newest position that the tables of all the named projections hold the fold of.

    That is where the furthest of them is, unless one behind it has yet to fold an event in between;
    then it is the position before that event. It never falls while checkpoints rise.
    """
    checkpoints = _checkpoints(tenant, names)
    result = max(checkpoints.values(), default=0)
    for name, position in checkpoints.items():
        if position < result:
            waiting = reader.read_after(
                tenant_id=tenant.pk,
                position=position,
                until=result,
                limit=1,
                types=projections()[name].types,
            )
            result = waiting[0].position - 1 if waiting else result
    return result


def _checkpoints(tenant: Tenant, names: Collection[str]) -> dict[str, int]:
    found = Checkpoint.objects.filter(tenant=tenant, projection__in=list(names))
    rows = dict(found.values_list("projection", "position"))
    return {name: rows.get(name, 0) for name in names}
