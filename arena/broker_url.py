"""Celery's connection to its broker: Redis at one address, Redis behind Sentinel, or RabbitMQ."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

_REDIS = {"redis", "rediss", "redis+socket", "sentinel"}
_AMQP = {"amqp", "amqps"}


def broker_settings(
    *, broker_url: str, redis_url: str, prefix: str, sentinel_master: str
) -> dict[str, Any]:
    """Return Celery's `broker_url` and `broker_transport_options`.

    An empty `broker_url` means the site's own Redis. Several Sentinels or RabbitMQ nodes are
    separated by `;`. Raises ImproperlyConfigured for a scheme Celery cannot use here.
    """
    url = _kombu_url(broker_url or redis_url)
    scheme = url.partition("://")[0]
    if scheme in _AMQP:
        return {
            "broker_url": url,
            "broker_transport_options": {"read_timeout": 5, "write_timeout": 5},
            "broker_heartbeat": 30,
        }
    if scheme not in _REDIS:
        raise ImproperlyConfigured(
            f"The broker URL starts with {scheme}://, which is none of "
            f"{', '.join(sorted(_REDIS | _AMQP))} or unix. Celery cannot use Redis Cluster; "
            "see Scaling out in docs/operations.md."
        )
    options: dict[str, Any] = {
        "global_keyprefix": f"{prefix}:celery:",
        # Longer than any task may run (task_time_limit), or Redis would deliver it twice.
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
    if scheme == "sentinel":
        if not sentinel_master:
            raise ImproperlyConfigured(
                "ARENA_BROKER_URL names Sentinels: set ARENA_BROKER_SENTINEL_MASTER to the name "
                "they give the primary, for example mymaster."
            )
        options["master_name"] = sentinel_master
    return {"broker_url": url, "broker_transport_options": options}


def _kombu_url(url: str) -> str:
    """Return the kombu form of a redis-py URL: `unix://` is spelled `redis+socket://` there."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"
