"""Conditional requests: answer 304 from a position in the log, before any body is rendered."""

import functools
import hashlib
import json
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

_SETTLED = timedelta(seconds=2)
"""HTTP dates have whole seconds: a younger one could still stand for two different answers."""


@functools.cache
def _shape() -> str:
    """Return a digest of the interface, so that an answer of older code never counts as fresh."""
    from arena.api import api

    document = json.dumps(api.get_openapi_schema(path_prefix=""), sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()


def not_modified(
    request: HttpRequest,
    response: HttpResponse,
    *,
    version: tuple[object, ...],
    changed_at: datetime | None = None,
) -> HttpResponse | None:
    """Set ETag and Last-Modified on `response`; return the 304 when the client has this version.

    `version` must change whenever the answer to this path would, `changed_at` says when it did.
    The query string and the shape of the interface are added here.
    """
    parts = (_shape(), request.META.get("QUERY_STRING", ""), *map(str, version))
    etag = quote_etag(hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32])
    response["ETag"] = etag
    last_modified = None
    if changed_at is not None and timezone.now() - changed_at > _SETTLED:
        last_modified = int(changed_at.timestamp())
        response["Last-Modified"] = http_date(last_modified)
    answer = get_conditional_response(request, etag=etag, last_modified=last_modified)
    if not isinstance(answer, HttpResponse):
        return None
    for name in ("ETag", "Last-Modified"):
        if name in response:
            answer[name] = response[name]
    return answer
