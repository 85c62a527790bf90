"""Tell every web process that a run has moved, so that open pages look again."""

from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from redis.exceptions import RedisError

from arena import redis_client

log = structlog.get_logger(__name__)
CHANNEL = "runs"


def ring_run(*, tenant_id: int, run_id: UUID) -> None:
    """Ring once the surrounding transaction has committed. At most once: pages also look by clock.

    Commands call it for everything that a watcher should see at once: events of a run, and the
    progress that a runner reports with its heartbeat.
    """
    transaction.on_commit(partial(_ring_now, tenant_id, run_id))


def _ring_now(tenant_id: int, run_id: UUID) -> None:
    try:
        redis_client.client().publish(redis_client.key(CHANNEL, tenant_id), str(run_id))
    except (RedisError, OSError) as error:
        # The run is stored; open pages look by themselves every few seconds.
        log.warning("run_bell_not_rung", error=type(error).__name__)
