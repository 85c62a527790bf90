"""The Celery app of workers and web: Celery rings and works, PostgreSQL holds the truth."""

import gc
import os
from typing import Any

from celery import Celery
from celery.app.task import Task
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")

from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from arena import broker
from arena.broker_url import broker_settings

app = Celery("arena")
app.conf.update(
    **broker_settings(
        broker_url=settings.BROKER_URL,
        redis_url=settings.REDIS_URL,
        prefix=settings.REDIS_PREFIX,
        sentinel_master=settings.BROKER_SENTINEL_MASTER,
    ),
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
)
# Tasks log with the request id of whoever asked for them.
app.steps["worker"].add(DjangoStructLogInitStep)
broker.connect(app)
app.autodiscover_tasks()


@worker_process_init.connect
def forget_what_stays(**_: Any) -> None:
    """Leave what a worker has loaded out of garbage collections.

    A full one that walks it takes a tenth of a second, and rebuilding a large board caused several.
    """
    gc.collect()
    gc.freeze()


@app.task(name="arena.heartbeat")
def heartbeat() -> None:
    """Record that a worker took a task just now; /readyz and the watchdog read it."""
    broker.record_heartbeat()


__all__ = ["Task", "app"]
