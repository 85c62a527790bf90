"""Tell every web process what changed on a board. At most once: whoever misses it refetches."""

from datetime import datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from arena import redis_client
from arena.tenancy.models import Tenant
from leaderboards.cells import iso
from leaderboards.queries import encode
from leaderboards.rebuild import Change

log = structlog.get_logger(__name__)


def publish(*, tenant: Tenant, board: str, change: Change) -> bool:
    """Publish a change; False, with a warning in the log, when Redis does not take it."""
    return _publish(as_message(change), tenant=tenant, board=board)


def _publish(message: dict[str, Any], *, tenant: Tenant, board: str) -> bool:
    channel = redis_client.key("live", tenant.pk, board)
    try:
        redis_client.client().publish(channel, encode(message).encode())
    except RedisError as error:
        # The board is stored; the sweep announces its position again within ten seconds.
        log.warning(
            "board_not_broadcast", tenant=tenant.slug, board=board, error=type(error).__name__
        )
        return False
    return True


def as_message(change: Change) -> dict[str, Any]:
    """The patch as a websocket message."""
    leads = {} if change.leads is None else {"leads": change.leads}
    return {
        "type": "patch",
        "previous_position": change.previous_position,
        "position": change.position,
        "rows": change.rows,
        "removed": change.removed,
        "as_of": iso(change.as_of),
        "vote_count": change.vote_count,
        "model_count": change.model_count,
        **leads,
    }


def announce(*, tenant: Tenant, board: str, position: int, as_of: datetime | None) -> bool:
    """Publish where a board stands, as a patch without rows: who is behind will notice."""
    here = {
        "type": "patch",
        "previous_position": position,
        "position": position,
        "rows": [],
        "removed": [],
        "as_of": iso(as_of),
    }
    return _publish(here, tenant=tenant, board=board)
