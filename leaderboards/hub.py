"""The live updates of one web process: one Redis subscription, many sockets.

Every process hears every board's patches and hands them to its own clients. A client that does
not take a message within SEND_TIMEOUT_S is dropped; the others never wait for it.
"""

import asyncio
import json
import random
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from redis.exceptions import RedisError

from arena import redis_client
from arena.live_sockets import CLOSE_NO_ACCESS, CLOSE_TOO_SLOW, CLOSE_TRY_AGAIN, SEND_TIMEOUT_S
from arena.tenancy.models import Tenant
from leaderboards import access
from leaderboards.feed import Client, Feed, Message, Patch
from leaderboards.queries import snapshot_message

log = structlog.get_logger(__name__)

SLOW_CHECK_S: Final = 0.5
HEARTBEAT_S: Final = 25.0
ACCESS_CHECK_S: Final = 60.0
WOKEN_AT_ONCE: Final = 50
_RETRY_MIN_S: Final = 0.1
_RETRY_MAX_S: Final = 5.0

Place = tuple[Tenant, str]


class Hub:
    """All feeds of this process by tenant id and board, and what keeps them going."""

    def __init__(self) -> None:
        self._feeds: dict[tuple[int, str], tuple[Place, Feed]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def client_count(self) -> int:
        """Sockets open in this process."""
        return sum(len(feed.clients) for _, feed in self._feeds.values())

    def join(self, client: Client, *, tenant: Tenant, board: str) -> None:
        """Add a client and send it what it lacks: the board, a patch, or that it is current."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(loop)
                for loop in (self._listen(), self._beat(), self._check(), self._drop_the_slow())
            ]
        key = (tenant.pk, board)
        if key not in self._feeds:
            read = partial(database_sync_to_async(snapshot_message), tenant=tenant, board=board)
            self._feeds[key] = ((tenant, board), Feed(read))
        feed = self._feeds[key][1]
        feed.clients.add(client)
        self._wake(feed, client)

    def leave(self, client: Client, *, tenant: Tenant, board: str) -> None:
        """Forget a client, and its board when it was the last."""
        key = (tenant.pk, board)
        feed = self._feeds[key][1]
        feed.clients.discard(client)
        if client.sender is not None:
            client.sender.cancel()
        if not feed.clients:
            del self._feeds[key]

    def resend(self, client: Client, *, tenant: Tenant, board: str) -> None:
        """Send the client a snapshot, whatever it has."""
        client.position = None
        self._wake(self._feeds[tenant.pk, board][1], client)

    def _wake(self, feed: Feed, client: Client) -> None:
        """Start a sender unless the client has one, which will look again by itself."""
        if client.sender is None:
            client.sender = asyncio.create_task(_send_all(feed, client))

    async def _wake_all(self, feed: Feed, clients: Iterable[Client]) -> None:
        """Wake clients some at a time.

        Thousands of tasks that exist at once would set off the garbage collector, and it would
        hold up everybody for longer than all the sending takes.
        """
        for number, client in enumerate(list(clients), start=1):
            if client in feed.clients:
                self._wake(feed, client)
            if number % WOKEN_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _listen(self) -> None:
        """Hear patches for ever; after each loss of the connection look whether boards moved."""
        retry_s = _RETRY_MIN_S
        while True:
            try:
                async with redis_client.async_client() as redis, redis.pubsub() as subscription:
                    await subscription.psubscribe(redis_client.key("live", "*"))
                    while True:
                        await self._take(await redis_client.next_message(subscription))
                        retry_s = _RETRY_MIN_S
            except (RedisError, OSError) as error:
                log.warning("live_updates_interrupted", error=type(error).__name__)
            # Until Redis is back the boards are looked up, at the pace of the attempts.
            await self._look_up_all()
            # Jitter, lest all processes come back at the same instant.
            await asyncio.sleep(retry_s * random.uniform(0.5, 1.0))  # noqa: S311
            retry_s = min(retry_s * 2, _RETRY_MAX_S)

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "psubscribe":
            # Also after a reconnection inside the client library: something may have been missed.
            await self._look_up_all()
        elif message["type"] == "pmessage":
            *_, tenant_id, board = message["channel"].decode().split(":")
            entry = self._feeds.get((int(tenant_id), board))
            if entry is not None:
                await self._hear(entry[1], message["data"])

    async def _hear(self, feed: Feed, data: bytes) -> None:
        try:
            patch = _parse(data.decode())
        except (ValueError, KeyError, TypeError) as error:
            # Of a release that speaks otherwise, most likely; the sweep's announcements heal it.
            log.error("live_message_not_understood", error=type(error).__name__)
            return
        feed.receive(patch)
        await self._wake_all(feed, filter(feed.is_behind, feed.clients))

    async def _look_up_all(self) -> None:
        """Ask PostgreSQL where the boards stand; clients that are behind get them."""
        for _, feed in list(self._feeds.values()):
            feed.forget()
            await self._wake_all(feed, feed.clients)

    async def _beat(self) -> None:
        """One timer for all: prove to every client and to every proxy that the socket lives."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for _, feed in list(self._feeds.values()):
                for client in feed.clients:
                    client.is_heartbeat_due = True
                await self._wake_all(feed, feed.clients)

    async def _drop_the_slow(self) -> None:
        """One timer for all: a timeout around every send would cost as much as the send."""
        now_s = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SLOW_CHECK_S)
            oldest_s = now_s() - SEND_TIMEOUT_S
            for _, feed in self._feeds.values():
                for client in feed.clients:
                    if client.waiting_since_s is not None and client.waiting_since_s < oldest_s:
                        client.drop(CLOSE_TOO_SLOW)

    async def _check(self) -> None:
        """End the sockets of those who have lost access since they connected."""
        while True:
            await asyncio.sleep(ACCESS_CHECK_S)
            for (tenant, _), feed in list(self._feeds.values()):
                clients = list(feed.clients)
                try:
                    allowed = await database_sync_to_async(access.still_readable)(
                        tenant=tenant, session_keys={client.session_key for client in clients}
                    )
                except DatabaseFailure as error:
                    log.warning("live_access_not_checked", error=type(error).__name__)
                    continue
                for client in clients:
                    if client.session_key not in allowed:
                        client.drop(CLOSE_NO_ACCESS)


async def _send_all(feed: Feed, client: Client) -> None:
    """Send until the client has all there is. What it misses while it is slow is never kept."""
    now_s = asyncio.get_running_loop().time
    try:
        while (message := await feed.next_for(client)) is not None:
            client.waiting_since_s = now_s()
            await client.send(message.event)
            client.waiting_since_s = None
    except DatabaseFailure as error:
        log.warning("live_snapshot_not_read", error=type(error).__name__)
        client.drop(CLOSE_TRY_AGAIN)
    except OSError:
        # The socket is gone; its reader hears of it and leaves.
        return
    finally:
        client.sender = None


def _parse(text: str) -> Patch:
    patch = json.loads(text)
    return Patch(
        previous_position=patch["previous_position"],
        is_empty=not patch["rows"] and not patch["removed"],
        message=Message.of(patch["position"], text),
    )


hub = Hub()
