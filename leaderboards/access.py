"""Who may watch which board. The answer to a stranger is the same for all that he cannot see."""

from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

import arena.tenancy.queries
import voting.queries
from arena.accounts.permissions import can_read
from arena.tenancy.models import Tenant


def readable(
    *, tenant_slug: str | None, host: str, board: str, session_key: str | None
) -> Tenant | None:
    """The tenant, by slug or else by host, when it has the board and the session may read it."""
    try:
        if tenant_slug is None:
            tenant = arena.tenancy.queries.by_host(host)
        else:
            tenant = arena.tenancy.queries.by_slug(tenant_slug)
        if not _can_read(tenant, session_key):
            return None
        voting.queries.board(tenant=tenant, slug=board)
    except (arena.tenancy.queries.UnknownTenant, voting.queries.UnknownBoard):
        return None
    return tenant


def still_readable(*, tenant: Tenant, session_keys: Iterable[str | None]) -> set[str | None]:
    """Those of the sessions that may read the tenant as it and they are now."""
    try:
        tenant = arena.tenancy.queries.by_slug(tenant.slug)
    except arena.tenancy.queries.UnknownTenant:
        return set()
    return {session_key for session_key in session_keys if _can_read(tenant, session_key)}


def _can_read(tenant: Tenant, session_key: str | None) -> bool:
    # Django reads no more of a request than its session to know whose it is.
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return can_read(tenant=tenant, user=get_user(request))
