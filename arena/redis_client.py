"""Connections to the one Redis that carries bells, caches and live updates."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings


@cache
def client() -> "redis.Redis":
    """Return the shared blocking client; every call gives up within about a second."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5, decode_responses=False
    )


def async_client() -> "redis.asyncio.Redis":
    """Return a new asyncio client; the caller closes it."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, decode_responses=False)


def key(*parts: str | int) -> str:
    """Return a key below the site's prefix, so that several sites can share one server."""
    return ":".join([settings.REDIS_PREFIX, *map(str, parts)])
