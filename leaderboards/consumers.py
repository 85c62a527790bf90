"""The websocket of a board."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from typing_extensions import override

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
from leaderboards import access
from leaderboards.feed import Client
from leaderboards.hub import hub

log = structlog.get_logger(__name__)

NO_BOARD: Final = "there is no such board"
_MAX_MESSAGE_CHARACTERS: Final = 65_536

_asking: dict[tuple[str | None, str, str, str | None], "asyncio.Task[Tenant | None]"] = {}


class BoardConsumer(LiveSocket):
    """Serves `ws/boards/<board>/`, also behind `t/<tenant>/`, with `?position=<last seen>`."""

    @override
    async def serve(self, scope: Scope, receive: Receive, send: Send, ending: Ending) -> None:
        """Send the board, then what changes."""
        position = whole_number(scope, "position")
        key = session_key(scope)
        tenant, board = await _place(scope, key)
        client = Client(send=send, drop=ending.begin, session_key=key, position=position)
        hub.join(client, tenant=tenant, board=board)
        try:
            await _read(receive, partial(hub.resend, client, tenant=tenant, board=board))
        finally:
            hub.leave(client, tenant=tenant, board=board)


async def _place(scope: Scope, key: str | None) -> tuple[Tenant, str]:
    """The tenant and board of the path; raises Refused."""
    kwargs = scope["url_route"]["kwargs"]
    try:
        tenant = await _readable(kwargs.get("tenant"), header(scope, b"host"), kwargs["board"], key)
    except DatabaseFailure as error:
        log.warning("live_access_not_checked", error=type(error).__name__)
        raise Refused(CLOSE_TRY_AGAIN, "try again later") from error
    if tenant is None:
        raise Refused(CLOSE_NO_ACCESS, NO_BOARD)
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
    """Answer the client's messages until it goes; raises Refused."""
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        if text is None or len(text) > _MAX_MESSAGE_CHARACTERS:
            raise Refused(CLOSE_BAD_MESSAGE, "send a text of at most 64 KiB")
        try:
            request = json.loads(text)
        except (ValueError, RecursionError):
            raise Refused(CLOSE_BAD_MESSAGE, "send JSON") from None
        if request != {"type": "snapshot"}:
            raise Refused(CLOSE_BAD_MESSAGE, 'the only message known is {"type": "snapshot"}')
        resend()
