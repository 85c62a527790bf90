"""The Redis keys of a battle: the stream of its current turn, and who answers it.

Stream entries have one field, JSON: `begin` (turn), `delta` (as followers get it), and `complete`,
`void` or `closed` without HTML. They are what web processes tell each other; what counts is stored
in PostgreSQL. `MAXLEN` is never reached by a turn that lasts as long as it may.
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import redis.asyncio.client
import redis.client

from arena import redis_client
from voting.streaming.turn import Key, Turn

ALIVE_MS: Final = 8_000
"""A process that has not said for so long that it answers a battle is taken for dead."""
_MAX_ENTRIES: Final = 10_000
_TTL_MS: Final = 3_600_000
_TTL_AT_REST_MS: Final = 60_000
_FIELD: Final = b"m"

Pipeline = redis.client.Pipeline | redis.asyncio.client.Pipeline
"""Both collect commands alike; only executing them differs."""


def entries_key(tenant_id: int, battle_id: UUID) -> str:
    """Return the key of the stream."""
    return redis_client.key("battle", tenant_id, str(battle_id))


def alive_key(tenant_id: int, battle_id: UUID) -> str:
    """Return the key that stands while some process answers the battle."""
    return redis_client.key("battle-alive", tenant_id, str(battle_id))


def claim(pipeline: Pipeline, key: Key, turn: int) -> None:
    """Ask to be the one who answers a turn; the reply is None for everybody but the first."""
    tenant_id, battle_id = key
    claimed = redis_client.key("battle-claim", tenant_id, str(battle_id), turn)
    pipeline.set(claimed, b"1", nx=True, px=_TTL_MS)


def add_begin(pipeline: Pipeline, turn: Turn) -> None:
    """Start the stream of a turn, without the entries of the turn before."""
    key = entries_key(*turn.key)
    pipeline.set(alive_key(*turn.key), b"1", px=ALIVE_MS)
    pipeline.xtrim(key, maxlen=0, approximate=False)
    _add(pipeline, key, {"type": "begin", "turn": turn.number})
    pipeline.pexpire(key, _TTL_MS)


def say_alive(pipeline: Pipeline, turn: Turn) -> None:
    """Say that the turn is still being answered; the reply is None when nobody believed so."""
    pipeline.set(alive_key(*turn.key), b"1", px=ALIVE_MS, xx=True)


def add_delta(pipeline: Pipeline, turn: Turn, delta: Mapping[str, Any]) -> None:
    """Add what the answers have grown by, but not to a stream that was deleted meanwhile."""
    _add(pipeline, entries_key(*turn.key), delta, makes_stream=False)


def add_ending(
    pipeline: Pipeline, *, tenant_id: int, battle_id: UUID, ending: Mapping[str, Any]
) -> None:
    """Add how a turn or the battle ended. The texts go from Redis soon after."""
    key = entries_key(tenant_id, battle_id)
    _add(pipeline, key, ending)
    pipeline.pexpire(key, _TTL_AT_REST_MS)
    pipeline.delete(alive_key(tenant_id, battle_id))


def entry_of(fields: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Return what an entry says."""
    entry: dict[str, Any] = json.loads(fields[_FIELD])
    return entry


def _add(
    pipeline: Pipeline, key: str, entry: Mapping[str, Any], *, makes_stream: bool = True
) -> None:
    body = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    pipeline.xadd(
        key,
        {_FIELD: body.encode()},
        maxlen=_MAX_ENTRIES,
        approximate=True,
        nomkstream=not makes_stream,
    )
