"""Pass on what all turns of this process have grown by: one round trip for all, 25 times a second.

Without Redis the turns go on: what could not be passed on goes with the next success, and what is
stored at the end does not come this way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from arena import redis_client
from voting.streaming import stream
from voting.streaming.turn import Key, Turn

log = structlog.get_logger(__name__)

INTERVAL_S: Final = 0.04
_ALIVE_EVERY_S: Final = 2.5
_TIMEOUT_S: Final = 2.0
_UNREACHABLE: Final = (RedisError, OSError, TimeoutError)


class Pulse:
    """The turns that this process answers. `on_lost` hears of one whose sign of life has gone."""

    def __init__(self, on_lost: Callable[[Turn], Awaitable[None]]) -> None:
        self._on_lost = on_lost
        self._turns: set[Turn] = set()
        self._task: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._redis: Redis | None = None
        self._is_interrupted = False

    async def claim(self, key: Key, turn: int) -> bool:
        """Tell whether this process shall answer the turn; without Redis whoever asks shall."""
        replies = await self._execute(lambda pipeline: stream.claim(pipeline, key, turn))
        return replies is None or replies[0] is not None

    def add(self, turn: Turn) -> None:
        """Pass on a turn from here on."""
        self._turns.add(turn)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())

    def remove(self, turn: Turn) -> None:
        """Pass on no more of a turn."""
        self._turns.discard(turn)

    async def finish(self, turn: Turn) -> None:
        """Pass on what is left of a turn, and no more of it."""
        self.remove(turn)
        await self._pass_on([turn])

    async def close(self) -> None:
        """Give the connections back."""
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None

    async def _beat(self) -> None:
        now_s = asyncio.get_running_loop().time
        said_alive_at_s = now_s()
        while self._turns:
            await self._pass_on(list(self._turns))
            if now_s() - said_alive_at_s > _ALIVE_EVERY_S:
                said_alive_at_s = now_s()
                await self._say_alive([turn for turn in self._turns if turn.has_begun])
            await asyncio.sleep(INTERVAL_S)

    async def _pass_on(self, turns: Collection[Turn]) -> None:
        """Write what is new of the turns; after a failure all of it is written again."""
        async with self._lock:
            deltas = {turn: turn.delta() for turn in turns}

            def add(pipeline: Pipeline) -> None:
                for turn, delta in deltas.items():
                    if not turn.has_begun:
                        stream.add_begin(pipeline, turn)
                    if delta is not None:
                        stream.add_delta(pipeline, turn, delta)

            replies = await self._execute(add)
            for turn, delta in deltas.items():
                if replies is None:
                    turn.start_over()
                    continue
                turn.has_begun = True
                if delta is not None:
                    turn.confirm(delta)

    async def _say_alive(self, turns: Collection[Turn]) -> None:
        def add(pipeline: Pipeline) -> None:
            for turn in turns:
                stream.say_alive(pipeline, turn)

        for turn, reply in zip(turns, await self._execute(add) or (), strict=False):
            if reply is None:
                await self._on_lost(turn)

    async def _execute(self, add: Callable[[Pipeline], None]) -> list[Any] | None:
        """Return the replies to what `add` asks, None when Redis cannot be reached."""
        if self._redis is None:
            self._redis = redis_client.async_client()
        pipeline = self._redis.pipeline(transaction=False)
        add(pipeline)
        if not len(pipeline):
            return []
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                replies: list[Any] = await pipeline.execute()
        except _UNREACHABLE as error:
            if not self._is_interrupted:
                log.warning("battles_not_passed_on", error=type(error).__name__)
            self._is_interrupted = True
            return None
        self._is_interrupted = False
        return replies
