"""The turns that this web process answers, from the moment they are launched until stored.

Each is a task of the web server's event loop. A process that dies leaves battles that the sweep
voids; one that is stopped voids them itself.
"""

import asyncio
import contextvars
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import InterfaceError, OperationalError

from arena.eventstore.domain import ConcurrencyError, DomainError
from arena.tenancy.models import Tenant
from voting import queries
from voting.commands import Answer, record_answers, void_battle
from voting.events import Side
from voting.state import BattleRefused, UnknownBattle
from voting.streaming.answering import answer
from voting.streaming.database import in_database
from voting.streaming.preparation import SideFailed, prepare
from voting.streaming.pulse import Pulse
from voting.streaming.turn import Turn
from workers.guarded_http import shared_client

log = structlog.get_logger(__name__)

ACTOR: Final = "voting.streaming"
RETRY_AFTER_S: Final = 5
_PATIENCE_S: Final = (0.2, 1.0, 3.0)
"""Between attempts to store what would else be lost."""
_SHUTDOWN_S: Final = 3.0

_Key = tuple[int, UUID, int]


class Busy(DomainError):
    """This process answers as many battles as it may; the same can be tried again soon."""

    retry_after_s: Final = RETRY_AFTER_S


class Engine:
    """Opened and closed with the web server (lifespan.py); launches from any of its threads."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: dict[_Key, asyncio.Task[None]] = {}
        self._pulse = Pulse(self._look_up)

    def open(self) -> None:
        """Answer battles in the running event loop from here on."""
        self._loop = asyncio.get_running_loop()
        self._pulse = Pulse(self._look_up)

    async def close(self) -> None:
        """Stop, and void what is being answered as far as there is time."""
        self._loop = None
        running = list(self._tasks.values())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=_SHUTDOWN_S)
        await self._pulse.close()
        await shared_client().close()

    def running(self) -> int:
        """Return how many battles this process is answering."""
        return len(self._tasks)

    def check_capacity(self) -> None:
        """Raise Busy when no further battle should begin here."""
        if self.running() >= settings.ARENA_MAX_RUNNING_BATTLES:
            raise Busy("Very many battles are being answered at this moment. Try again soon.")

    def launch(self, *, tenant: Tenant, battle_id: UUID, turn: int) -> None:
        """Begin to answer a turn and return at once; nothing happens when it was launched before.

        Raises RuntimeError outside a web server that speaks ASGI.
        """
        if self._loop is None:
            raise RuntimeError(
                "battles are answered in the event loop of the web server, and none runs here"
            )
        # Not in the context of the request: its database thread ends with it.
        self._loop.call_soon_threadsafe(
            self._begin, tenant, battle_id, turn, context=contextvars.Context()
        )

    def stop(self, *, tenant: Tenant, battle_id: UUID) -> None:
        """End the requests of a battle that was closed, if it is answered here; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel, tenant.pk, battle_id)

    def _begin(self, tenant: Tenant, battle_id: UUID, turn: int) -> None:
        key = (tenant.pk, battle_id, turn)
        if key in self._tasks:
            return
        task = asyncio.get_running_loop().create_task(self._run(tenant, battle_id, turn))
        self._tasks[key] = task
        task.add_done_callback(partial(self._end, key))

    def _end(self, key: _Key, task: asyncio.Task[None]) -> None:
        del self._tasks[key]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # The type only: a message may quote a text. The sweep will void the battle.
            log.error("battle_not_answered", battle=str(key[1]), error=type(error).__name__)

    def _cancel(self, tenant_id: int, battle_id: UUID) -> None:
        for key, task in self._tasks.items():
            if key[:2] == (tenant_id, battle_id):
                task.cancel()

    async def _run(self, tenant: Tenant, battle_id: UUID, turn: int) -> None:
        """Answer a turn and store the answers, or why there are none."""
        if not await self._pulse.claim((tenant.pk, battle_id), turn):
            return
        void = partial(
            void_battle, tenant=tenant, battle_id=battle_id, answering_turn=turn, actor=ACTOR
        )
        try:
            answers = await self._ask(tenant, battle_id, turn)
            if answers:
                a, b = answers["a"], answers.get("b")
                await _persist(
                    partial(
                        record_answers,
                        tenant=tenant, battle_id=battle_id, turn=turn, a=a, b=b, actor=ACTOR,
                    )
                )  # fmt: skip
        except SideFailed as failure:
            log.warning(
                "answer_failed", battle=str(battle_id), side=failure.side, reason=failure.reason
            )
            await _persist(partial(void, reason=failure.reason, side=failure.side))
        except (BattleRefused, UnknownBattle) as refusal:
            # Closed by its voter, or erased, at the very end.
            log.info("answers_not_wanted", battle=str(battle_id), reason=str(refusal))
        except asyncio.CancelledError:
            if self._loop is None:
                await _persist(partial(void, reason="interrupted", side=None))
            raise

    async def _ask(self, tenant: Tenant, battle_id: UUID, number: int) -> dict[Side, Answer] | None:
        calls = await in_database(prepare)(tenant=tenant, battle_id=battle_id, turn=number)
        if calls is None:
            return None
        turn = Turn(
            tenant=tenant,
            battle_id=battle_id,
            number=number,
            sides=list(calls.sides),
            hides_speed=calls.hides_speed,
        )
        self._pulse.add(turn)
        try:
            answers = await answer(turn, calls)
        except BaseException:
            self._pulse.remove(turn)
            raise
        await self._pulse.finish(turn)
        return answers

    async def _look_up(self, turn: Turn) -> None:
        """Learn why nobody believes any more that the turn is being answered, and act on it."""
        try:
            battle = await in_database(queries.battle)(tenant=turn.tenant, battle_id=turn.battle_id)
        except DatabaseFailure as error:
            # Asked again when the next sign of life finds nobody.
            log.warning("battle_not_looked_up", error=type(error).__name__)
            return
        if battle.status == "answering" and battle.turn == turn.number:
            # Redis has lost what it knew.
            turn.start_over()
        else:
            self._cancel(turn.tenant.pk, turn.battle_id)


async def _persist(command: Callable[[], Any]) -> None:
    """Run a command, and again when something came between or the database was away."""
    for pause_s in (*_PATIENCE_S, None):
        try:
            await in_database(command)()
        except (ConcurrencyError, OperationalError, InterfaceError):
            if pause_s is None:
                raise
            await asyncio.sleep(pause_s)
        else:
            return


engine = Engine()
launch = engine.launch
check_capacity = engine.check_capacity
