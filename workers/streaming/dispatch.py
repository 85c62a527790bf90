"""The runners that wait for work in this web process, and who finds them some.

One subscription and one round for all of them: a bell costs one query, not one a runner. Who gets a
run is decided in the database when it is claimed, so other processes may do the same at once.
"""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from redis.exceptions import RedisError

import benchmarks.bell
import benchmarks.queries.runs
from arena import redis_client
from arena.tenancy.models import Tenant
from benchmarks.queries.runs import JobInfo
from workers.commands.claiming import LEASED_MAX, QUEUED_MAX
from workers.scheduling import Offer, pairs

log = structlog.get_logger(__name__)
_P = ParamSpec("_P")
_R = TypeVar("_R")

Claim = Callable[[], Any]
"""Takes a lease for one runner and returns it; blocks; None when another was faster."""

_LOOK_EVERY_S: Final = 5.0
"""Without a bell: it may have been lost, and Redis may be away."""
_PAUSE_S: Final = 0.02
_SHARE: Final = 4
"""Planning that took long is followed by a pause so many times as long: others want to work too."""
_RETRY_S: Final = 1.0
# Claims of one process at a time; the one thread that Django keeps would let all wait in line.
_THREADS: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="runners")


@dataclass(eq=False, kw_only=True, slots=True)
class _Waiter:
    offer: Offer
    claim: Claim
    run: "asyncio.Future[Any]"
    is_claiming: bool = False
    is_late: bool = False
    """Its time is over; it only waits for what it is claiming."""


class Dispatch:
    """Who waits here, by tenant and runner."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Tenant, dict[UUID, _Waiter]]] = {}
        self._rung: set[int] = set()
        self._bell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def wait(
        self, *, tenant: Tenant, offer: Offer, claim: Callable[[], _R | None], wait_s: float
    ) -> _R | None:
        """Return what `claim` got once there is a run for it; None after `wait_s` seconds.

        A runner that comes again takes the place of its request before. Raises what `claim` does.
        """
        self._start()
        waiter = _Waiter(offer=offer, claim=claim, run=asyncio.get_running_loop().create_future())
        runner_id = offer.runner.runner_id
        _, waiting = self._waiting.setdefault(tenant.pk, (tenant, {}))
        before = waiting.get(runner_id)
        if before is not None and not before.run.done():
            before.run.set_result(None)
        waiting[runner_id] = waiter
        self._ring(tenant.pk)
        try:
            await asyncio.wait({waiter.run}, timeout=wait_s)
            if not waiter.run.done() and not waiter.is_claiming:
                return None
            waiter.is_late = True
            claimed: _R | None = await waiter.run
            return claimed
        finally:
            waiter.run.cancel()
            if waiting.get(runner_id) is waiter:
                del waiting[runner_id]
            if not waiting:
                self._waiting.pop(tenant.pk, None)

    def waiting_count(self) -> int:
        """Return how many runners wait in this process."""
        return sum(len(waiting) for _, waiting in self._waiting.values())

    def _start(self) -> None:
        """Start the two tasks unless they run; not in the context of a request, which ends."""
        self._tasks = [task for task in self._tasks if not task.done()]
        if not self._tasks:
            loop, context = asyncio.get_running_loop(), contextvars.Context()
            self._bell = asyncio.Event()
            self._tasks = [
                loop.create_task(work, context=context) for work in (self._listen(), self._serve())
            ]

    def _ring(self, tenant_id: int) -> None:
        if tenant_id in self._waiting:
            self._rung.add(tenant_id)
            self._bell.set()

    async def _listen(self) -> None:
        """Hear for ever which arenas' runs have moved."""
        prefix = redis_client.key(benchmarks.bell.CHANNEL, "")
        while True:
            try:
                async with redis_client.async_client() as redis, redis.pubsub() as subscription:
                    await subscription.psubscribe(prefix + "*")
                    async for message in subscription.listen():
                        if message["type"] == "pmessage":
                            self._ring(int(message["channel"].decode().removeprefix(prefix)))
            except (RedisError, OSError, ValueError) as error:
                log.warning("runners_wait_without_redis", error=type(error).__name__)
            await asyncio.sleep(_RETRY_S)

    async def _serve(self) -> None:
        """Find work for ever: when a bell rings, and by the clock."""
        while True:
            try:
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._bell.wait()
            except TimeoutError:
                self._rung.update(self._waiting)
            self._bell.clear()
            planned_s = 0.0
            while self._rung:
                planned_s += await self._find_work(self._rung.pop())
            await asyncio.sleep(max(_PAUSE_S, _SHARE * planned_s))

    async def _find_work(self, tenant_id: int) -> float:
        """Let those claim who may get something; return the processor seconds of the plan."""
        tenant, waiting = self._waiting.get(tenant_id, (None, {}))
        waiters = {key: waiter for key, waiter in waiting.items() if not waiter.run.done()}
        if tenant is None or not waiters:
            return 0.0
        try:
            given, planned_s = await _in_database(plan)(
                tenant, [one.offer for one in waiters.values()]
            )
        except DatabaseFailure as error:
            log.warning("runners_not_served", error=type(error).__name__)
            return 0.0
        got = await asyncio.gather(*(_claim(waiters[runner_id]) for runner_id in given))
        if any(got):
            self._ring(tenant_id)
        return planned_s


def plan(tenant: Tenant, offers: list[Offer]) -> tuple[dict[UUID, JobInfo], float]:
    """Return which queued run each of these runners should try to get, and the processor time."""
    began_s = time.thread_time()
    queued = benchmarks.queries.runs.jobs(tenant=tenant, states=("queued",), limit=QUEUED_MAX)
    if not queued:
        return {}, time.thread_time() - began_s
    leased = benchmarks.queries.runs.jobs(tenant=tenant, states=("leased",), limit=LEASED_MAX)
    given = pairs(queued, offers, leased=leased)
    return given, time.thread_time() - began_s


async def _claim(waiter: _Waiter) -> bool:
    """Let a runner claim, and tell it; return whether it is worth while to look again."""
    if waiter.run.done():
        # It left while the plan was made; another may have what was meant for it.
        return True
    claimed = None
    waiter.is_claiming = True
    try:
        claimed = await _in_database(waiter.claim)()
    except DatabaseFailure as error:
        log.warning("run_not_claimed", error=type(error).__name__)
    except Exception as error:  # noqa: BLE001  it belongs to the request that waits
        if not waiter.run.done():
            waiter.run.set_exception(error)
        return True
    finally:
        waiter.is_claiming = False
    if waiter.run.done():
        if claimed is not None:
            # Its client is gone since the lease was taken, which expires as that of the dead does.
            log.info("run_claimed_for_nobody", runner_id=str(waiter.offer.runner.runner_id))
    elif claimed is not None or waiter.is_late:
        waiter.run.set_result(claimed)
    return claimed is not None


def _in_database(function: Callable[_P, _R]) -> Callable[_P, Awaitable[_R]]:
    awaitable: Callable[_P, Awaitable[_R]] = database_sync_to_async(
        function, thread_sensitive=False, executor=_THREADS
    )
    return awaitable


dispatch = Dispatch()
