"""Answers that may be kept: the same content has the same ETag and is not sent twice."""

import hashlib
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from arena.tenancy.middleware import TenantRequest
from leaderboards.encoded import Encoded, answer

CHECKED: Final = "public, no-cache"
"""Keep it, and ask each time whether it is still the newest, as the API says of its answers."""
FIVE_MINUTES: Final = "public, max-age=300"


def kept(
    request: TenantRequest,
    body: bytes,
    content_type: str,
    *,
    caching: str = CHECKED,
    file_name: str | None = None,
) -> HttpResponseBase:
    """Return the body, or 304 where the client has it; what is private is never kept.

    With `file_name` browsers save it instead of showing it.
    """
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    return _checked(request, response, caching=caching, file_name=file_name)


def kept_file(
    request: TenantRequest, found: Encoded, content_type: str, *, file_name: str | None
) -> HttpResponseBase:
    """Return an answer that is encoded already as `kept` does, packed where that is allowed."""
    response = answer(
        request, found, content_type, is_public=request.tenant.is_public, etag=found.etag
    )
    patch_vary_headers(response, ["Accept-Encoding"])
    return _checked(request, response, caching=CHECKED, file_name=file_name)


def _checked(
    request: TenantRequest, response: HttpResponse, *, caching: str, file_name: str | None
) -> HttpResponseBase:
    response["Cache-Control"] = caching if request.tenant.is_public else "private, no-store"
    if file_name is not None:
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    checked = get_conditional_response(request, etag=response["ETag"], response=response)
    assert checked is not None  # noqa: S101  # it returns the response it was given
    return checked
