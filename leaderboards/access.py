"""Who may watch which board. The answer to a stranger is the same for all that he cannot see."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model

import arena.tenancy.queries
import voting.queries
from arena.accounts.permissions import can_read
from arena.tenancy.models import Tenant


def readable(*, tenant_slug: str | None, host: str, board: str, user: Any) -> Tenant | None:
    """The tenant, by slug or else by host, when it has the board and the user may read it."""
    try:
        if tenant_slug is None:
            tenant = arena.tenancy.queries.by_host(host)
        else:
            tenant = arena.tenancy.queries.by_slug(tenant_slug)
        if not can_read(tenant=tenant, user=user):
            return None
        voting.queries.board(tenant=tenant, slug=board)
    except (arena.tenancy.queries.UnknownTenant, voting.queries.UnknownBoard):
        return None
    return tenant


def still_readable(*, tenant: Tenant, users: Iterable[Any]) -> set[Any]:
    """Those of the users who may read the tenant as it and they are now."""
    try:
        tenant = arena.tenancy.queries.by_slug(tenant.slug)
    except arena.tenancy.queries.UnknownTenant:
        return set()
    return {user for user in users if _is_active(user) and can_read(tenant=tenant, user=user)}


def _is_active(user: Any) -> bool:
    """Whether the account still stands; a visitor without one has none to lose."""
    if user.is_anonymous:
        return True
    return get_user_model().objects.filter(pk=user.pk, is_active=True).exists()
