"""Ask for what is due to be sent now. Only a doorbell: the sweep finds what it misses."""

import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
TASK = "notices.send_webhooks"


def ring() -> None:
    """Enqueue the task; never fails whoever has stored what is to be sent."""
    if not settings.BELL_ENABLED:
        return
    try:
        current_app.send_task(TASK)
    except (RedisError, OperationalError, OSError) as error:
        log.warning("webhooks_not_rung", error=type(error).__name__)
