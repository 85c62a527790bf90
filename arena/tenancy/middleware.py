"""Find the tenant of each request by host name or by the path prefix `/t/<slug>/`."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import set_script_prefix
from django.utils.decorators import sync_only_middleware

from arena.tenancy import queries
from arena.tenancy.models import Tenant

_TENANTLESS = ("/healthz", "/readyz", "/metrics", "/static/")


class TenantRequest(HttpRequest):
    """A request after the middleware: it knows its arena."""

    tenant: Tenant


@sync_only_middleware
class TenantMiddleware:
    """Set `request.tenant`, and take a `/t/<slug>` prefix off the path as a script name.

    The prefix becomes the script name, so one URL map serves every tenant and `reverse` keeps a
    visitor inside the arena. Unknown hosts and slugs get 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Resolve the tenant, then let the request through."""
        if request.path_info.startswith(_TENANTLESS):
            return self.get_response(request)
        slug, rest = queries.split_path(request.path_info)
        try:
            if slug is None:
                tenant = queries.by_host(request.get_host())
            else:
                tenant = queries.by_slug(slug)
                prefix = request.META.get("SCRIPT_NAME", "") + f"{queries.PREFIX}{slug}"
                request.META["SCRIPT_NAME"] = prefix
                set_script_prefix(prefix + "/")
                request.path_info = rest
        except queries.UnknownTenant as error:
            # Raised inside a middleware it would be a 500; the handler below us turns it to 404.
            return _not_found(request, error)
        request.tenant = tenant  # type: ignore[attr-defined]  # declared by TenantRequest
        return self.get_response(request)


def _not_found(request: HttpRequest, error: queries.UnknownTenant) -> HttpResponseBase:
    from django.core.handlers.exception import response_for_exception

    return response_for_exception(request, Http404(str(error)))
