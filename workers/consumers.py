"""The websocket of runs."""

import json
from typing import Final
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from typing_extensions import override

import arena.tenancy.queries
from arena.live_sockets import (
    CLOSE_BAD_MESSAGE,
    CLOSE_NO_ACCESS,
    CLOSE_TRY_AGAIN,
    Ending,
    LiveSocket,
    Receive,
    Refused,
    Scope,
    Send,
    header,
    session_key,
    whole_number,
)
from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from benchmarks.queries.runs import Viewer
from workers.run_hub import Room, hub
from workers.run_watch import Watcher
from workers.viewers import viewer_of_session

log = structlog.get_logger(__name__)

NO_RUN: Final = "there is no such run"
RUNS_MAX: Final = 200
"""Runs that one page may ask about at once."""
_MAX_MESSAGE_CHARACTERS: Final = 16_384


class RunConsumer(LiveSocket):
    """Serves `ws/runs/` and `ws/runs/<run_id>/`, also behind `t/<tenant>/`.

    `?log=<id>` is the last line of the log that the page has. A page may send
    `{"type": "watch", "runs": [ids]}` to be told where these runs stand now.
    """

    @override
    async def serve(self, scope: Scope, receive: Receive, send: Send, ending: Ending) -> None:
        """Send what changes."""
        kwargs = scope["url_route"]["kwargs"]
        key = session_key(scope)
        log_after = whole_number(scope, "log") or 0
        found = await _entered(scope, key, kwargs.get("run_id"))
        if found is None:
            raise Refused(CLOSE_NO_ACCESS, NO_RUN)
        tenant, viewer = found
        watcher = Watcher(
            send=send,
            drop=ending.begin,
            session_key=key,
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


async def _entered(
    scope: Scope, key: str | None, run_id: UUID | None
) -> tuple[Tenant, Viewer] | None:
    """Return the arena of the path and who watches; None where they may see nothing there."""
    ask = database_sync_to_async(_enter)
    try:
        found: tuple[Tenant, Viewer] | None = await ask(
            slug=scope["url_route"]["kwargs"].get("tenant"),
            host=header(scope, b"host"),
            session_key=key,
            run_id=run_id,
        )
    except DatabaseFailure as error:
        log.warning("live_access_not_checked", error=type(error).__name__)
        raise Refused(CLOSE_TRY_AGAIN, "try again later") from error
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
    """Answer the page's messages until it goes; raises Refused."""
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        if text is None or len(text) > _MAX_MESSAGE_CHARACTERS:
            raise Refused(CLOSE_BAD_MESSAGE, "send a text of at most 16 KiB")
        for run_id in _watched(text):
            watcher.note(run_id)
        room.wake(watcher)


def _watched(text: str) -> list[UUID]:
    """Return the runs that a page asks about; raises Refused."""
    try:
        request = json.loads(text)
        if set(request) != {"type", "runs"} or request["type"] != "watch":
            raise ValueError(text)
        ids = [UUID(item) for item in request["runs"]]
    except (ValueError, TypeError, AttributeError, RecursionError):
        reason = 'the only message known is {"type": "watch", "runs": [...]}'
        raise Refused(CLOSE_BAD_MESSAGE, reason) from None
    if len(ids) > RUNS_MAX:
        raise Refused(CLOSE_BAD_MESSAGE, f"watch at most {RUNS_MAX} runs")
    return ids
