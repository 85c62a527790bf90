"""Deliveries: queue what is new, take what is due, note what came of an attempt."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.notices.managers import IN_FORCE
from arena.notices.models import Delivery, FollowedBoard, Webhook
from arena.notices.queries import SHOWN
from arena.tenancy.models import Tenant

ATTEMPTS_MAX: Final = 9
_FIRST_WAIT_S: Final = 10
_WAIT_FACTOR: Final = 4
_LONGEST_WAIT_S: Final = 43_200
"""10 s, 40 s, 2:40 min, 10:40 min, 43 min, 2.8 h, 11.4 h, 12 h: about a day in all."""
_JITTER: Final = 0.2
"""A wait is up to so much of itself shorter or longer, lest receivers be asked all at once."""
LEASE: Final = timedelta(seconds=60)
"""After it an attempt whose worker died is made again; an attempt itself takes at most 10 s."""
_GONE: Final = 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """An attempt that this process makes now."""

    tenant: Tenant
    delivery_id: UUID
    attempt: int
    url: str = field(repr=False)
    encrypted_secret: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What came of it: the HTTP status, or None and why there is none."""

    status: int | None
    error: str
    """Empty where the receiver took the message (2xx)."""
    duration_ms: float


@transaction.atomic
def tell(*, followed: FollowedBoard, until: int, body: str | None) -> None:
    """Note up to where a board was told, and queue the message unless there is nothing to say.

    Nothing happens where another worker was quicker.
    """
    same = FollowedBoard.objects.filter(
        webhook=followed.webhook, board=followed.board, position=followed.position
    )
    if not same.update(position=until) or body is None:
        return
    add(webhook=followed.webhook, board=followed.board, body=body)


def add(*, webhook: Webhook, board: str, body: str) -> None:
    """Queue a message and forget old ones that are over; no `board` is a test."""
    Delivery.objects.create(
        webhook=webhook, board=board, body=body, next_attempt_at=timezone.now(), error=""
    )
    kept = webhook.deliveries.values_list("pk", flat=True)[:SHOWN]
    webhook.deliveries.filter(next_attempt_at=None).exclude(pk__in=list(kept)).delete()


@transaction.atomic
def claim(*, tenant: Tenant, limit: int) -> list[Claimed]:
    """Take deliveries that are due; nobody else takes them before LEASE is over."""
    now = timezone.now()
    allowed = Webhook.objects.filter(IN_FORCE, tenant=tenant)
    due = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(webhook__in=allowed, next_attempt_at__lte=now)
        .select_related("webhook")
        .order_by("next_attempt_at", "pk")
    )
    rows = list(due[:limit])
    for row in rows:
        row.attempts += 1
        row.last_attempt_at = now
        row.next_attempt_at = now + LEASE
    Delivery.objects.bulk_update(rows, ["attempts", "last_attempt_at", "next_attempt_at"])
    return [
        Claimed(
            tenant=tenant,
            delivery_id=row.pk,
            attempt=row.attempts,
            url=row.webhook.url,
            encrypted_secret=row.webhook.encrypted_secret,
            body=row.body,
        )
        for row in rows
    ]


@transaction.atomic
def record(*, claimed: Claimed, result: Result) -> None:
    """Note what came of an attempt: over, tried again later, or given up and the webhook paused.

    Nothing is noted of an attempt whose lease another has taken over, or of a deleted webhook.
    """
    row = (
        Delivery.objects.select_for_update()
        .filter(pk=claimed.delivery_id, attempts=claimed.attempt)
        .first()
    )
    if row is None:
        return
    now = timezone.now()
    row.status, row.error, row.duration_ms = result.status, result.error, result.duration_ms
    row.next_attempt_at = None
    if not result.error:
        row.delivered_at = now
    elif row.attempts >= ATTEMPTS_MAX or result.status == _GONE:
        _pause(row, now)
    elif row.board:
        row.next_attempt_at = now + _wait(row.attempts)
    row.save()


def _pause(row: Delivery, now: datetime) -> None:
    """Send the webhook nothing more by itself, and say why."""
    times = "once" if row.attempts == 1 else f"{row.attempts} times"
    reason = f"A delivery was tried {times}; the last time: {row.error}."
    Webhook.objects.filter(pk=row.webhook_id).update(paused_at=now, paused_reason=reason)
    Delivery.objects.filter(webhook=row.webhook_id).update(next_attempt_at=None)


def _wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    seconds = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * _WAIT_FACTOR ** (attempts - 1))
    jitter = secrets.SystemRandom().uniform(1 - _JITTER, 1 + _JITTER)
    return timedelta(seconds=seconds * jitter)
