"""Tell every web process what became of a battle, as soon as it is stored.

Commands run anywhere: in the process that answers the battle, in another one, in a worker.
"""

from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from arena import redis_client
from arena.tenancy.models import Tenant
from voting.events import (
    AnswersDelivered,
    BattleSkipped,
    BattleVoided,
    ContentErased,
    VoteCast,
)
from voting.state import void_side
from voting.streaming import stream
from voting.streaming.engine import engine

log = structlog.get_logger(__name__)


def on_battle_changed(*, tenant: Tenant, battle_id: UUID, event: object, **_: Any) -> None:
    """Pass on how a turn or a battle ended, and stop asking for answers nobody can use.

    Without Redis followers learn it from PostgreSQL a little later (hub.py).
    """
    if isinstance(event, ContentErased):
        _forget(tenant, battle_id)
        return
    ending = _ending(event)
    if not isinstance(event, AnswersDelivered):
        engine.stop(tenant=tenant, battle_id=battle_id)
    try:
        pipeline = redis_client.client().pipeline(transaction=False)
        stream.add_ending(pipeline, tenant_id=tenant.pk, battle_id=battle_id, ending=ending)
        pipeline.execute()
    except (RedisError, OSError) as error:
        log.warning("battle_end_not_announced", error=type(error).__name__)


def _forget(tenant: Tenant, battle_id: UUID) -> None:
    """Delete what Redis still holds of the texts; without Redis they go when their time is up."""
    try:
        redis_client.client().delete(stream.entries_key(tenant.pk, battle_id))
    except (RedisError, OSError) as error:
        log.warning("battle_texts_not_deleted", error=type(error).__name__)


def _ending(event: object) -> dict[str, Any]:
    match event:
        case AnswersDelivered():
            return {"type": "complete", "turn": event.turn}
        case BattleVoided():
            message = void_side(event.reason, event.side)
            return {"type": "void", "reason": event.reason, "message": message}
        case BattleSkipped():
            return {"type": "closed", "status": "skipped"}
        case VoteCast():
            return {"type": "closed", "status": "voted"}
    raise TypeError(f"no event that ends a turn: {type(event).__name__}")
