"""/healthz: the process is alive. /readyz: it can serve, and how long ago a worker was seen."""

import time
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from arena import broker, redis_client

_MIGRATIONS_FRESH_S = 10.0
# (monotonic time of the look, number found); reading every migration file takes tens of ms.
_pending_seen: tuple[float, int] | None = None


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process can answer at all; depends on nothing else."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and Redis are as they must be, else 503.

    The body is {"status": "ready" | "not ready", "checks": {name: {"ok": bool, ...}},
    "worker_heartbeat_age_s": seconds or null}. A dead worker does not make the site unready:
    pages are still served, so the age is told and judged elsewhere.
    """
    database = _database()
    checks = {
        "database": database,
        "migrations": _migrations() if database["ok"] else _unknown("database is not reachable"),
        "redis": _redis(),
    }
    is_ready = all(check["ok"] for check in checks.values())
    body = {
        "status": "ready" if is_ready else "not ready",
        "checks": checks,
        "worker_heartbeat_age_s": _worker_heartbeat_age_s(),
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def pending_migrations() -> int:
    """Return how many migrations of this code the database lacks; looks at most every 10 s."""
    global _pending_seen
    now = time.monotonic()
    if _pending_seen is None or now - _pending_seen[0] > _MIGRATIONS_FRESH_S:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _pending_seen = (now, len(plan))
    return _pending_seen[1]


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        # The kind only: the message of a refused connection names host and role.
        return _unknown(type(error).__name__)
    return {"ok": True}


def _migrations() -> dict[str, Any]:
    try:
        pending = pending_migrations()
    except DatabaseError as error:
        return _unknown(type(error).__name__)
    return {"ok": pending == 0, "pending": pending}


def _redis() -> dict[str, Any]:
    try:
        redis_client.client().ping()
    except RedisError as error:
        return _unknown(type(error).__name__)
    return {"ok": True}


def _worker_heartbeat_age_s() -> float | None:
    try:
        age_s = broker.heartbeat_age_s()
    except RedisError:
        # Said already by the check of Redis.
        return None
    return None if age_s is None else round(age_s, 1)


def _unknown(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}
