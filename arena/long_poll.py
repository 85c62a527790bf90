"""Answers that come later: a request waits without a thread and without a database connection.

Middleware and views have a thread (arena/one_thread.py) for as long as they run. A view that has to
wait hands over a coroutine function and answers as if nothing had come; that answer is held back,
thread and connection are given up, and only then is waited.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)

_Scope = dict[str, Any]
_Message = dict[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
Application = Callable[[_Scope, _Receive, Callable[..., Any]], Awaitable[Any]]
Later = Callable[[], Awaitable[HttpResponse | None]]

_KEY: Final = "arena.later"
_REPLACED: Final = (b"content-type", b"content-length")


def answer_later(request: HttpRequest, later: Later) -> bool:
    """Have `later` awaited in the event loop once this request has given up its thread.

    What it returns is sent in place of the view's answer; None lets that one stand. A client that
    goes away cancels it. Returns False, and does nothing, under a server that cannot wait so.
    """
    scope: _Scope = getattr(request, "scope", {})
    if _KEY not in scope:
        return False
    scope[_KEY] = later
    return True


def later_answers(application: Application) -> Application:
    """Return the HTTP application with support for `answer_later`."""

    async def serve(scope: _Scope, receive: _Receive, send: _Send) -> None:
        scope[_KEY] = None
        held: list[_Message] = []

        async def send_or_hold(message: _Message) -> None:
            if scope[_KEY] is None:
                await send(message)
            else:
                held.append(message)

        await application(scope, receive, send_or_hold)
        later = cast(Later | None, scope[_KEY])
        if later is not None and held:
            await _answer(later, held, receive, send)

    return serve


async def _answer(later: Later, held: list[_Message], receive: _Receive, send: _Send) -> None:
    coming = asyncio.ensure_future(_settled(later))
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({coming, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            return
        response = coming.result()
    finally:
        gone.cancel()
        coming.cancel()
        await asyncio.wait({coming, gone})
    for message in held if response is None else _messages(response, held[0]):
        await send(message)


async def _settled(later: Later) -> HttpResponse | None:
    try:
        return await later()
    except Exception:  # the answer that waits is as good as none; the client asks again
        log.exception("later_answer_failed")
        return None


async def _disconnected(receive: _Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _messages(response: HttpResponse, start: _Message) -> list[_Message]:
    """Return the response with the headers that the answer held back had from middleware."""
    own = [
        (name.lower().encode("ascii"), value.encode("latin1")) for name, value in response.items()
    ]
    taken = {name for name, _ in own} | set(_REPLACED)
    kept = [(name, value) for name, value in start["headers"] if name.lower() not in taken]
    length = (b"content-length", str(len(response.content)).encode())
    headers = [*kept, *(pair for pair in own if pair[0] != b"content-length"), length]
    return [
        {"type": "http.response.start", "status": response.status_code, "headers": headers},
        {"type": "http.response.body", "body": response.content},
    ]
