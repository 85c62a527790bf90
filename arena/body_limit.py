"""Refuse request bodies that nothing here takes, before they fill the disk.

Django stores a whole body before any view or middleware sees the request.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

BODY_BYTES_MAX: Final = 8 * 1_048_576
"""An image of 5 MB with the form around it is the largest that is taken."""

_Scope = dict[str, Any]
_Send = Callable[..., Any]
Application = Callable[[_Scope, Callable[..., Any], _Send], Awaitable[Any]]


def limited_bodies(application: Application) -> Application:
    """Return the HTTP application behind a limit of BODY_BYTES_MAX; beyond it the answer is 413."""

    async def serve(scope: _Scope, receive: Callable[..., Any], send: _Send) -> None:
        if _stated_bytes(scope) > BODY_BYTES_MAX:
            await _refuse(send)
            return
        received_bytes = 0

        async def counted() -> dict[str, Any]:
            nonlocal received_bytes
            message: dict[str, Any] = await receive()
            received_bytes += len(message.get("body", b""))
            # Django then drops what it has, and answers nothing.
            return message if received_bytes <= BODY_BYTES_MAX else {"type": "http.disconnect"}

        await application(scope, counted, send)
        if received_bytes > BODY_BYTES_MAX:
            await _refuse(send)

    return serve


def _stated_bytes(scope: _Scope) -> int:
    """Return the Content-Length; 0 without one, which the server has checked to be a number."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


async def _refuse(send: _Send) -> None:
    megabytes = BODY_BYTES_MAX // 1_048_576
    problem = {
        "title": "Body too large",
        "status": 413,
        "detail": f"At most {megabytes} MB are taken.",
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode()})
