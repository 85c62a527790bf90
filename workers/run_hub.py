"""The live updates of runs of one web process: one Redis subscription, many sockets.

A bell says only that a run has moved. It is read once for all who watch it, and each is sent what
they may see. Who does not take a message within SEND_TIMEOUT_S is dropped; nobody waits for them.
"""

import asyncio
import random
from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from redis.exceptions import RedisError

from arena import redis_client
from arena.live_sockets import CLOSE_NO_ACCESS, CLOSE_TOO_SLOW, CLOSE_TRY_AGAIN, SEND_TIMEOUT_S
from arena.tenancy.models import Tenant
from benchmarks.bell import CHANNEL
from benchmarks.queries import runs
from workers.run_lines import runner_names
from workers.run_watch import Seen, Watcher, line_message, log_message, read
from workers.viewers import viewer_of_session

log = structlog.get_logger(__name__)

SLOW_CHECK_S: Final = 0.5
HEARTBEAT_S: Final = 25.0
ACCESS_CHECK_S: Final = 60.0
LOOK_S: Final = 3.0
"""Without a bell: it may have been lost."""
PACE_S: Final = 0.25
"""Between two messages about one run to one page."""
_HEARTBEAT: Final = '{"type": "heartbeat"}'
_RETRY_MIN_S: Final = 0.1
_RETRY_MAX_S: Final = 5.0


class Room:
    """The watchers of one arena in this process, and what was read for them."""

    def __init__(self, tenant: Tenant, prefix: str) -> None:
        self.tenant = tenant
        self.prefix = prefix
        self.watchers: set[Watcher] = set()
        self.names: dict[UUID, str] = {}
        self.open_jobs: dict[UUID, Any] = {}
        self._seen: dict[UUID, asyncio.Task[Seen | None]] = {}

    def move(self, run_ids: Iterable[UUID]) -> None:
        """Forget what was read of these runs and wake those whose page shows them."""
        for run_id in run_ids:
            self._seen.pop(run_id, None)
            for watcher in self.watchers:
                if watcher.note(run_id):
                    self.wake(watcher)

    def wake(self, watcher: Watcher) -> None:
        """Start a sender unless there is one, which will look again by itself."""
        if watcher.sender is None:
            watcher.sender = asyncio.create_task(_send_all(self, watcher))

    async def seen(self, run_id: UUID) -> Seen | None:
        """Return the run, read at most once for all who ask before it moves again."""
        if run_id not in self._seen:
            ask = database_sync_to_async(read)
            self._seen[run_id] = asyncio.create_task(ask(tenant=self.tenant, run_id=run_id))
        try:
            # A watcher that goes away must not end the reading for the others.
            return await asyncio.shield(self._seen[run_id])
        except DatabaseFailure:
            self._seen.pop(run_id, None)
            raise

    async def look(self) -> None:
        """Ask PostgreSQL which open jobs have moved, whatever bells were heard."""
        jobs = await database_sync_to_async(runs.jobs)(tenant=self.tenant)
        now = {job.run_id: (job.updated_at, job.state) for job in jobs}
        before, self.open_jobs = self.open_jobs, now
        moved = {run_id for run_id, mark in now.items() if before.get(run_id) != mark}
        # Log lines leave no mark on a job, so whoever watches one open run is asked about it.
        watched = {w.run_id for w in self.watchers if w.run_id in now and w.run_id is not None}
        self.move(moved | (before.keys() - now.keys()) | watched)
        if moved - before.keys() or not self.names:
            self.names = await database_sync_to_async(runner_names)(self.tenant)


class Hub:
    """All rooms of this process by tenant and path prefix, and what keeps them going."""

    def __init__(self) -> None:
        self._rooms: dict[tuple[int, str], Room] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def client_count(self) -> int:
        """Sockets open in this process."""
        return sum(len(room.watchers) for room in self._rooms.values())

    def join(self, watcher: Watcher, *, tenant: Tenant, prefix: str) -> Room:
        """Add a watcher; it is sent that it is heard, and its run at once."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(loop)
                for loop in (self._listen(), self._look(), self._beat(), self._check(),
                             self._drop_the_slow())
            ]  # fmt: skip
        room = self._rooms.setdefault((tenant.pk, prefix), Room(tenant, prefix))
        room.watchers.add(watcher)
        if watcher.run_id is not None:
            watcher.note(watcher.run_id)
        room.wake(watcher)
        return room

    def leave(self, watcher: Watcher, *, room: Room) -> None:
        """Forget a watcher, and its room when it was the last."""
        room.watchers.discard(watcher)
        if watcher.sender is not None:
            watcher.sender.cancel()
        if not room.watchers:
            self._rooms.pop((room.tenant.pk, room.prefix), None)

    async def _listen(self) -> None:
        """Hear bells for ever; after each loss of the connection the look by clock goes on."""
        retry_s = _RETRY_MIN_S
        while True:
            try:
                async with redis_client.async_client() as redis, redis.pubsub() as subscription:
                    await subscription.psubscribe(redis_client.key(CHANNEL, "*"))
                    while True:
                        self._take(await redis_client.next_message(subscription))
                        retry_s = _RETRY_MIN_S
            except (RedisError, OSError) as error:
                log.warning("run_updates_interrupted", error=type(error).__name__)
            # Jitter, lest all processes come back at the same instant.
            await asyncio.sleep(retry_s * random.uniform(0.5, 1.0))  # noqa: S311
            retry_s = min(retry_s * 2, _RETRY_MAX_S)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] != "pmessage":
            return
        try:
            tenant_id = int(message["channel"].decode().rpartition(":")[2])
            run_id = UUID(message["data"].decode())
        except ValueError as error:
            log.error("run_bell_not_understood", error=type(error).__name__)
            return
        for room in self._of_tenant(tenant_id):
            room.move([run_id])

    def _of_tenant(self, tenant_id: int) -> list[Room]:
        return [room for (of, _), room in self._rooms.items() if of == tenant_id]

    async def _look(self) -> None:
        while True:
            for room in list(self._rooms.values()):
                try:
                    await room.look()
                except DatabaseFailure as error:
                    log.warning("run_jobs_not_read", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def _beat(self) -> None:
        """One timer for all: prove to every page and to every proxy that the socket lives."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for room in list(self._rooms.values()):
                for watcher in list(room.watchers):
                    watcher.is_heartbeat_due = True
                    room.wake(watcher)

    async def _drop_the_slow(self) -> None:
        """One timer for all: a timeout around every send would cost as much as the send."""
        now_s = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SLOW_CHECK_S)
            oldest_s = now_s() - SEND_TIMEOUT_S
            for room in self._rooms.values():
                for watcher in room.watchers:
                    if watcher.waiting_since_s is not None and watcher.waiting_since_s < oldest_s:
                        watcher.drop(CLOSE_TOO_SLOW)

    async def _check(self) -> None:
        """Look again who everybody is; end the sockets of those who have lost access since."""
        while True:
            await asyncio.sleep(ACCESS_CHECK_S)
            for room in list(self._rooms.values()):
                for watcher in list(room.watchers):
                    await _check_access(room, watcher)


async def _check_access(room: Room, watcher: Watcher) -> None:
    try:
        viewer = await database_sync_to_async(viewer_of_session)(
            tenant=room.tenant, session_key=watcher.session_key
        )
        seen = None if watcher.run_id is None else await room.seen(watcher.run_id)
    except DatabaseFailure as error:
        log.warning("live_access_not_checked", error=type(error).__name__)
        return
    if viewer is None or (seen is not None and not runs.is_visible(seen.info, viewer)):
        watcher.drop(CLOSE_NO_ACCESS)
    else:
        watcher.viewer = viewer


async def _send_all(room: Room, watcher: Watcher) -> None:
    """Send until there is no more. What is missed while the page is slow is never kept."""
    now_s = asyncio.get_running_loop().time

    async def send(text: str) -> None:
        watcher.waiting_since_s = now_s()
        await watcher.send({"type": "websocket.send", "text": text})
        watcher.waiting_since_s = None

    try:
        while watcher.moved or watcher.is_heartbeat_due:
            if watcher.is_heartbeat_due:
                watcher.is_heartbeat_due = False
                await send(_HEARTBEAT)
            moved, watcher.moved = watcher.moved, set()
            for text in await _messages(room, watcher, moved):
                await send(text)
            await asyncio.sleep(PACE_S if moved else 0)
    except DatabaseFailure as error:
        log.warning("run_not_read", error=type(error).__name__)
        watcher.drop(CLOSE_TRY_AGAIN)
    except OSError:
        # The socket is gone; its reader hears of it and leaves.
        return
    finally:
        watcher.sender = None


async def _messages(room: Room, watcher: Watcher, moved: Collection[UUID]) -> list[str]:
    if moved and not room.names:
        room.names = await database_sync_to_async(runner_names)(room.tenant)
    found = []
    for run_id in moved:
        seen = await room.seen(run_id)
        if seen is None:
            continue
        found.append(line_message(watcher, seen, names=room.names, prefix=room.prefix))
        if watcher.run_id is not None:
            found.append(
                await database_sync_to_async(log_message)(watcher, seen, tenant=room.tenant)
            )
    return [text for text in found if text is not None]


hub = Hub()
