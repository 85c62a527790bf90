"""Checks of Redis and Celery: reachable, durable, a layer that delivers, a worker at work."""

import asyncio
import uuid
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from arena import broker, redis_client
from arena.diagnosis.finding import Finding, failed, ok, skipped, warning
from arena.metrics import broker_queue_lengths

_ROUND_TRIP_TIMEOUT_S = 3.0
# Beat asks for a heartbeat every 10 s; a busy worker may miss a few.
_MAX_HEARTBEAT_AGE_S = 60.0


def redis() -> Finding:
    """Ask Redis for its version."""
    try:
        info = _info("server")
    except RedisError as error:
        return failed(
            "redis",
            f"Redis does not answer ({type(error).__name__}).",
            "Start the server, or correct REDIS_URL. Nothing that was voted is lost: events are "
            "in PostgreSQL and are folded when it is back.",
        )
    name = info.get("server_name", "redis")
    version = info.get("valkey_version") or info["redis_version"]
    return ok("redis", f"{name} {version}")


def durability() -> Finding:
    """Redis must neither evict queued tasks nor forget them when it restarts."""
    policy = _info("memory")["maxmemory_policy"]
    if policy != "noeviction":
        return failed(
            "redis-durability",
            f"maxmemory-policy is {policy}: queued tasks may be evicted.",
            "Set maxmemory-policy noeviction in the configuration of Redis.",
        )
    if not _info("persistence")["aof_enabled"]:
        return warning(
            "redis-durability",
            "appendonly is off: a restart of Redis forgets queued tasks and rate limits.",
            "Set appendonly yes (appendfsync everysec). Votes are safe either way; their effect "
            "on boards waits for the sweep.",
        )
    return ok("redis-durability", "noeviction, append-only file")


def task_broker() -> Finding:
    """Reach the broker as Celery does and measure its queues."""
    try:
        lengths = broker_queue_lengths()
    except (OperationalError, OSError) as error:
        return failed(
            "broker",
            f"Celery's broker does not answer ({type(error).__name__}).",
            "Correct ARENA_BROKER_URL, or REDIS_URL where that is unset.",
        )
    waiting = ", ".join(f"{length} tasks in {queue}" for queue, length in lengths.items())
    return ok("broker", f"waiting: {waiting}")


def channel_layer() -> Finding:
    """Send a message through the channel layer and receive it."""
    try:
        async_to_sync(_round_trip)()
    except (RedisError, OSError, TimeoutError) as error:
        return failed(
            "channel-layer",
            f"A message did not come back within {_ROUND_TRIP_TIMEOUT_S:.0f} s "
            f"({type(error).__name__}).",
            "Check that REDIS_URL allows PUBLISH and SUBSCRIBE (ACL) and is no cluster.",
        )
    return ok("channel-layer", "sent and received")


def worker() -> Finding:
    """A Celery worker must have been seen lately."""
    try:
        age_s = broker.heartbeat_age_s()
    except RedisError as error:
        return skipped("worker", f"Redis does not answer ({type(error).__name__})")
    mend = (
        "Start worker and beat: `make run`, or `celery -A arena.celery worker` and "
        "`celery -A arena.beat beat`; boards do not move without them."
    )
    if age_s is None:
        return failed("worker", "No worker has ever been seen.", mend)
    if age_s > _MAX_HEARTBEAT_AGE_S:
        return failed("worker", f"A worker was last seen {age_s:,.0f} s ago.", mend)
    return ok("worker", f"seen {age_s:.0f} s ago")


async def _round_trip() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    token = uuid.uuid4().hex
    await layer.send(channel, {"type": "doctor", "token": token})
    message = await asyncio.wait_for(layer.receive(channel), _ROUND_TRIP_TIMEOUT_S)
    if message.get("token") != token:
        raise TimeoutError("another message came")


def _info(section: str) -> dict[str, Any]:
    return redis_client.client().info(section)
