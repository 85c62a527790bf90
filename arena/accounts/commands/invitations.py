"""Ask an address to join an arena, once, by mail."""

import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from arena.accounts import mail, tokens
from arena.accounts.commands.members import lock_members, require_manager, require_may_give
from arena.accounts.models import Invitation, Membership, Role, User
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant

_LIFETIME = timedelta(days=7)


@transaction.atomic
def invite(*, tenant: Tenant, email: str, role: Role, by: User | None) -> Invitation:
    """Invite an address and mail it a link that is good for 7 days and for one use.

    Raises DomainError when `by` may not give the role, the address is none, belongs to a member
    or is invited already. Raises OSError when the stored invitation could not be mailed.
    """
    lock_members(tenant=tenant)
    require_may_give(tenant=tenant, by=by, role=role)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError("This is not an e-mail address. Write it as name@example.org.") from None
    if Membership.objects.filter(tenant=tenant, user__email=address).exists():
        raise DomainError(f"A member of {tenant.name} already has this address.")
    if Invitation.objects.filter(tenant=tenant, email=address).exists():
        raise DomainError("This address is invited already. Send the invitation again instead.")
    token = tokens.new_token()
    invitation = Invitation.objects.create(
        tenant=tenant,
        email=address,
        role=role,
        invited_by=by,
        token_sha256=tokens.digest(token),
        expires_at=timezone.now() + _LIFETIME,
    )
    transaction.on_commit(lambda: mail.send_invitation(invitation=invitation, token=token))
    return invitation


@transaction.atomic
def resend_invitation(*, tenant: Tenant, invitation_id: uuid.UUID, by: User | None) -> Invitation:
    """Mail a new link, good for 7 days; the old one stops working."""
    invitation = _open_invitation(tenant=tenant, invitation_id=invitation_id)
    require_may_give(tenant=tenant, by=by, role=Role(invitation.role))
    token = tokens.new_token()
    invitation.token_sha256 = tokens.digest(token)
    invitation.expires_at = timezone.now() + _LIFETIME
    invitation.save(update_fields=["token_sha256", "expires_at"])
    transaction.on_commit(lambda: mail.send_invitation(invitation=invitation, token=token))
    return invitation


@transaction.atomic
def revoke_invitation(*, tenant: Tenant, invitation_id: uuid.UUID, by: User | None) -> None:
    """Take an invitation back: its link stops working and the address is forgotten."""
    require_manager(tenant=tenant, by=by)
    _open_invitation(tenant=tenant, invitation_id=invitation_id).delete()


@transaction.atomic
def accept_invitation(*, tenant: Tenant, user: User, token: str) -> Membership:
    """Make the person a member in the role of the invitation, and forget the invitation.

    The person must have verified the invited address. Raises DomainError otherwise and when the
    token is unknown, used, revoked or older than 7 days. Who is a member already keeps the role.
    """
    lock_members(tenant=tenant)
    invitation = (
        Invitation.objects.select_for_update()
        .filter(tenant=tenant, token_sha256=tokens.digest(token))
        .first()
    )
    if invitation is None or invitation.expires_at <= timezone.now():
        raise DomainError(
            "This invitation is not good any more: it was used, taken back or is older than "
            "7 days. Ask for a new one."
        )
    if not EmailAddress.objects.filter(
        user=user, verified=True, email__iexact=invitation.email
    ).exists():
        raise DomainError(
            "This invitation was sent to another address. Sign in with the address that "
            "received it."
        )
    membership, _ = Membership.objects.get_or_create(
        tenant=tenant, user=user, defaults={"role": invitation.role}
    )
    invitation.delete()
    return membership


def _open_invitation(*, tenant: Tenant, invitation_id: uuid.UUID) -> Invitation:
    try:
        return Invitation.objects.select_for_update().get(tenant=tenant, pk=invitation_id)
    except Invitation.DoesNotExist:
        raise DomainError("There is no such invitation any more.") from None
