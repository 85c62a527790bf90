"""The OpenAPI 3.1 document: ninja's, with what ninja cannot say about errors, headers and keys."""

import functools
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from typing_extensions import override

from arena.api.problems import CONTENT_TYPE, KINDS, Problem

_ALWAYS = (400, 401, 404, 429, 500)
_WITH_BODY = (403, 411, 413, 415, 422)
_OF_BATTLES = (403, 409, 502, 503)
_OF_RUNNERS = (403, 409, 410, 422)
_WITHOUT_KEY = (403, 410)
"""Of the sign-in of agents, who have no key yet."""
SCOPE = "x-required-scope"
"""Names the scope that an operation cannot do without; added to the document by operations."""
NO_KEY = "x-no-key-needed"
"""Marks an operation that changes something and yet asks for no key."""
_HEADERS = {
    "RateLimit-Limit": "Requests a minute.",
    "RateLimit-Remaining": "Requests left of this minute.",
    "RateLimit-Reset": "Seconds until the minute is over.",
    "Retry-After": "Seconds to wait.",
    "ETag": "Version of the answer, for If-None-Match.",
    "Location": "Address of the event, or of the battle that was started.",
    "Idempotent-Replay": "`true` when it had been done before.",
}


class ArenaAPI(NinjaAPI):
    """NinjaAPI that describes the problems every operation can end with."""

    @override
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the whole document; do not change it, it is kept for the next request."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return _document(self, prefix)


@functools.lru_cache(maxsize=32)
def _document(api: NinjaAPI, path_prefix: str) -> OpenAPISchema:
    """Return the document for one prefix of paths: that of the root, or of `/t/<slug>/`."""
    document = OpenAPISchema(api, path_prefix)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"].update({**problem.pop("$defs"), "Problem": problem})
    document["components"]["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()
    }
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add error responses, headers and, for what the public may read, access without a key."""
    responses = operation["responses"]
    is_stream = "text/event-stream" in responses.get(200, {}).get("content", {})
    if NO_KEY in operation or (method == "get" and SCOPE not in operation):
        operation["security"].append({})
    if method == "get" and not is_stream:
        responses[304] = {"description": "The client has this version."}
    for status in _statuses(operation):
        responses[status] = {
            "description": "; ".join(
                f"`{code}`: {kind.title}" for code, kind in KINDS.items() if kind.status == status
            ),
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    for status, response in responses.items():
        response["headers"] = _headers(method, status, is_stream=is_stream)


def _statuses(operation: dict[str, Any]) -> list[int]:
    """Return the statuses of the problems that an operation can end with."""
    statuses = {*_ALWAYS}
    if "requestBody" in operation:
        statuses.update(_WITH_BODY)
    if SCOPE in operation:
        statuses.update(_OF_RUNNERS if operation[SCOPE] == "runner" else _OF_BATTLES)
    if NO_KEY in operation:
        statuses.update(_WITHOUT_KEY)
    return sorted(statuses)


def _headers(method: str, status: int, *, is_stream: bool) -> dict[str, Any]:
    names = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    if method == "get" and status in (200, 304) and not is_stream:
        names.append("ETag")
    if method == "post" and status in (200, 201):
        names.append("Location")
    if method == "post" and status == 200:
        names.append("Idempotent-Replay")
    if status in (429, 503):
        names.append("Retry-After")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
