"""What holds for every request below api/v1/, found or not: size, limits, headers, problems."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_only_middleware

from arena import rates
from arena.api import access, problems
from arena.api.rates import spend

BODY_BYTES_MAX = 1_048_576
FILE_BYTES_MAX = 7 * 1_048_576
_FILE_PATH = re.compile(r"/api/v1/artifacts/[0-9a-f]{64}$")
_API_PATH = re.compile(r"^(?:/t/[^/]+)?/api/v1(?:/|$)")


@sync_only_middleware
class ApiMiddleware:
    """Stands before the tenant is known, so that a missing arena and a hidden one answer alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.gzip = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer requests for the API; let all others pass untouched."""
        if not _API_PATH.match(request.path_info):
            return self.get_response(request)
        refusal = _refuse_body(request)
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # The server drops the body; ninja routes by exact method.
        response = refusal or self.get_response(request)
        request.method = method
        if not hasattr(request, "quota"):
            response = _charge(request) or response
        return self._finish(request, response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Count the request once tenant, session and membership are known."""
        return _charge(request) if _API_PATH.match(request.path_info) else None

    def _finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse):
            # What is sent as it comes may last for minutes; connections to the database are few.
            connection.close()
            patch_vary_headers(response, ["Authorization", "Cookie"])
            _add_quota(request, response)
            return response
        if response.status_code >= 400 and response["Content-Type"] != problems.CONTENT_TYPE:
            problems.convert(request, response)
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Encoding"])
        response.setdefault("Cache-Control", _cache_control(request, response))
        _add_quota(request, response)
        return self.gzip.process_response(request, response)


def _refuse_body(request: HttpRequest) -> HttpResponse | None:
    """Refuse a body that is too large, or that does not say how large it is."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        return problems.render(request, "length-required", "The body has no Content-Length header.")
    length = request.headers.get("Content-Length", "")
    most = FILE_BYTES_MAX if _FILE_PATH.search(request.path_info) else BODY_BYTES_MAX
    if length.isdecimal() and int(length) > most:
        return problems.render(
            request, "too-large", f"The body has {length} bytes; at most {most} are taken."
        )
    return None


def _charge(request: HttpRequest) -> HttpResponse | None:
    """Identify the caller and count the request; return the 429 when it is one too many."""
    caller = access.identify(request)
    quota = spend(request=request, caller=caller)
    request.caller, request.quota = caller, quota  # type: ignore[attr-defined]  # see ApiRequest
    if quota is None or not quota.is_exceeded:
        return None
    response = problems.render(
        request,
        "rate-limited",
        f"More than {quota.limit} requests in a minute. Wait {quota.reset_seconds} seconds.",
    )
    response["Retry-After"] = str(quota.reset_seconds)
    return response


def _cache_control(request: HttpRequest, response: HttpResponse) -> str:
    if request.method not in ("GET", "HEAD") or response.status_code >= 400:
        return "no-store"
    tenant = getattr(request, "tenant", None)
    return "public, no-cache" if tenant is not None and tenant.is_public else "private, no-cache"


def _add_quota(request: HttpRequest, response: HttpResponseBase) -> None:
    quota: rates.Quota | None = getattr(request, "quota", None)
    if quota is not None:
        response["RateLimit-Limit"] = str(quota.limit)
        response["RateLimit-Remaining"] = str(quota.remaining)
        response["RateLimit-Reset"] = str(quota.reset_seconds)
