"""Tell the workers that a log has grown. Only a doorbell: the sweep finds what it misses."""

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from arena import redis_client

log = structlog.get_logger(__name__)
TASK = "eventstore.advance_projections"
# One task advances everything that is there, so appends within this time share one.
QUIET_MS = 1_000


def ring(*, tenant_id: int) -> None:
    """Ask for the tenant's projections to be advanced; never fails a caller who has committed.

    Many appends ring once: the flag is taken down by the task before it reads, so an append that
    finds the flag up will be seen by that task.
    """
    if not settings.BELL_ENABLED:
        return
    try:
        if redis_client.client().set(_flag(tenant_id), b"1", px=QUIET_MS, nx=True):
            current_app.send_task(TASK, (tenant_id,))
    except (RedisError, OperationalError, OSError) as error:
        # The event is committed and the sweep finds it within ten seconds: say so, do not fail.
        log.warning("bell_not_rung", tenant_id=tenant_id, error=type(error).__name__)


def take_down(*, tenant_id: int) -> None:
    """Take the flag down; a task does so before it reads, lest it miss a later append."""
    try:
        redis_client.client().delete(_flag(tenant_id))
    except RedisError as error:
        log.warning("bell_not_taken_down", tenant_id=tenant_id, error=type(error).__name__)


def _flag(tenant_id: int) -> str:
    return redis_client.key("bell", tenant_id)
