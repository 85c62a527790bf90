"""The battles that are followed in this web process, and the one reader that feeds them.

All their streams are read with one command, 25 times a second while answers come. Where Redis
cannot say what happened, PostgreSQL is asked.
"""

import asyncio
import contextvars
from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import Error as DatabaseFailure
from redis.asyncio import Redis
from redis.exceptions import RedisError

from arena import redis_client
from arena.tenancy.models import Tenant
from voting.streaming.followed import Followed

log = structlog.get_logger(__name__)

_INTERVAL_S: Final = 0.04
_IDLE_INTERVAL_S: Final = 0.1
_WITHOUT_REDIS_S: Final = 1.0
_SILENCE_S: Final = 10.0
"""After so long without news of a turn PostgreSQL is asked: its end may have been missed."""
_TIMEOUT_S: Final = 2.0
_UNREACHABLE: Final = (RedisError, OSError, TimeoutError)


class Hub:
    """Who is followed here, by number of the tenant and id of the battle."""

    def __init__(self) -> None:
        self._followed: dict[tuple[int, UUID], Followed] = {}
        self._reading: tuple[Redis, asyncio.Task[None]] | None = None
        self._is_interrupted = False

    async def join(self, *, tenant: Tenant, battle_id: UUID, with_html: bool) -> Followed:
        """Return the battle, up to date, for one more follower.

        Raises UnknownBattle, django.db.Error. Whoever joined calls `leave` in the end.
        """
        key = (tenant.pk, battle_id)
        if key not in self._followed:
            followed = self._followed[key] = Followed(tenant, battle_id)
            followed.opening = _start(self._open(followed, self._redis()))
        followed = self._followed[key]
        followed.follower_count += 1
        try:
            if followed.opening is not None:
                await asyncio.shield(followed.opening)
            if with_html:
                await followed.render()
        except BaseException:
            self.leave(tenant=tenant, battle_id=battle_id)
            raise
        return followed

    def leave(self, *, tenant: Tenant, battle_id: UUID) -> None:
        """Forget a follower, and the battle when it was the last."""
        followed = self._followed[tenant.pk, battle_id]
        followed.follower_count -= 1
        if not followed.follower_count:
            followed.close()
            del self._followed[tenant.pk, battle_id]

    def followed_count(self) -> int:
        """Return how many battles somebody follows here."""
        return len(self._followed)

    def _redis(self) -> Redis:
        """Return the client of the reader, which is started unless it runs."""
        if self._reading is None or self._reading[1].done():
            redis = redis_client.async_client()
            self._reading = (redis, _start(self._read(redis)))
        return self._reading[0]

    async def _open(self, followed: Followed, redis: Redis) -> None:
        entries: Any = []
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                entries = await redis.xrange(followed.key)
        except _UNREACHABLE as error:
            self._interrupted(error)
        await followed.open(entries)

    async def _read(self, redis: Redis) -> None:
        """Feed the battles until nobody follows any."""
        try:
            while self._followed:
                followed = {one.key: one for one in self._opened()}
                if await self._read_once(redis, followed):
                    await self._look_up(self._silent())
                    is_busy = any(_is_answering(one) for one in followed.values())
                    await asyncio.sleep(_INTERVAL_S if is_busy else _IDLE_INTERVAL_S)
                else:
                    await self._look_up(followed.values())
                    await asyncio.sleep(_WITHOUT_REDIS_S)
        finally:
            # Before anything is awaited: whoever joins from here on needs another reader.
            self._reading = None
            await redis.aclose()

    async def _read_once(self, redis: Redis, followed: dict[bytes, Followed]) -> bool:
        if not followed:
            return True
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                news: Any = await redis.xread({key: one.read_to for key, one in followed.items()})
        except _UNREACHABLE as error:
            self._interrupted(error)
            return False
        self._is_interrupted = False
        for key, entries in news:
            followed[key].hear(entries)
        return True

    async def _look_up(self, followed: Iterable[Followed]) -> None:
        now_s = asyncio.get_running_loop().time()
        for one in list(followed):
            one.heard_at_s = now_s
            try:
                await one.look_up()
            except DatabaseFailure as error:
                log.warning("battle_not_looked_up", error=type(error).__name__)

    def _opened(self) -> Collection[Followed]:
        return [one for one in self._followed.values() if one.opening and one.opening.done()]

    def _silent(self) -> list[Followed]:
        oldest_s = asyncio.get_running_loop().time() - _SILENCE_S
        return [one for one in self._opened() if _is_answering(one) and one.heard_at_s < oldest_s]

    def _interrupted(self, error: BaseException) -> None:
        if not self._is_interrupted:
            log.warning("battles_followed_without_redis", error=type(error).__name__)
        self._is_interrupted = True


def _is_answering(followed: Followed) -> bool:
    return followed.transcript.status == "answering"


def _start(work: Any) -> asyncio.Task[None]:
    # Not in the context of a request, whose database thread ends with it.
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


hub = Hub()
