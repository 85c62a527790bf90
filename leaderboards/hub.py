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
from django.db import DatabaseError
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from arena import redis_client
from arena.tenancy.models import Tenant
from leaderboards import access
from leaderboards.feed import Client, Feed, Message, Patch
from leaderboards.queries import snapshot_message

log = structlog.get_logger(__name__)

SEND_TIMEOUT_S: Final = 5.0
HEARTBEAT_S: Final = 25.0
ACCESS_CHECK_S: Final = 60.0
CLOSE_NO_ACCESS: Final = 4404
CLOSE_TOO_SLOW: Final = 4008
CLOSE_TRY_AGAIN: Final = 1013
_RETRY_MIN_S: Final = 0.1
_RETRY_MAX_S: Final = 5.0
_SILENCE_S: Final = 30.0
"""After so much silence the subscription is probed; a dead peer says nothing either."""
_PROBE_REPLY_S: Final = 5.0

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
                asyncio.create_task(loop) for loop in (self._listen(), self._beat(), self._check())
            ]
        key = (tenant.pk, board)
        if key not in self._feeds:
            read = partial(database_sync_to_async(snapshot_message), tenant=tenant, board=board)
            self._feeds[key] = ((tenant, board), Feed(read))
        feed = self._feeds[key][1]
        feed.clients.add(client)
        self._wake(feed, [client])

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
        self._wake(self._feeds[tenant.pk, board][1], [client])

    def _wake(self, feed: Feed, clients: Iterable[Client]) -> None:
        """Start a sender for each client that has none; one that has will look again by itself."""
        for client in clients:
            if client.sender is None:
                client.sender = asyncio.create_task(_send_all(feed, client))

    async def _listen(self) -> None:
        """Hear patches for ever; after each loss of the connection look whether boards moved."""
        retry_s = _RETRY_MIN_S
        while True:
            try:
                async with redis_client.async_client() as redis, redis.pubsub() as subscription:
                    await subscription.psubscribe(redis_client.key("live", "*"))
                    while True:
                        self._take(await _next_message(subscription))
                        retry_s = _RETRY_MIN_S
            except (RedisError, OSError) as error:
                log.warning("live_updates_interrupted", error=type(error).__name__)
            # Until Redis is back the boards are looked up, at the pace of the attempts.
            self._look_up_all()
            # Jitter, lest all processes come back at the same instant.
            await asyncio.sleep(retry_s * random.uniform(0.5, 1.0))  # noqa: S311
            retry_s = min(retry_s * 2, _RETRY_MAX_S)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "psubscribe":
            # Also after a reconnection inside the client library: something may have been missed.
            self._look_up_all()
        elif message["type"] == "pmessage":
            *_, tenant_id, board = message["channel"].decode().split(":")
            entry = self._feeds.get((int(tenant_id), board))
            if entry is None:
                return
            feed = entry[1]
            feed.receive(_parse(message["data"].decode()))
            self._wake(feed, [client for client in feed.clients if feed.is_behind(client)])

    def _look_up_all(self) -> None:
        """Ask PostgreSQL where the boards stand; clients that are behind get them."""
        for _, feed in self._feeds.values():
            feed.forget()
            self._wake(feed, feed.clients)

    async def _beat(self) -> None:
        """One timer for all: prove to every client and to every proxy that the socket lives."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for _, feed in self._feeds.values():
                for client in feed.clients:
                    client.is_heartbeat_due = True
                self._wake(feed, feed.clients)

    async def _check(self) -> None:
        """End the sockets of those who have lost access since they connected."""
        while True:
            await asyncio.sleep(ACCESS_CHECK_S)
            for (tenant, _), feed in list(self._feeds.values()):
                clients = list(feed.clients)
                try:
                    allowed = await database_sync_to_async(access.still_readable)(
                        tenant=tenant, users={client.user for client in clients}
                    )
                except DatabaseError as error:
                    log.warning("live_access_not_checked", error=type(error).__name__)
                    continue
                for client in clients:
                    if client.user not in allowed:
                        client.drop(CLOSE_NO_ACCESS)


async def _send_all(feed: Feed, client: Client) -> None:
    """Send until the client has all there is. What it misses while it is slow is never kept."""
    try:
        while (message := await feed.next_for(client)) is not None:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await client.send({"type": "websocket.send", "text": message.text})
    except TimeoutError:
        client.drop(CLOSE_TOO_SLOW)
    except DatabaseError as error:
        log.warning("live_snapshot_not_read", error=type(error).__name__)
        client.drop(CLOSE_TRY_AGAIN)
    except OSError:
        # The socket is gone; its reader hears of it and leaves.
        return
    finally:
        client.sender = None


async def _next_message(subscription: PubSub) -> dict[str, Any]:
    """The next message of any kind; raises ConnectionError when the server has gone silent."""
    message: dict[str, Any] | None = await subscription.get_message(timeout=_SILENCE_S)
    if message is None:
        await subscription.ping()
        message = await subscription.get_message(timeout=_PROBE_REPLY_S)
    if message is None:
        raise ConnectionError("Redis does not answer")
    return message


def _parse(text: str) -> Patch:
    patch = json.loads(text)
    return Patch(
        previous_position=patch["previous_position"],
        is_empty=not patch["rows"] and not patch["removed"],
        message=Message(patch["position"], text),
    )


hub = Hub()


def client_count() -> int:
    """Sockets open in this process, for metrics."""
    return hub.client_count()
