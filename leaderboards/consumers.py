"""The websocket of a board.

A plain ASGI application: a channel layer would cost a Redis channel and a task per socket, and
nothing is ever sent to one socket alone. It reads the session itself, once at the start: Channels'
session middleware would look at it again with every message sent.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, cast
from urllib.parse import parse_qs

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import parse_cookie

from arena.tenancy.models import Tenant
from leaderboards import access
from leaderboards.feed import Client
from leaderboards.hub import CLOSE_NO_ACCESS, CLOSE_TRY_AGAIN, SEND_TIMEOUT_S, hub

log = structlog.get_logger(__name__)

CLOSE_BAD_MESSAGE: Final = 1008
NO_BOARD: Final = "there is no such board"
_MAX_MESSAGE_CHARACTERS: Final = 65_536

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_asking: dict[tuple[str | None, str, str, str | None], "asyncio.Task[Tenant | None]"] = {}


class _Refused(Exception):
    """The socket is to be closed with this code; the text is the reason that the client is told."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class BoardConsumer:
    """Serves `ws/boards/<board>/`, also behind `t/<tenant>/`, with `?position=<last seen>`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, send the board, then what changes, until either side ends it."""
        await receive()
        # Accepted even when refused: a browser shows its page the close code of open sockets only.
        await send({"type": "websocket.accept"})
        ending = _Ending(cast("asyncio.Task[Any]", asyncio.current_task()))
        try:
            await self._serve(scope, receive, send, ending)
        except _Refused as refusal:
            await _close(send, refusal.code, str(refusal))
        except asyncio.CancelledError:
            if ending.code is None:
                raise
            ending.task.uncancel()
            await _close(send, ending.code, "")

    async def _serve(self, scope: Scope, receive: Receive, send: Send, ending: "_Ending") -> None:
        position = _last_seen(scope)
        session_key = _session_key(scope)
        tenant, board = await _place(scope, session_key)
        client = Client(send=send, drop=ending.begin, session_key=session_key, position=position)
        hub.join(client, tenant=tenant, board=board)
        try:
            await _read(receive, partial(hub.resend, client, tenant=tenant, board=board))
        finally:
            hub.leave(client, tenant=tenant, board=board)
            ending.is_over = True


class NoBoardConsumer:
    """Answers every other websocket path as a board that is not there."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept and close."""
        await receive()
        await send({"type": "websocket.accept"})
        await _close(send, CLOSE_NO_ACCESS, NO_BOARD)


class _Ending:
    """Ends the task that reads a socket, from outside it, with a close code."""

    def __init__(self, task: "asyncio.Task[Any]") -> None:
        self.task = task
        self.code: int | None = None
        self.is_over = False

    def begin(self, code: int) -> None:
        if self.code is None and not self.is_over:
            self.code = code
            self.task.cancel()


async def _place(scope: Scope, session_key: str | None) -> tuple[Tenant, str]:
    """The tenant and board of the path; raises _Refused."""
    kwargs = scope["url_route"]["kwargs"]
    try:
        tenant = await _readable(
            kwargs.get("tenant"), _header(scope, b"host"), kwargs["board"], session_key
        )
    except DatabaseFailure as error:
        log.warning("live_access_not_checked", error=type(error).__name__)
        raise _Refused(CLOSE_TRY_AGAIN, "try again later") from error
    if tenant is None:
        raise _Refused(CLOSE_NO_ACCESS, NO_BOARD)
    return tenant, kwargs["board"]


async def _readable(
    tenant_slug: str | None, host: str, board: str, session_key: str | None
) -> Tenant | None:
    """Ask `access.readable`, once for all who ask the same before it has answered.

    After a restart everybody comes back at once, most of them to one board and without a session.
    """
    question = (tenant_slug, host, board, session_key)
    if question not in _asking:
        ask = database_sync_to_async(access.readable)
        _asking[question] = asyncio.create_task(
            ask(tenant_slug=tenant_slug, host=host, board=board, session_key=session_key)
        )
        _asking[question].add_done_callback(lambda _: _asking.pop(question))
    return await asyncio.shield(_asking[question])


async def _read(receive: Receive, resend: Callable[[], None]) -> None:
    """Answer the client's messages until it goes; raises _Refused."""
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        if text is None or len(text) > _MAX_MESSAGE_CHARACTERS:
            raise _Refused(CLOSE_BAD_MESSAGE, "send a text of at most 64 KiB")
        try:
            request = json.loads(text)
        except (ValueError, RecursionError):
            raise _Refused(CLOSE_BAD_MESSAGE, "send JSON") from None
        if request != {"type": "snapshot"}:
            raise _Refused(CLOSE_BAD_MESSAGE, 'the only message known is {"type": "snapshot"}')
        resend()


async def _close(send: Send, code: int, reason: str) -> None:
    """Close, without waiting for a client that no longer reads: the server then just hangs up."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "websocket.close", "code": code, "reason": reason})
    except (TimeoutError, OSError):
        return


def _last_seen(scope: Scope) -> int | None:
    """The position the client says it has; raises _Refused."""
    value = parse_qs(scope["query_string"].decode("latin-1")).get("position")
    if value is None:
        return None
    if len(value[0]) > 18 or not value[0].isdecimal() or not value[0].isascii():
        raise _Refused(CLOSE_BAD_MESSAGE, "position must be a whole number")
    return int(value[0])


def _session_key(scope: Scope) -> str | None:
    return parse_cookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)


def _header(scope: Scope, name: bytes) -> str:
    """The value of a request header, empty when there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
