"""What the websockets of boards, runs and battles share: how they begin, are refused and end.

Plain ASGI applications: a channel layer would cost a Redis channel and a task per socket, and
nothing is ever sent to one socket alone. They read the session themselves, once at the start:
Channels' session middleware would look at it again with every message sent.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie
from typing_extensions import override

SEND_TIMEOUT_S: Final = 5.0
CLOSE_DONE: Final = 1000
CLOSE_BAD_MESSAGE: Final = 1008
CLOSE_TRY_AGAIN: Final = 1013
CLOSE_TOO_SLOW: Final = 4008
CLOSE_NO_ACCESS: Final = 4404
"""For what is not there and for what may not be seen alike."""
_DIGITS_MAX: Final = 18

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refused(Exception):
    """The socket is to be closed with this code; the text is the reason that the client is told."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Ending:
    """Ends the task that reads a socket, from outside it, with a close code."""

    def __init__(self, task: "asyncio.Task[Any]") -> None:
        self.task = task
        self.code: int | None = None
        self.is_over = False

    def begin(self, code: int) -> None:
        """Have the socket closed, unless it is over or ends with another code already."""
        if self.code is None and not self.is_over:
            self.code = code
            self.task.cancel()


class LiveSocket(ABC):
    """The ASGI application of one kind of socket."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, serve until either side ends it, and say why it ended."""
        await accept(receive, send)
        ending = Ending(cast("asyncio.Task[Any]", asyncio.current_task()))
        try:
            try:
                await self.serve(scope, receive, send, ending)
            finally:
                ending.is_over = True
        except Refused as refusal:
            await close(send, refusal.code, str(refusal))
        except asyncio.CancelledError:
            if ending.code is None:
                raise
            ending.task.uncancel()
            await close(send, ending.code, "")

    @abstractmethod
    async def serve(self, scope: Scope, receive: Receive, send: Send, ending: Ending) -> None:
        """Send what there is until the client goes; raises Refused."""


class NotThere(LiveSocket):
    """Answers a path as if what it names were not there."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    @override
    async def serve(self, scope: Scope, receive: Receive, send: Send, ending: Ending) -> None:
        """Refuse."""
        raise Refused(CLOSE_NO_ACCESS, self.reason)


async def accept(receive: Receive, send: Send) -> None:
    """Open the socket, also of one that will be refused.

    A browser shows its page the close code of open sockets only.
    """
    await receive()
    await send({"type": "websocket.accept"})


async def close(send: Send, code: int, reason: str) -> None:
    """Close, without waiting for a client that no longer reads: the server then just hangs up."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "websocket.close", "code": code, "reason": reason})
    except (TimeoutError, OSError):
        return


def whole_number(scope: Scope, name: str) -> int | None:
    """Return a parameter of the address, None without it; raises Refused for what is no number."""
    values = parse_qs(scope["query_string"].decode("latin-1")).get(name)
    if values is None:
        return None
    text = values[0]
    if len(text) > _DIGITS_MAX or not text.isdecimal() or not text.isascii():
        raise Refused(CLOSE_BAD_MESSAGE, f"{name} must be a whole number")
    return int(text)


def session_key(scope: Scope) -> str | None:
    """Return the key of the session that the browser sent, None without one."""
    return parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)


def header(scope: Scope, name: bytes) -> str:
    """Return the value of a request header, empty when there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
