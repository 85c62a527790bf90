"""How many answers of one endpoint a process asks for at a time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from workers.target import Target

_Key = tuple[int, str, int]
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[_Key, asyncio.Semaphore]]
_slots = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def slot(target: Target, *, wait_s: float) -> AsyncIterator[None]:
    """Hold one of the endpoint's `max_concurrent` slots; raise TimeoutError when none gets free.

    Slots are given out in the order of asking. They are those of this process and event loop.
    """
    slots = _slots.setdefault(asyncio.get_running_loop(), {})
    key = (target.tenant_id, target.deployment_slug, target.max_concurrent)
    semaphore = slots.setdefault(key, asyncio.Semaphore(target.max_concurrent))
    async with asyncio.timeout(wait_s):
        await semaphore.acquire()
    try:
        yield
    finally:
        semaphore.release()
