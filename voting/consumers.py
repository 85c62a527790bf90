"""The websocket of a battle."""

import asyncio
from contextlib import aclosing
from typing import Final
from uuid import UUID

import structlog
from django.db import Error as DatabaseFailure

from arena.live_sockets import (
    CLOSE_BAD_MESSAGE,
    CLOSE_DONE,
    CLOSE_NO_ACCESS,
    CLOSE_TOO_SLOW,
    CLOSE_TRY_AGAIN,
    SEND_TIMEOUT_S,
    Receive,
    Scope,
    Send,
    accept,
    close,
    header,
)
from arena.tenancy.models import Tenant
from voting.access import follower_tenant
from voting.state import UnknownBattle
from voting.streaming import follow
from voting.streaming.database import in_database

log = structlog.get_logger(__name__)

ACCESS_CHECK_S: Final = 60.0
_NO_BATTLE: Final = "there is no such battle"


class _Ended(Exception):
    """The socket is over: to be closed with this code and reason, or (None) gone already."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code


class BattleConsumer:
    """Serves `ws/battles/<battle_id>/`, also behind `t/<tenant>/`, to the battle's voter."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, send what happens in the battle, until either side ends it."""
        await accept(receive, send)
        try:
            tenant = await _checked(scope)
            async with asyncio.TaskGroup() as group:
                group.create_task(_send_all(tenant, _battle_id(scope), send))
                group.create_task(_check_again(scope))
                group.create_task(_listen(receive))
        except* _Ended as endings:
            ending = endings.exceptions[0]
            if isinstance(ending, _Ended) and ending.code is not None:
                await close(send, ending.code, str(ending))


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
        raise _Ended(CLOSE_NO_ACCESS, _NO_BATTLE) from None
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
            host=header(scope, b"host"),
            cookie_header=header(scope, b"cookie"),
            battle_id=_battle_id(scope),
        )
    except DatabaseFailure as error:
        log.warning("battle_access_not_checked", error=type(error).__name__)
        raise _Ended(CLOSE_TRY_AGAIN, "try again later") from None
    if tenant is None:
        raise _Ended(CLOSE_NO_ACCESS, _NO_BATTLE)
    return tenant


def _battle_id(scope: Scope) -> UUID:
    battle_id: UUID = scope["url_route"]["kwargs"]["battle_id"]
    return battle_id
