"""Somebody who subscribed to a board in every way there is."""

from allauth.account.models import EmailAddress

from arena.accounts.models import User
from arena.notices import commands
from arena.notices.managers import Manager
from arena.notices.queries import deliveries, digests
from arena.tenancy.models import Tenant


def subscribed(tenant: Tenant, word: str, owner: User) -> dict[str, str]:
    """Return the ids of a webhook of the owner, of a delivery to it, and of a digest."""
    manager = Manager(actor_id=owner.actor_id, manages_all=True)
    hook = commands.register_webhook(
        tenant=tenant, manager=manager, url=f"https://{word}.invalid/hook",
        boards=[f"{word}-board"], kinds=["rules.set"],
    ).webhook_id  # fmt: skip
    commands.send_test(tenant=tenant, webhook_id=hook, manager=manager)
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    commands.subscribe(tenant=tenant, user=owner, board=f"{word}-board", cadence="daily")
    [delivery] = deliveries(tenant=tenant, webhook_id=hook)
    [digest] = digests(tenant=tenant, user=owner)
    found = {"webhook_id": hook, "delivery_id": delivery.pk, "digest_id": digest.pk}
    return {name: str(value) for name, value in found.items()}
