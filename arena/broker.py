"""What Celery on Redis needs to survive kill -9: lost messages put back, and a sign of life.

Redis hands a message out once and keeps a copy in `unacked` until the task is done. When a whole
worker is killed, that copy waits for the visibility timeout; the supervisor knows that no worker
is alive and asks for it at once (ARENA_RESTORE_UNACKED=1).
"""

import logging
import os
import signal
import sys
from typing import Any, cast

from celery import Celery, bootsteps, signals
from celery.worker import state as worker_state
from redis import RedisError
from typing_extensions import override

from arena import redis_client
from arena.embedded import process

_BUSY_REPORT_INTERVAL_S = 5.0

logger = logging.getLogger(__name__)


def connect(app: Celery) -> None:
    """Connect the handlers of this module to the app's workers. Call once, at import."""
    main_pid = os.getpid()

    def remember_main_process(**_: Any) -> None:
        nonlocal main_pid
        main_pid = os.getpid()
        if os.environ.get("ARENA_RESTORE_UNACKED") == "1":
            restored = restore_unacked(app)
            logger.info("put back %d unacknowledged messages", restored)

    def die_with_main_process(**_: Any) -> None:
        # A pool process that outlived its worker would run a task a second worker runs too.
        # The solo pool works in the main process itself.
        if sys.platform == "linux" and os.getpid() != main_pid:
            process.die_with_parent(signal.SIGKILL, parent_pid=main_pid)

    def worker_is_ready(**_: Any) -> None:
        _record_or_log()

    signals.worker_init.connect(remember_main_process, weak=False)
    signals.worker_process_init.connect(die_with_main_process, weak=False)
    signals.worker_ready.connect(worker_is_ready, weak=False)
    app.steps["worker"].add(_BusyHeartbeat)


def restore_unacked(app: Celery) -> int:
    """Put every handed-out, unfinished message back into its queue; return how many there were.

    Only right while no worker is alive: a task that still runs would run twice. Does nothing for
    a broker that keeps no such list. Raises kombu's OperationalError when Redis is away.
    """
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=3)
        channel: Any = connection.default_channel
        if not hasattr(channel, "unacked_index_key"):
            return 0
        # Without the queue's binding kombu would drop the message it is told to put back.
        for queue in app.amqp.queues.values():
            queue(channel).declare()
        with channel.conn_or_acquire() as client:
            tags = client.zrange(channel.unacked_index_key, 0, -1)
        for tag in tags:
            channel.qos.restore_by_tag(tag.decode() if isinstance(tag, bytes) else tag)
        return len(tags)


def record_heartbeat() -> None:
    """Note that a worker is at work now, by the clock of Redis. Raises redis.RedisError."""
    client = redis_client.client()
    client.set(_heartbeat_key(), repr(_server_time_s()))


def heartbeat_age_s() -> float | None:
    """Seconds since a worker last showed itself; None when none ever did.

    Raises redis.RedisError when Redis is away.
    """
    recorded = cast("bytes | None", redis_client.client().get(_heartbeat_key()))
    return None if recorded is None else max(0.0, _server_time_s() - float(recorded))


class _BusyHeartbeat(bootsteps.StartStopStep):
    """The beat's heartbeat task waits while every slot works; then the main process vouches.

    A worker that has stopped fetching empties its slots, so this cannot hide it; a slot that
    hangs is ended by the task time limit.
    """

    requires = ("celery.worker.components:Timer",)

    @override
    def start(self, parent: Any) -> None:
        parent.timer.call_repeatedly(_BUSY_REPORT_INTERVAL_S, _report_if_busy, (parent,))


def _report_if_busy(worker: Any) -> None:
    if len(worker_state.active_requests) >= worker.concurrency:
        _record_or_log()


def _record_or_log() -> None:
    try:
        record_heartbeat()
    except RedisError as error:
        logger.warning("heartbeat not recorded: %s", type(error).__name__)


def _server_time_s() -> float:
    seconds, microseconds = redis_client.client().time()
    return seconds + microseconds / 1e6


def _heartbeat_key() -> str:
    return redis_client.key("worker", "heartbeat")
