"""Make and revoke the keys by which programs speak to one arena."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from arena.accounts import tokens
from arena.accounts.models import SCOPES_BY_ROLE, ApiKey, Role, Scope, User
from arena.accounts.queries import role_of
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant


@dataclass(frozen=True, kw_only=True)
class NewApiKey:
    """A key just made. `raw` is the secret, to be shown once; it cannot be read back."""

    id: uuid.UUID
    name: str
    raw: str = field(repr=False)


def create_api_key(
    *,
    tenant: Tenant,
    by: User | None,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
) -> NewApiKey:
    """Make a key for this arena; `by` is None for the operator at the command line.

    Raises DomainError when the name is empty, no scope is chosen, a scope is beyond the maker's
    role, or the expiry is past.
    """
    role = Role.OWNER if by is None else role_of(tenant=tenant, user=by)
    if role is None:
        raise DomainError(f"Join {tenant.name} before you make a key for it.")
    clean_name = name.strip()
    if not clean_name or len(clean_name) > 100:
        raise DomainError("Give the key a name of 1 to 100 characters.")
    if expires_at is not None and expires_at <= timezone.now():
        raise DomainError("The expiry is in the past.")
    raw = tokens.new_api_key()
    key = ApiKey.objects.create(
        tenant=tenant,
        created_by=by,
        name=clean_name,
        prefix=tokens.visible_part(raw),
        sha256=tokens.digest(raw),
        scopes=_checked_scopes(role=role, scopes=scopes),
        expires_at=expires_at,
    )
    return NewApiKey(id=key.id, name=key.name, raw=raw)


@transaction.atomic
def revoke_api_key(*, tenant: Tenant, key_id: uuid.UUID, by: User | None) -> None:
    """Make a key useless at once. Makers revoke their own, owners and administrators any."""
    key = ApiKey.objects.select_for_update().filter(tenant=tenant, pk=key_id).first()
    role = Role.OWNER if by is None else role_of(tenant=tenant, user=by)
    is_own = by is not None and key is not None and key.created_by_id == by.pk
    if key is None or not (is_own or role in (Role.OWNER, Role.ADMIN)):
        raise DomainError("There is no such key of yours in this arena.")
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


def _checked_scopes(*, role: Role, scopes: Collection[str]) -> list[str]:
    """Return the scopes in the order of Scope; raise DomainError naming what is not allowed."""
    allowed = SCOPES_BY_ROLE[role]
    if not scopes:
        raise DomainError("Choose at least one scope.")
    refused = sorted(set(scopes) - set(allowed))
    if refused:
        raise DomainError(
            f"Scope not allowed for a key of {role.label.lower()}: {', '.join(refused)}. "
            f"Allowed: {', '.join(scope for scope in Scope if scope in allowed)}."
        )
    return [scope.value for scope in Scope if scope in scopes]
