"""Read the log: by stream, and by position in batches of bounded memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, transaction

from arena.eventstore.domain import DomainEvent, UnknownEvent, event_type

BATCH = 2_000
# A rebuild writes the same rows once a batch in one transaction: fewer, larger batches.
REBUILD_BATCH = 10_000
EventT = TypeVar("EventT", bound=DomainEvent)
_COLUMNS = "position, id, stream, version, type, type_version, data, metadata, recorded_at"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the log holds it. `data` is the JSON as stored, `event` the typed fact."""

    position: int
    id: UUID
    stream: str
    version: int
    type: str
    type_version: int
    data: dict[str, Any]
    metadata: dict[str, Any]
    recorded_at: datetime

    @property
    def event(self) -> DomainEvent:
        """Return the typed event; raise UnknownEvent when this code does not know the type."""
        return event_type(self.type).from_data(self.data, self.type_version)


class Alike(NamedTuple):
    """Facts of one type that have the same values in some fields."""

    values: dict[str, str | None]
    """Each of those fields as text; None for null."""
    number: int
    position: int
    """Of the newest."""
    recorded_at: datetime
    """Of the newest."""
    greatest: str | None
    """The greatest text in the field asked for; None where it is null in all of them."""


def fact_of(stored: StoredEvent, kind: type[EventT]) -> EventT:
    """Return the typed event of the given class; raise TypeError when it is another."""
    event = stored.event
    if not isinstance(event, kind):
        raise TypeError(f"position {stored.position} holds {stored.type}, not {kind.__name__}")
    return event


def read_stream(*, tenant_id: int, stream: str) -> list[StoredEvent]:
    """Return the events of one stream, oldest first."""
    return _rows(
        f"SELECT {_COLUMNS} FROM eventstore_event "  # noqa: S608  constant column list
        "WHERE tenant_id = %s AND stream = %s ORDER BY version",
        (tenant_id, stream),
    )


def read_streams(*, tenant_id: int, streams: Collection[str]) -> dict[str, list[StoredEvent]]:
    """Return the events of several streams, oldest first; a stream that has none is left out."""
    found: dict[str, list[StoredEvent]] = {}
    for stored in _rows(
        f"SELECT {_COLUMNS} FROM eventstore_event "  # noqa: S608
        "WHERE tenant_id = %s AND stream = ANY(%s) ORDER BY stream, version",
        (tenant_id, list(streams)),
    ):
        found.setdefault(stored.stream, []).append(stored)
    return found


def read_ids(*, tenant_id: int, ids: Collection[UUID]) -> dict[UUID, StoredEvent]:
    """Return the events of these ids that the log holds."""
    rows = _rows(
        f"SELECT {_COLUMNS} FROM eventstore_event "  # noqa: S608
        "WHERE tenant_id = %s AND id = ANY(%s)",
        (tenant_id, list(ids)),
    )
    return {stored.id: stored for stored in rows}


def read_after(
    *,
    tenant_id: int,
    position: int,
    limit: int = BATCH,
    until: int | None = None,
    types: Collection[str] | None = None,
) -> list[StoredEvent]:
    """Return at most `limit` events after `position` and up to `until`, oldest first."""
    where, parameters = ["tenant_id = %s", "position > %s"], [tenant_id, position]
    values: list[Any] = list(parameters)
    if until is not None:
        where.append("position <= %s")
        values.append(until)
    if types is not None:
        where.append("type = ANY(%s)")
        values.append(sorted(types))
    return _rows(
        f"SELECT {_COLUMNS} FROM eventstore_event WHERE {' AND '.join(where)} "  # noqa: S608
        "ORDER BY position LIMIT %s",
        (*values, limit),
    )


def read_naming(
    *,
    tenant_id: int,
    position: int,
    until: int,
    limit: int,
    types: Collection[str],
    having: tuple[str, str],
    naming: tuple[Sequence[str], str],
) -> list[StoredEvent]:
    """Return at most `limit` events after `position` and up to `until`, oldest first, by fields.

    `having` is a field with its text, `naming` are fields of which one at least has a text. The
    database reads every event of the types in between, 1 to 3 µs each.
    """
    (field, text), (names, name) = having, naming
    any_named = " OR ".join(["data->>%s = %s"] * len(names))
    return _rows(
        f"SELECT {_COLUMNS} FROM eventstore_event "  # noqa: S608
        "WHERE tenant_id = %s AND position > %s AND position <= %s AND type = ANY(%s) "
        f"AND data->>%s = %s AND ({any_named}) ORDER BY position LIMIT %s",
        (
            *(tenant_id, position, until, sorted(types), field, text),
            *(part for one in names for part in (one, name)),
            limit,
        ),
    )


def read_all(*, tenant_id: int, after: int = 0, until: int | None = None) -> Iterator[StoredEvent]:
    """Yield the log in order, a batch in memory at a time."""
    while batch := read_after(tenant_id=tenant_id, position=after, until=until):
        yield from batch
        after = batch[-1].position


def read_of_types(*, tenant_id: int, types: Collection[str], until: int) -> Iterator[StoredEvent]:
    """Yield the events of these types up to a position in order, a batch in memory at a time."""
    after = 0
    while batch := read_after(tenant_id=tenant_id, position=after, until=until, types=types):
        yield from batch
        after = batch[-1].position


def count_of_types(*, tenant_id: int, types: Collection[str], until: int, most: int) -> int:
    """Return how many events of these types stand up to a position, `most` where there are more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM eventstore_event WHERE tenant_id = %s "
            "AND type = ANY(%s) AND position <= %s LIMIT %s) AS counted",
            (tenant_id, sorted(types), until, most),
        )
        (count,) = cursor.fetchone()
    return int(count)


def read_alike(
    *, tenant_id: int, kind: type[DomainEvent], until: int, by: Sequence[str], greatest: str
) -> list[Alike]:
    """Count the facts of a type up to a position by their values in the fields `by`.

    Facts that have null in the field `greatest` are never counted with facts that have a text.
    A tenth of the work of reading them one by one: the database counts. Raises UnknownEvent when
    the log holds the type in another version, whose fields may mean something else.
    """
    texts = ", ".join(["data->>%s"] * len(by))
    numbers = ", ".join(str(number) for number in range(1, len(by) + 3))
    with transaction.atomic(), connection.cursor() as cursor:
        # With less the database sorts all of them on its disk, which takes three times as long.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(
            f"SELECT {texts}, type_version, data->>%s IS NULL, count(*), max(position), "  # noqa: S608  numbers of columns
            'max(recorded_at), max(data->>%s COLLATE "C") FROM eventstore_event '
            f"WHERE tenant_id = %s AND type = %s AND position <= %s GROUP BY {numbers}",
            (*by, greatest, greatest, tenant_id, kind.__name__, until),
        )
        rows = cursor.fetchall()
    for version in {row[len(by)] for row in rows} - {kind.VERSION}:
        raise UnknownEvent(f"{kind.__name__} version {version} is counted as {kind.VERSION}")
    return [Alike(dict(zip(by, row, strict=False)), *row[len(by) + 2 :]) for row in rows]


def read_positions(
    *, tenant_id: int, positions: Collection[int], types: Collection[str]
) -> list[StoredEvent]:
    """Return the events at these positions that are of these types, oldest first."""
    return _rows(
        f"SELECT {_COLUMNS} FROM eventstore_event "  # noqa: S608
        "WHERE tenant_id = %s AND position = ANY(%s) AND type = ANY(%s) ORDER BY position",
        (tenant_id, list(positions), sorted(types)),
    )


def head(*, tenant_id: int) -> tuple[int, bytes | None]:
    """Return (position, hash) of the newest event, or (0, None) for an empty log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, hash FROM eventstore_event WHERE tenant_id = %s "
            "ORDER BY position DESC LIMIT 1",
            (tenant_id,),
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, None)


def _rows(sql: str, parameters: tuple[Any, ...]) -> list[StoredEvent]:
    """Run on psycopg itself: Django would add cost per row. It hands jsonb over as text."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        rows = connection.connection.execute(sql, parameters).fetchall()
    return [
        StoredEvent(
            position,
            id_,
            stream,
            version,
            type_,
            type_version,
            loads(data),
            loads(metadata),
            recorded_at,
        )
        for position, id_, stream, version, type_, type_version, data, metadata, recorded_at in rows
    ]
