"""The Celery app and its schedule: Celery rings and works, PostgreSQL holds the truth."""

import os

from celery import Celery
from celery.app.task import Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")

from django.conf import settings


def _broker_url(redis_url: str) -> str:
    """Return the kombu form of a redis-py URL: `unix://` is spelled `redis+socket://` there."""
    if redis_url.startswith("unix://"):
        path, _, query = redis_url.removeprefix("unix://").partition("?")
        database = dict(part.split("=", 1) for part in query.split("&") if "=" in part).get(
            "db", "0"
        )
        return f"redis+socket://{path}?virtual_host={database}"
    return redis_url


app = Celery("arena")
app.conf.update(
    broker_url=_broker_url(settings.REDIS_URL),
    broker_transport_options={
        "global_keyprefix": f"{settings.REDIS_PREFIX}:celery:",
        # Longer than any task may run (task_time_limit), or Redis would deliver it twice.
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    },
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    task_publish_retry_policy={
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.2,
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_acks_on_failure_or_timeout=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_soft_time_limit=540,
    task_time_limit=600,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=2000,
    worker_soft_shutdown_timeout=10,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone="UTC",
    beat_schedule={
        "heartbeat": {"task": "arena.heartbeat", "schedule": 10, "options": {"expires": 30}},
        "sweep": {"task": "eventstore.sweep", "schedule": 10, "options": {"expires": 30}},
        "verify-chains": {"task": "eventstore.verify_chains", "schedule": 86_400},
    },
)
app.autodiscover_tasks()


@app.task(name="arena.heartbeat")
def heartbeat() -> None:
    """Record that a worker took a task just now; /readyz and the watchdog read it."""
    from arena import broker

    broker.record_heartbeat()


__all__ = ["Task", "app"]
