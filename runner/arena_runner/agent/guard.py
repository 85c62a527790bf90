"""Runs a part of a run so that it ends soon after the stop sign is up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from arena_runner.agent.stopping import StopSign

_T = TypeVar("_T")
_LOOK_S: Final = 0.25
_GRACE_S: Final = 10.0


async def guarded(
    work: Awaitable[_T], sign: StopSign, *, look: Callable[[], None] | None = None
) -> _T:
    """Return what the work returns; raise Stop when the sign is up.

    Work that watches the sign itself gets ten seconds to end, and is then cancelled. `look` is
    called four times a second, to raise the sign.
    """
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait([task], timeout=_LOOK_S)
            if look is not None:
                look()
            if sign.is_up() and not task.done():
                await asyncio.wait([task], timeout=_GRACE_S)
                break
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
        if sign.is_up() and not task.cancelled():
            task.exception()  # looked at: what a stopped task fails with does not matter
    sign.check()
    return await task
