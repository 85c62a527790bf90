"""Append one event outside a transaction with libpq itself, prepared once a connection.

A cursor adapts, looks up and wraps what is fixed here: nine texts in, four out. That took as long
as the server takes to append.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakSet

import psycopg
from psycopg.pq import ExecStatus

_NAME = b"eventstore_append_one"
_SQL = b"""
    SELECT o_position, o_version, (extract(epoch FROM o_recorded_at) * 1000000)::bigint, o_is_new
    FROM eventstore_append($1::bigint, ARRAY[$2::uuid], ARRAY[$3::text], ARRAY[$4::integer],
                           ARRAY[$5::text], ARRAY[$6::smallint], ARRAY[$7::text], ARRAY[$8::text],
                           ARRAY[$9::bytea])
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_prepared: WeakSet[psycopg.Connection[Any]] = WeakSet()


class Place(NamedTuple):
    """Where an event stands in the log."""

    position: int
    version: int
    recorded_at: datetime
    is_new: bool


def append(
    connected: psycopg.Connection[Any],
    *,
    tenant_id: int,
    event_id: UUID,
    stream: str,
    expected_version: int,
    type_name: str,
    type_version: int,
    data: str,
    metadata: str,
    body: bytes,
) -> Place:
    """Run eventstore_append for one event on an idle connection in autocommit mode.

    Raises psycopg.Error with the function's SQLSTATE, psycopg.OperationalError when the connection
    is lost.
    """
    if connected not in _prepared:
        _check(connected, connected.pgconn.prepare(_NAME, _SQL))
        _prepared.add(connected)
    result = connected.pgconn.exec_prepared(
        _NAME,
        [
            b"%d" % tenant_id,
            str(event_id).encode(),
            stream.encode(),
            b"%d" % expected_version,
            type_name.encode(),
            b"%d" % type_version,
            data.encode(),
            metadata.encode(),
            b"\\x" + body.hex().encode(),
        ],
    )
    _check(connected, result)
    position, version, recorded_at_us, is_new = (result.get_value(0, i) or b"" for i in range(4))
    return Place(
        position=int(position),
        version=int(version),
        recorded_at=_EPOCH + timedelta(microseconds=int(recorded_at_us)),
        is_new=is_new == b"t",
    )


def _check(connected: psycopg.Connection[Any], result: psycopg.pq.abc.PGresult) -> None:
    if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return
    if connected.broken:
        raise psycopg.OperationalError(result.get_error_message())
    raise psycopg.errors.error_from_result(result)
