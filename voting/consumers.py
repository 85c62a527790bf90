"""The websocket of a battle: a plain ASGI application, like that of a board."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import Error as DatabaseFailure

from arena.tenancy.models import Tenant
from voting.access import follower_tenant
from voting.state import UnknownBattle
from voting.streaming import follow
from voting.streaming.database import in_database

log = structlog.get_logger(__name__)

SEND_TIMEOUT_S: Final = 5.0
ACCESS_CHECK_S: Final = 60.0
CLOSE_DONE: Final = 1000
CLOSE_BAD_MESSAGE: Final = 1008
CLOSE_TRY_AGAIN: Final = 1013
CLOSE_TOO_SLOW: Final = 4008
CLOSE_NO_BATTLE: Final = 4404
_NO_BATTLE: Final = "there is no such battle"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Ended(Exception):
    """The socket is over: to be closed with this code and reason, or (None) gone already."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code


class BattleConsumer:
    """Serves `ws/battles/<battle_id>/`, also behind `t/<tenant>/`, to the battle's voter."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, send what happens in the battle, until either side ends it."""
        await receive()
        # Accepted even when refused: a browser shows its page the close code of open sockets only.
        await send({"type": "websocket.accept"})
        try:
            tenant = await _checked(scope)
            async with asyncio.TaskGroup() as group:
                group.create_task(_send_all(tenant, _battle_id(scope), send))
                group.create_task(_check_again(scope))
                group.create_task(_listen(receive))
        except* _Ended as endings:
            ending = endings.exceptions[0]
            if isinstance(ending, _Ended) and ending.code is not None:
                await _close(send, ending.code, str(ending))


async def _send_all(tenant: Tenant, battle_id: UUID, send: Send) -> None:
    """Send every message. What a client misses while it is slow is never kept for it."""
    try:
        async with aclosing(follow(tenant, battle_id)) as messages:
            async for message in messages:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await send({"type": "websocket.send", "text": message.text})
    except TimeoutError:
        raise _Ended(CLOSE_TOO_SLOW) from None
    except UnknownBattle:
        raise _Ended(CLOSE_NO_BATTLE, _NO_BATTLE) from None
    except DatabaseFailure as error:
        log.warning("battle_not_followed", error=type(error).__name__)
        raise _Ended(CLOSE_TRY_AGAIN, "try again later") from None
    except OSError:
        raise _Ended(None) from None
    raise _Ended(CLOSE_DONE)


async def _check_again(scope: Scope) -> None:
    """End the socket of a voter who has lost access to the arena since."""
    while True:
        await asyncio.sleep(ACCESS_CHECK_S)
        await _checked(scope)


async def _listen(receive: Receive) -> None:
    """Wait until the client goes; it has nothing to say here."""
    message = await receive()
    if message["type"] == "websocket.receive":
        raise _Ended(CLOSE_BAD_MESSAGE, "this socket takes no messages")
    raise _Ended(None)


async def _checked(scope: Scope) -> Tenant:
    """Return the arena of the path; raises _Ended for everybody but the battle's voter."""
    try:
        tenant = await in_database(follower_tenant)(
            tenant_slug=scope["url_route"]["kwargs"].get("tenant"),
            host=_header(scope, b"host"),
            cookie_header=_header(scope, b"cookie"),
            battle_id=_battle_id(scope),
        )
    except DatabaseFailure as error:
        log.warning("battle_access_not_checked", error=type(error).__name__)
        raise _Ended(CLOSE_TRY_AGAIN, "try again later") from None
    if tenant is None:
        raise _Ended(CLOSE_NO_BATTLE, _NO_BATTLE)
    return tenant


async def _close(send: Send, code: int, reason: str) -> None:
    """Close, without waiting for a client that no longer reads: the server then just hangs up."""
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "websocket.close", "code": code, "reason": reason})
    except (TimeoutError, OSError):
        return


def _battle_id(scope: Scope) -> UUID:
    battle_id: UUID = scope["url_route"]["kwargs"]["battle_id"]
    return battle_id


def _header(scope: Scope, name: bytes) -> str:
    """Return the value of a request header, empty when there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
