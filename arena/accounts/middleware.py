"""Private arenas answer their members only."""

from collections.abc import Callable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.decorators import sync_only_middleware

from arena.accounts.models import User
from arena.accounts.permissions import ArenaRequest, bearer_key, may_enter
from arena.accounts.queries import role_of
from arena.tenancy.middleware import TENANTLESS, leave_tenant
from arena.tenancy.models import Tenant
from arena.tenancy.queries import split_path

# Pages of the person, not of an arena. They answer at the root of the site only.
_PERSONAL_PAGES = frozenset({"/account/", "/account/close/"})
_PERSONAL_SECTIONS = ("/accounts/", "/account/invitation/", "/unsubscribe/")
_API = "/api/"
# Looked up in place of an arena that does not exist, so that both cost the same queries.
_NOWHERE = Tenant(pk=0)


@sync_only_middleware
class MembershipMiddleware:
    """Set `request.role` and `request.api_key`; answer 404 where an arena may not be seen.

    To strangers a private arena looks like one that does not exist: same page, same headers, same
    queries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request through, or refuse it."""
        asked = cast(ArenaRequest, request)
        if asked.tenant_slug_in_path is None and request.path_info in TENANTLESS:
            return self.get_response(request)
        tenant = cast(Tenant | None, asked.tenant) or _NOWHERE
        asked.role = role_of(tenant=tenant, user=cast(User, request.user))
        asked.api_key = bearer_key(tenant=tenant, request=request) if _is_api(request) else None
        if may_enter(tenant=tenant, role=asked.role, key=asked.api_key, method=request.method):
            return self.get_response(request)
        leave_tenant(request)
        if not _is_personal(request):
            # The handler around this middleware turns it into the 404 page.
            raise Http404("No such page.")
        return self.get_response(request)


def _is_api(request: HttpRequest) -> bool:
    return split_path(request.path_info)[1].startswith(_API)


def _is_personal(request: HttpRequest) -> bool:
    path = request.path_info
    return path in _PERSONAL_PAGES or path.startswith(_PERSONAL_SECTIONS)
