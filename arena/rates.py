"""Count what somebody does in a minute: a fixed window in Redis, shared by every process."""

import ipaddress
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from arena import redis_client

log = structlog.get_logger(__name__)
WINDOW_SECONDS = 60
PAUSE_SECONDS = 5
_silent_until = 0.0
"""Monotonic time before which Redis is not asked again after a failure."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What is left of an account's minute after what was counted now."""

    limit: int
    remaining: int
    reset_seconds: int
    is_exceeded: bool


def count(account: str, *, limit: int) -> Quota | None:
    """Count one more for the account; return None, to let it pass, while Redis is away."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return None
    key = redis_client.key("rate", account)
    try:
        with redis_client.client().pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            pipe.incr(key)
            pipe.ttl(key)
            _, counted, reset_seconds = pipe.execute()
    except (RedisError, OSError) as error:
        # A limit protects the service; it must not become what takes it down.
        _silent_until = time.monotonic() + PAUSE_SECONDS
        log.warning("rate_limits_paused", seconds=PAUSE_SECONDS, error=type(error).__name__)
        return None
    return Quota(
        limit=limit,
        remaining=max(0, limit - counted),
        reset_seconds=max(1, reset_seconds),
        is_exceeded=counted > limit,
    )


def client_digest(request: HttpRequest) -> str:
    """Return a keyed digest of the client's address: enough to count, useless to find a person.

    An IPv6 client owns a whole /64, so that is what is counted.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.ALLAUTH_TRUSTED_PROXY_COUNT <= len(forwarded):
        address = forwarded[-settings.ALLAUTH_TRUSTED_PROXY_COUNT].strip()
    try:
        if ipaddress.ip_address(address).version == 6:
            address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        address = "unknown"
    return salted_hmac("arena.api.rates", address, algorithm="sha256").hexdigest()[:32]
