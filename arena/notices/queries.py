"""Webhooks with their last deliveries, and digests, for those who made them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from arena.accounts.models import User
from arena.notices.managers import IN_FORCE, Manager
from arena.notices.models import Delivery, Digest, FollowedBoard, Webhook
from arena.tenancy.models import Tenant

SHOWN: Final = 50
"""Deliveries of a webhook that are kept and listed."""


class UnknownWebhook(LookupError):
    """The arena has no such webhook, or it is another's."""


class UnknownDelivery(LookupError):
    """The webhook has no such delivery, or no longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookInfo:
    """A webhook as whoever manages it sees it; the secret is never read back."""

    webhook_id: UUID
    url: str
    boards: tuple[str, ...]
    kinds: tuple[str, ...]
    created_at: datetime
    paused_at: datetime | None
    paused_reason: str
    last: Delivery | None
    """The newest delivery; None before the first."""


def webhooks(*, tenant: Tenant, manager: Manager) -> list[WebhookInfo]:
    """Return the webhooks that somebody manages, oldest first."""
    rows = Webhook.objects.filter(manager.theirs, tenant=tenant)
    return [_info(row) for row in rows.prefetch_related("followed")]


def webhook(*, tenant: Tenant, webhook_id: UUID, manager: Manager) -> WebhookInfo:
    """Return one of them; raise UnknownWebhook."""
    return _info(own_webhook(tenant=tenant, webhook_id=webhook_id, manager=manager))


def deliveries(*, tenant: Tenant, webhook_id: UUID) -> list[Delivery]:
    """Return the last deliveries of a webhook of the arena, newest first."""
    found = Delivery.objects.filter(webhook__tenant=tenant, webhook=webhook_id)
    return list(found.defer("body")[:SHOWN])


def behind(*, tenant: Tenant) -> list[FollowedBoard]:
    """Return the boards whose news may be queued, of webhooks that are in force.

    Not one of which a delivery is on its way: its successors wait and come together, so news of a
    board arrive in order and a receiver that is down gathers one delivery a board.
    """
    unfinished = Delivery.objects.filter(
        webhook=OuterRef("webhook"), board=OuterRef("board"), next_attempt_at__isnull=False
    )
    running = Webhook.objects.filter(IN_FORCE, tenant=tenant, paused_at=None)
    found = FollowedBoard.objects.filter(~Exists(unfinished), webhook__in=running)
    return list(found.select_related("webhook"))


def own_webhook(*, tenant: Tenant, webhook_id: UUID, manager: Manager) -> Webhook:
    """Return the row of one that somebody manages; raise UnknownWebhook."""
    found = Webhook.objects.filter(manager.theirs, tenant=tenant, pk=webhook_id).first()
    if found is None:
        raise UnknownWebhook("There is no such webhook of yours in this arena.")
    return found


def digests(*, tenant: Tenant, user: User) -> list[Digest]:
    """Return what mail a member asked for in the arena, by board."""
    return list(Digest.objects.filter(membership__tenant=tenant, membership__user=user))


def has_verified_address(user: User) -> bool:
    """Tell whether the person has shown that the mail of their address reaches them."""
    found = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return bool(found.exists())


def _info(row: Webhook) -> WebhookInfo:
    return WebhookInfo(
        webhook_id=row.pk,
        url=row.url,
        boards=tuple(sorted(followed.board for followed in row.followed.all())),
        kinds=tuple(row.kinds),
        created_at=row.created_at,
        paused_at=row.paused_at,
        paused_reason=row.paused_reason,
        last=row.deliveries.defer("body").first(),
    )
