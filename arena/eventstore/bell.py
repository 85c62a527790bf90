"""Tell the workers that a log has grown. Only a doorbell: the sweep finds what it misses."""

import os
import threading

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
PAUSE_S = 0.03

_lock = threading.Lock()
_quiet: dict[int, bool] = {}
"""Tenants rung by this process a moment ago; true when one more ring is owed."""


def ring(*, tenant_id: int) -> None:
    """Ask for the tenant's projections to be advanced; never fails a caller who has committed.

    The first of a burst rings at once, the others together once when PAUSE_S is over: a round trip
    to Redis would cost as much as the append.
    """
    if not settings.BELL_ENABLED:
        return
    with _lock:
        is_quiet = tenant_id in _quiet
        _quiet[tenant_id] = is_quiet
    if is_quiet:
        return
    threading.Timer(PAUSE_S, _end_pause, [tenant_id]).start()
    _ring_now(tenant_id)


def _end_pause(tenant_id: int) -> None:
    with _lock:
        is_owed = _quiet.pop(tenant_id, False)
    if is_owed:
        # No further pause: a process that is ending can start no thread for it.
        _ring_now(tenant_id)


def _ring_now(tenant_id: int) -> None:
    """Enqueue the task unless its flag is up.

    The task takes the flag down before it reads, so an append that finds it up will be seen.
    """
    try:
        if redis_client.client().set(_flag(tenant_id), b"1", px=QUIET_MS, nx=True):
            current_app.send_task(TASK, (tenant_id,))
    except (RedisError, OperationalError, OSError) as error:
        # The event is committed and the sweep finds it within ten seconds: say so, do not fail.
        log.warning("bell_not_rung", tenant_id=tenant_id, error=type(error).__name__)
    except Exception:  # the request has succeeded, whatever ails the broker's client
        log.exception("bell_broken", tenant_id=tenant_id)


def take_down(*, tenant_id: int) -> None:
    """Take the flag down; a task does so before it reads, lest it miss a later append."""
    try:
        redis_client.client().delete(_flag(tenant_id))
    except RedisError as error:
        log.warning("bell_not_taken_down", tenant_id=tenant_id, error=type(error).__name__)


def _flag(tenant_id: int) -> str:
    return redis_client.key("bell", tenant_id)


def _forget() -> None:
    """Start afresh in a forked child: timers do not survive a fork, and a lock may be held."""
    global _lock
    _lock = threading.Lock()
    _quiet.clear()


os.register_at_fork(after_in_child=_forget)
