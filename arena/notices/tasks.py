"""Celery's part: queue and send what is due to webhooks, and mail digests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from celery import shared_task
from django.db import Error as DatabaseFailure

import arena.tenancy.queries
from arena import redis_client
from arena.notices import bell, commands, mailing, sending, telling

log = structlog.get_logger(__name__)
_AT_ONCE: Final = 20
"""Deliveries of one arena that are sent side by side."""
_TURN_MS: Final = 60_000


@shared_task(name=bell.TASK)
def send_webhooks() -> None:
    """Queue what is new on followed boards, then send what is due."""
    tenants = arena.tenancy.queries.all_tenants()
    with _turn() as is_ours:
        if not is_ours:
            return
        for tenant in tenants:
            try:
                telling.queue_news(tenant=tenant)
            except DatabaseFailure as error:
                # One arena does not hold up the others; the next call looks again.
                log.warning("news_not_queued", tenant=tenant.slug, error=type(error).__name__)
        claimed = [
            item for tenant in tenants for item in commands.claim(tenant=tenant, limit=_AT_ONCE)
        ]
        for item, result in zip(claimed, sending.send(claimed), strict=True):
            commands.record(claimed=item, result=result)
    if claimed:
        log.info("webhooks_sent", count=len(claimed))


@shared_task(name="notices.send_digests")
def send_digests() -> None:
    """Mail every digest whose day has come."""
    sent = mailing.send_due()
    if sent:
        log.info("digests_sent", count=sent)


@contextmanager
def _turn() -> Iterator[bool]:
    """Let one worker send at a time, so that slow receivers keep no other from the boards.

    What is right does not hang on it: whatever is sent was claimed in the database.
    """
    client, key = redis_client.client(), redis_client.key("webhooks")
    is_ours = bool(client.set(key, b"1", px=_TURN_MS, nx=True))
    try:
        yield is_ours
    finally:
        if is_ours:
            client.delete(key)
