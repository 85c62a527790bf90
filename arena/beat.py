"""Beat by itself: the schedule and the broker, without Django, in a third of the memory.

Beat only sends names of tasks, so it loads none of them: `celery -A arena.beat beat`.
"""

from typing import Any, Final

from celery import Celery

from arena.broker_url import broker_settings
from arena.environment import integer, text

# A run waits for its next runner for a sixth of a lease at most, and no longer than 15 s.
_LEASES_EVERY_S: Final = max(1, min(15, integer("ARENA_RUN_LEASE_S", 90) // 6))


def _every(task: str, seconds: int) -> dict[str, Any]:
    """Return an entry that no longer counts once its successors are due: none pile up."""
    return {"task": task, "schedule": seconds, "options": {"expires": 3 * seconds}}


SCHEDULE: Final = {
    "heartbeat": _every("arena.heartbeat", 10),
    "sweep": _every("eventstore.sweep", 10),
    "sweep-battles": _every("voting.sweep_battles", 10),
    "sweep-boards": _every("leaderboards.sweep", 10),
    "expire-leases": _every("workers.expire_leases", _LEASES_EVERY_S),
    "dispatch-runs": _every("workers.dispatch_runs", 15),
    "check-reproductions": _every("workers.check_reproductions", 60),
    # What is new on a board within these seconds goes out together.
    "send-webhooks": _every("notices.send_webhooks", 10),
    "send-digests": _every("notices.send_digests", 600),
    "verify-chains": _every("eventstore.verify_chains", 86_400),
}

# Celery would set up Django by itself for any app when it sees Django's settings variable.
app = Celery("arena", fixups=[])
app.conf.update(
    **broker_settings(
        broker_url=text("ARENA_BROKER_URL", ""),
        redis_url=text("REDIS_URL"),
        prefix=text("ARENA_REDIS_PREFIX", "arena"),
        sentinel_master=text("ARENA_BROKER_SENTINEL_MASTER", ""),
    ),
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    beat_schedule=SCHEDULE,
)
