"""A battle that somebody follows in this web process: its transcript and what feeds it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import Error as DatabaseFailure

from arena.tenancy.models import Tenant
from voting.state import Status
from voting.streaming import stream
from voting.streaming.database import in_database
from voting.streaming.loading import load
from voting.streaming.rendering import keep_rendered, render_all
from voting.streaming.transcript import Transcript

log = structlog.get_logger(__name__)

_START: Final = b"0"


class Followed:
    """Fed by the hub with the entries of the battle's stream; looks into PostgreSQL itself."""

    def __init__(self, tenant: Tenant, battle_id: UUID) -> None:
        self.key: Final = stream.entries_key(tenant.pk, battle_id).encode()
        self.transcript: Final = Transcript()
        self.read_to = _START
        self.heard_at_s = 0.0
        self.follower_count = 0
        self.opening: asyncio.Task[None] | None = None
        self._tenant = tenant
        self._battle_id = battle_id
        self._wants_html = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        """Become what is stored and what has been passed on so far.

        The entries must have been read before: what was stored later then comes as a later one.
        Raises UnknownBattle, django.db.Error.
        """
        await self.look_up()
        self.hear(entries)

    def hear(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        """Take the next entries of the stream."""
        for entry_id, fields in entries:
            self.read_to = entry_id
            try:
                self._take(stream.entry_of(fields))
            except (ValueError, KeyError, TypeError) as error:
                # Of a release that speaks otherwise, most likely; what is stored heals it.
                log.error("battle_message_not_understood", error=type(error).__name__)
        self.heard_at_s = asyncio.get_running_loop().time()

    async def look_up(self) -> None:
        """Take what PostgreSQL has; raises UnknownBattle, django.db.Error."""
        stored = await in_database(load)(tenant=self._tenant, battle_id=self._battle_id)
        self.transcript.take(stored)
        if stored.turn == self.transcript.turn and stored.status != "answering":
            await self._settle(stored.status, stored.void)

    async def render(self) -> None:
        """Have the answers rendered from here on, since somebody wants to see them."""
        if not self._wants_html:
            self._wants_html = True
            self._keep_rendered()
            await render_all(self.transcript)

    def close(self) -> None:
        """End what still works for it: nobody follows any more."""
        for task in [*self._tasks, self.opening]:
            if task is not None:
                task.cancel()

    def _take(self, entry: dict[str, Any]) -> None:
        match entry["type"]:
            case "begin":
                if self.transcript.begin(entry["turn"]):
                    self._keep_rendered()
            case "delta":
                self.transcript.extend(entry)
            case "complete":
                self._spawn(self._complete(entry["turn"]))
            case "void":
                void = {"reason": entry["reason"], "message": entry["message"]}
                self.transcript.close("void", void=void)
            case "closed":
                self.transcript.close(entry["status"])

    async def _complete(self, turn: int) -> None:
        if turn < self.transcript.turn or self.transcript.status != "answering":
            return
        if turn == self.transcript.turn and self.transcript.is_whole:
            await self._settle("ready", None)
            return
        try:
            await self.look_up()
        except DatabaseFailure as error:
            # The hub asks again when nothing has been heard for long.
            log.warning("answers_not_read", error=type(error).__name__)

    async def _settle(self, status: Status, void: dict[str, str] | None) -> None:
        """Say how the turn ended, once its answers can be shown."""
        epoch, before = self.transcript.epoch, self.transcript.status
        if self._wants_html:
            await render_all(self.transcript)
        if (self.transcript.epoch, self.transcript.status) == (epoch, before) != (epoch, status):
            self.transcript.close(status, void=void)

    def _keep_rendered(self) -> None:
        if self._wants_html and self.transcript.status == "answering":
            self._spawn(keep_rendered(self.transcript))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
