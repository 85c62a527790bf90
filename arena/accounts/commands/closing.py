"""Close an account: the person goes, the events stay under the actor id."""

from django.contrib.sessions.models import Session
from django.db import transaction

from arena.accounts.commands.members import lock_members
from arena.accounts.models import Invitation, Membership, Role, User
from arena.accounts.signals import account_closing
from arena.eventstore.domain import DomainError


def close_account(*, user: User) -> None:
    """Delete the person: addresses, memberships, keys, passkeys, sessions and invitations.

    Events name people by `actor_id` only, so the log stays as it is and points at nobody. What the
    person wrote in battles is blanked first. Raises DomainError while the person is the only owner
    of an arena.
    """
    with transaction.atomic():
        _check_not_needed(user)
    account_closing.send(sender=None, user=user)
    with transaction.atomic():
        _check_not_needed(user)
        Invitation.objects.filter(email=user.email).delete()
        _delete_sessions(user=user)
        user.delete()


def _check_not_needed(user: User) -> None:
    """Raise DomainError while an arena has no other owner; lock the members of the person's."""
    owned = list(
        Membership.objects.filter(user=user, role=Role.OWNER)
        .select_related("tenant")
        .order_by("tenant_id")
    )
    for membership in owned:
        lock_members(tenant=membership.tenant)
        others = Membership.objects.filter(tenant=membership.tenant, role=Role.OWNER)
        if not others.exclude(user=user).exists():
            raise DomainError(
                f"You are the only owner of {membership.tenant.name}. "
                "Make somebody else owner first."
            )


def _delete_sessions(*, user: User) -> None:
    # Sessions have no column for the person, and allauth notes the address in them.
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
