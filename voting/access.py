"""Who may follow a battle: its voter. The answer to everybody else is that there is none."""

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie

import arena.tenancy.queries
from arena.accounts.permissions import can_read
from arena.tenancy.models import Tenant
from voting import queries
from voting.state import UnknownBattle
from voting.voters import voters_of


def follower_tenant(
    *, tenant_slug: str | None, host: str, cookie_header: str, battle_id: UUID
) -> Tenant | None:
    """Return the arena, by slug or else by host, in which these cookies are the battle's voter."""
    cookies = parse_cookie(cookie_header)
    # Django reads no more of a request than its session to know whose it is.
    request = HttpRequest()
    session_key = cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    try:
        if tenant_slug is None:
            tenant = arena.tenancy.queries.by_host(host)
        else:
            tenant = arena.tenancy.queries.by_slug(tenant_slug)
        voters = voters_of(tenant=tenant, user=user, cookies=cookies)
        if not voters or not can_read(tenant=tenant, user=user):
            return None
        battle = queries.battle(tenant=tenant, battle_id=battle_id)
    except (arena.tenancy.queries.UnknownTenant, UnknownBattle):
        return None
    return tenant if battle.started.voter in voters else None
