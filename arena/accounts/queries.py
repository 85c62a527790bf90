"""Who someone is in an arena, and what a key may do there."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from arena.accounts import tokens
from arena.accounts.models import SCOPES_BY_ROLE, ApiKey, Invitation, Membership, Role, User
from arena.tenancy.models import Tenant

_LAST_USED_PRECISION = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ApiKeyInfo:
    """A key that is good now. `scopes` is what its maker's role still allows of it."""

    id: uuid.UUID
    name: str
    scopes: frozenset[str]
    maker: uuid.UUID | None = None
    """`actor_id` of the person who made it; None for the operator at the command line."""


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """A key as its owner sees it."""

    id: uuid.UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    maker_email: str | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    is_expired: bool


def role_of(*, tenant: Tenant, user: User | AnonymousUser | None) -> Role | None:
    """Return the person's role in the arena, None for strangers and the anonymous."""
    if user is None or user.pk is None:
        return None
    found = Membership.objects.filter(tenant_id=tenant.pk, user_id=user.pk)
    role = found.values_list("role", flat=True).first()
    return Role(role) if role else None


def memberships_of(*, user: User) -> list[Membership]:
    """Return the person's memberships in all arenas with their tenants, by name."""
    return list(
        Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name")
    )


def members(*, tenant: Tenant) -> list[Membership]:
    """Return the members of the arena with their people, longest first."""
    return list(Membership.objects.filter(tenant=tenant).select_related("user"))


def person(*, tenant: Tenant, actor_id: uuid.UUID) -> User:
    """Return a member of the arena; raise Membership.DoesNotExist for anybody else."""
    return (
        Membership.objects.select_related("user").get(tenant=tenant, user__actor_id=actor_id).user
    )


def invitations(*, tenant: Tenant) -> list[Invitation]:
    """Return the invitations that nobody has accepted or revoked, oldest first."""
    return list(Invitation.objects.filter(tenant=tenant).select_related("invited_by"))


def invitation(*, tenant: Tenant, token: str) -> Invitation | None:
    """Return the invitation of that token while it is good."""
    return Invitation.objects.filter(
        tenant=tenant, token_sha256=tokens.digest(token), expires_at__gt=timezone.now()
    ).first()


def has_invitation(*, email: str) -> bool:
    """Tell whether any arena has an open invitation for the address (sign-up by invitation)."""
    return Invitation.objects.filter(email=email.lower(), expires_at__gt=timezone.now()).exists()


def keys(*, tenant: Tenant, maker: User | None = None) -> list[KeyRow]:
    """Return the keys of the arena that are not revoked, newest first; of one maker or of all."""
    found = ApiKey.objects.filter(tenant=tenant, revoked_at=None).select_related("created_by")
    if maker is not None:
        found = found.filter(created_by=maker)
    now = timezone.now()
    return [
        KeyRow(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            scopes=tuple(key.scopes),
            maker_email=key.created_by.email if key.created_by else None,
            created_at=key.created_at,
            last_used_at=key.last_used_at,
            expires_at=key.expires_at,
            is_expired=key.expires_at is not None and key.expires_at <= now,
        )
        for key in found
    ]


def authenticate_key(*, tenant: Tenant, raw: str) -> ApiKeyInfo | None:
    """Return what the key may do in this arena; None when it is not good here and now.

    One hash and one lookup by digest whatever `raw` is, so the time tells nothing of the secret; a
    key that was found costs a second lookup, of its maker. The use is noted, at most once a minute.
    """
    now = timezone.now()
    key = (
        ApiKey.objects.filter(tenant=tenant, sha256=tokens.digest(raw), revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    found = None if key is None else _maker(key)
    if key is None or found is None:
        return None
    role, maker = found
    if key.last_used_at is None or key.last_used_at <= now - _LAST_USED_PRECISION:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return ApiKeyInfo(
        id=key.id,
        name=key.name,
        scopes=frozenset(key.scopes) & frozenset(SCOPES_BY_ROLE[role]),
        maker=maker,
    )


def _maker(key: ApiKey) -> tuple[Role, uuid.UUID | None] | None:
    """Return the role that the key's maker has now, and who that is; an owner where nobody is."""
    if key.created_by_id is None:
        return Role.OWNER, None
    found = Membership.objects.filter(
        tenant_id=key.tenant_id, user_id=key.created_by_id, user__is_active=True
    )
    row = found.values_list("role", "user__actor_id").first()
    return None if row is None else (Role(row[0]), row[1])
