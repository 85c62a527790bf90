"""Find the tenant of each request by host name or by the path prefix `/t/<slug>/`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import clear_script_prefix, set_script_prefix
from django.utils.decorators import sync_only_middleware
from django.utils.encoding import escape_uri_path, iri_to_uri

from arena.tenancy import queries
from arena.tenancy.models import Tenant

# Pages of the process, asked by machines under any host name.
TENANTLESS = frozenset({"/healthz", "/readyz", "/metrics"})
# People sign in to the site, not to an arena: these pages exist at its root only.
_SITE_WIDE = ("/accounts/", "/account/close/", "/account/invitation/", "/unsubscribe/")


class TenantRequest(HttpRequest):
    """A request that reached a view: it knows its arena, and whether it came by `/t/<slug>/`."""

    tenant: Tenant
    tenant_slug_in_path: str | None


class SameMethodRedirect(HttpResponseRedirect):
    """A redirect that keeps method and body, for forms posted to a page that stands elsewhere."""

    status_code = 307


@sync_only_middleware
class TenantMiddleware:
    """Set `request.tenant`, and take a `/t/<slug>` prefix off the path as a script name.

    The prefix becomes the script name, so one URL map serves every tenant and `reverse` keeps a
    visitor inside the arena. For an unknown host or slug `request.tenant` is None and the path
    stays as it is: the membership middleware answers 404, exactly as for an arena that the
    visitor may not see.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Resolve the tenant, then let the request through."""
        slug, rest = queries.split_path(request.path_info)
        if slug is not None and rest.startswith(_SITE_WIDE):
            # For every slug alike and without a look whether it exists, so it reveals nothing.
            return SameMethodRedirect(_without_prefix(request, rest))
        tenant = None if request.path_info in TENANTLESS else _find(request, slug)
        request.tenant = tenant  # type: ignore[attr-defined]  # declared by TenantRequest
        request.tenant_slug_in_path = slug  # type: ignore[attr-defined]
        if tenant is not None and slug is not None:
            _enter(request, script_name=_script_name(request) + queries.PREFIX + slug, path=rest)
        return self.get_response(request)


def leave_tenant(request: HttpRequest) -> None:
    """Put the request back to what it is for an unknown slug."""
    request.tenant = None  # type: ignore[attr-defined]
    slug = request.tenant_slug_in_path  # type: ignore[attr-defined]
    if slug is not None:
        prefix = queries.PREFIX + slug
        outer = _script_name(request).removesuffix(prefix)
        _enter(request, script_name=outer, path=request.path.removeprefix(outer))


def forget_script_prefix(**_: Any) -> None:
    """Leave the prefix of a finished request to nobody who comes after it in the same thread."""
    clear_script_prefix()


def _find(request: HttpRequest, slug: str | None) -> Tenant | None:
    try:
        return queries.by_host(request.get_host()) if slug is None else queries.by_slug(slug)
    except queries.UnknownTenant:
        return None


def _enter(request: HttpRequest, *, script_name: str, path: str) -> None:
    request.META["SCRIPT_NAME"] = script_name
    set_script_prefix(script_name + "/")
    request.path_info = path


def _script_name(request: HttpRequest) -> str:
    return str(request.META.get("SCRIPT_NAME", ""))


def _without_prefix(request: HttpRequest, rest: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    path = _script_name(request) + escape_uri_path(rest)
    return f"{path}?{iri_to_uri(query)}" if query else path
