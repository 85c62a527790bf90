"""Make, delete and resume webhooks; send a test, or an old delivery again."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import leaderboards.queries
import voting.queries
from arena.accounts.models import Membership
from arena.eventstore.domain import DomainError
from arena.news_kinds import KINDS
from arena.notices import bell, signing
from arena.notices.commands.deliveries import add
from arena.notices.managers import ROLES, Manager
from arena.notices.models import FollowedBoard, Webhook
from arena.notices.queries import UnknownDelivery, own_webhook
from arena.tenancy.models import Tenant
from workers import addresses, secret_box
from workers.queries import allow_list

WEBHOOKS_MAX: Final = 20
BOARDS_MAX: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class NewWebhook:
    """A webhook just made. `secret` is shown once; it cannot be read back."""

    webhook_id: UUID
    secret: str = field(repr=False)


def register_webhook(
    *, tenant: Tenant, manager: Manager, url: str, boards: Collection[str], kinds: Collection[str]
) -> NewWebhook:
    """Have an address sent the news of boards from now on.

    Raises DomainError for an address that is none or may not be reached, no board or an unknown
    one, no kind or an unknown one, whoever may not have webhooks, and more than WEBHOOKS_MAX.
    """
    secret = signing.new_secret()
    row = Webhook(
        tenant=tenant,
        maker=_maker(tenant, manager),
        url=_address(tenant, url),
        encrypted_secret=secret_box.seal(secret),
        kinds=_chosen("kind", kinds, KINDS.keys(), most=len(KINDS)),
        paused_reason="",
    )
    opened = {info.slug: info.position for info in voting.queries.boards(tenant=tenant)}
    chosen = _chosen("board", boards, opened, most=BOARDS_MAX)
    computed = leaderboards.queries.positions(tenant=tenant)
    told = opened | {board: position for board, position, _ in computed}
    with transaction.atomic():
        # Two at once could both be the last one.
        Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        if Webhook.objects.filter(tenant=tenant).count() >= WEBHOOKS_MAX:
            raise DomainError(f"This arena has {WEBHOOKS_MAX} webhooks. Delete one first.")
        row.save(force_insert=True)
        FollowedBoard.objects.bulk_create(
            FollowedBoard(webhook=row, board=board, position=told[board]) for board in chosen
        )
    return NewWebhook(webhook_id=row.pk, secret=secret)


def delete_webhook(*, tenant: Tenant, webhook_id: UUID, manager: Manager) -> None:
    """Forget a webhook, its secret and its deliveries; raise UnknownWebhook."""
    own_webhook(tenant=tenant, webhook_id=webhook_id, manager=manager).delete()


def resume_webhook(*, tenant: Tenant, webhook_id: UUID, manager: Manager) -> None:
    """Send news again; what came while it was paused comes together. Raises UnknownWebhook.

    First comes what had not arrived, with as many attempts as anything new.
    """
    row = own_webhook(tenant=tenant, webhook_id=webhook_id, manager=manager)
    row.paused_at, row.paused_reason = None, ""
    with transaction.atomic():
        row.save(update_fields=["paused_at", "paused_reason"])
        failed = row.deliveries.filter(delivered_at=None, next_attempt_at=None).exclude(board="")
        failed.update(attempts=0, next_attempt_at=timezone.now())
    bell.ring()


def send_test(*, tenant: Tenant, webhook_id: UUID, manager: Manager) -> None:
    """Queue a message that says nothing new. It is tried once, also while the webhook is paused.

    Raises UnknownWebhook, and DomainError while another test is on its way.
    """
    row = own_webhook(tenant=tenant, webhook_id=webhook_id, manager=manager)
    if row.deliveries.filter(board="", next_attempt_at__isnull=False).exists():
        raise DomainError("A test is on its way already.")
    add(webhook=row, board="", body=_test_body(tenant))
    bell.ring()


def send_again(*, tenant: Tenant, webhook_id: UUID, delivery_id: UUID, manager: Manager) -> None:
    """Queue a delivery once more, under its first id. Raises UnknownWebhook, UnknownDelivery."""
    row = own_webhook(tenant=tenant, webhook_id=webhook_id, manager=manager)
    found = row.deliveries.filter(pk=delivery_id)
    if not found.exists():
        raise UnknownDelivery("This webhook has no such delivery, or no longer.")
    # One that is being sent just now keeps its lease.
    found.filter(next_attempt_at=None).update(next_attempt_at=timezone.now())
    bell.ring()


@transaction.atomic
def reseal_secrets(*, tenant: Tenant) -> int:
    """Encrypt every secret anew under the first key of ARENA_SECRETS_KEYS; return how many.

    Raises workers.target.SealedSecret when one cannot be opened; then none is changed.
    """
    rows = list(Webhook.objects.select_for_update().filter(tenant=tenant))
    for row in rows:
        row.encrypted_secret = secret_box.resealed(row.encrypted_secret)
        row.save(update_fields=["encrypted_secret"])
    return len(rows)


def _maker(tenant: Tenant, manager: Manager) -> Membership | None:
    if manager.actor_id is None:
        return None
    found = Membership.objects.filter(
        tenant=tenant, user__actor_id=manager.actor_id, role__in=ROLES
    ).first()
    if found is None:
        raise DomainError("Webhooks are made by owners, administrators and moderators.")
    return found


def _address(tenant: Tenant, text: str) -> str:
    """Return the address; plain http only where the operator lets the arena reach inside."""
    allowed = allow_list(tenant=tenant)
    try:
        url = addresses.web_address(text)
        addresses.refuse_private(url, allowed)
    except ValueError as error:
        raise DomainError(f"Address of the webhook: {error}.") from None
    if url.scheme != "https" and not allowed.trusts(url.raw_host or "", url.port or 0):
        raise DomainError("Address of the webhook: want an address that begins with https://.")
    return str(url)


def _chosen(name: str, values: Collection[str], known: Collection[str], *, most: int) -> list[str]:
    chosen = sorted(set(values))
    unknown = [value for value in chosen if value not in known]
    if unknown or not 1 <= len(chosen) <= most:
        wrong = f"{', '.join(value[:40] for value in unknown)}: unknown. " if unknown else ""
        raise DomainError(f"{name}s: {wrong}Choose 1 to {most} of {', '.join(sorted(known))}.")
    return chosen


def _test_body(tenant: Tenant) -> str:
    at = timezone.now()
    data = {"arena": tenant.slug, "message": "This webhook works."}
    return json.dumps({"type": "webhook.test", "timestamp": at.isoformat(), "data": data})
