"""Connections to the one Redis that carries bells, caches and live updates."""

from functools import cache
from typing import Any, Final

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.client import PubSub

_SILENCE_S: Final = 30.0
"""After so much silence a subscription is probed; a dead peer says nothing either."""
_PROBE_REPLY_S: Final = 5.0


@cache
def client() -> "redis.Redis":
    """Return the shared blocking client; every call gives up within about a second."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5, decode_responses=False
    )


def async_client() -> "redis.asyncio.Redis":
    """Return a new asyncio client; the caller closes it."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, decode_responses=False)


async def next_message(subscription: PubSub) -> dict[str, Any]:
    """Return the next message of any kind; raise ConnectionError when the server is silent."""
    message: dict[str, Any] | None = await subscription.get_message(timeout=_SILENCE_S)
    if message is None:
        await subscription.ping()
        message = await subscription.get_message(timeout=_PROBE_REPLY_S)
    if message is None:
        raise ConnectionError("Redis does not answer")
    return message


def key(*parts: str | int) -> str:
    """Return a key below the site's prefix, so that several sites can share one server."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])
