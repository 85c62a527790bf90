"""The websocket of runs: a plain ASGI application, like that of a board."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast
from urllib.parse import parse_qs
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import parse_cookie

import arena.tenancy.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from benchmarks.queries.runs import Viewer
from workers.run_hub import CLOSE_NO_ACCESS, CLOSE_TRY_AGAIN, SEND_TIMEOUT_S, Room, hub
from workers.run_watch import Watcher
from workers.viewers import viewer_of_session

log = structlog.get_logger(__name__)

CLOSE_BAD_MESSAGE: Final = 1008
NO_RUN: Final = "there is no such run"
RUNS_MAX: Final = 200
"""Runs that one page may ask about at once."""
_MAX_MESSAGE_CHARACTERS: Final = 16_384

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Refused(Exception):
    """The socket is to be closed with this code; the text is the reason that the client is told."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class RunConsumer:
    """Serves `ws/runs/` and `ws/runs/<run_id>/`, also behind `t/<tenant>/`.

    `?log=<id>` is the last line of the log that the page has. A page may send
    `{"type": "watch", "runs": [ids]}` to be told where these runs stand now.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, send what changes, until either side ends it."""
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
        kwargs = scope["url_route"]["kwargs"]
        session_key = parse_cookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
        log_after = _last_line(scope)
        found = await _entered(scope, session_key, kwargs.get("run_id"))
        if found is None:
            raise _Refused(CLOSE_NO_ACCESS, NO_RUN)
        tenant, viewer = found
        watcher = Watcher(
            send=send,
            drop=ending.begin,
            session_key=session_key,
            viewer=viewer,
            run_id=kwargs.get("run_id"),
            log_after=log_after,
        )
        slug = kwargs.get("tenant")
        prefix = "/" if slug is None else f"{arena.tenancy.queries.PREFIX}{slug}/"
        room = hub.join(watcher, tenant=tenant, prefix=prefix)
        try:
            await _read(receive, room, watcher)
        finally:
            hub.leave(watcher, room=room)
            ending.is_over = True


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


async def _entered(
    scope: Scope, session_key: str | None, run_id: UUID | None
) -> tuple[Tenant, Viewer] | None:
    """Return the arena of the path and who watches; None where they may see nothing there."""
    ask = database_sync_to_async(_enter)
    try:
        found: tuple[Tenant, Viewer] | None = await ask(
            slug=scope["url_route"]["kwargs"].get("tenant"),
            host=_header(scope, b"host"),
            session_key=session_key,
            run_id=run_id,
        )
    except DatabaseFailure as error:
        log.warning("live_access_not_checked", error=type(error).__name__)
        raise _Refused(CLOSE_TRY_AGAIN, "try again later") from error
    return found


def _enter(
    *, slug: str | None, host: str, session_key: str | None, run_id: UUID | None
) -> tuple[Tenant, Viewer] | None:
    try:
        if slug is None:
            tenant = arena.tenancy.queries.by_host(host)
        else:
            tenant = arena.tenancy.queries.by_slug(slug)
        viewer = viewer_of_session(tenant=tenant, session_key=session_key)
        if viewer is None:
            return None
        if run_id is not None:
            runs.run(tenant=tenant, run_id=run_id, viewer=viewer)
    except (arena.tenancy.queries.UnknownTenant, runs.UnknownRun):
        return None
    return tenant, viewer


async def _read(receive: Receive, room: Room, watcher: Watcher) -> None:
    """Answer the page's messages until it goes; raises _Refused."""
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        if text is None or len(text) > _MAX_MESSAGE_CHARACTERS:
            raise _Refused(CLOSE_BAD_MESSAGE, "send a text of at most 16 KiB")
        for run_id in _watched(text):
            watcher.note(run_id)
        room.wake(watcher)


def _watched(text: str) -> list[UUID]:
    """Return the runs that a page asks about; raises _Refused."""
    try:
        request = json.loads(text)
        if set(request) != {"type", "runs"} or request["type"] != "watch":
            raise ValueError(text)
        ids = [UUID(item) for item in request["runs"]]
    except (ValueError, TypeError, AttributeError, RecursionError):
        reason = 'the only message known is {"type": "watch", "runs": [...]}'
        raise _Refused(CLOSE_BAD_MESSAGE, reason) from None
    if len(ids) > RUNS_MAX:
        raise _Refused(CLOSE_BAD_MESSAGE, f"watch at most {RUNS_MAX} runs")
    return ids


async def _close(send: Send, code: int, reason: str) -> None:
    """Close, without waiting for a client that no longer reads: the server then just hangs up."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "websocket.close", "code": code, "reason": reason})
    except (TimeoutError, OSError):
        return


def _last_line(scope: Scope) -> int:
    """Return the id of the last log line the page has; raises _Refused."""
    value = parse_qs(scope["query_string"].decode("latin-1")).get("log", ["0"])[0]
    if len(value) > 18 or not value.isdecimal() or not value.isascii():
        raise _Refused(CLOSE_BAD_MESSAGE, "log must be a whole number")
    return int(value)


def _header(scope: Scope, name: bytes) -> str:
    """Return the value of a request header, empty when there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
