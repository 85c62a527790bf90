"""One board as one web process knows it: the newest patch, one snapshot, and who is watching.

Nothing is queued for a client. It remembers the position it was last sent; whenever it is ready
for more, it gets the newest patch if that continues from there, else the snapshot, which is read
from PostgreSQL once per position and shared by all clients.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leaderboards.queries import encode


class Message(NamedTuple):
    """A text for a client, and the position it stands at after reading it."""

    position: int
    text: str


class Patch(NamedTuple):
    """A patch as published: applies to `previous_position` only. `is_empty`: no rows in it."""

    previous_position: int
    is_empty: bool
    message: Message


@dataclass(eq=False, slots=True)
class Client:
    """One open socket. `position` None asks for a snapshot."""

    send: Callable[[dict[str, Any]], Awaitable[None]]
    drop: Callable[[int], None]
    """Ends the socket with a close code."""
    user: Any
    position: int | None = None
    greeted: bool = False
    is_heartbeat_due: bool = False
    sender: asyncio.Task[None] | None = None
    """The task that is sending; None while the client has all there is."""


@dataclass(eq=False, slots=True)
class Feed:
    """`position` is the newest one heard of; None until the first message or snapshot."""

    read_snapshot: Callable[[], Awaitable[tuple[int, str]]]
    clients: set[Client] = field(default_factory=set)
    position: int | None = None
    _patch: Patch | None = None
    _snapshot: Message | None = None
    _reading: asyncio.Task[Message] | None = None
    _version: int = 0
    """Counts what makes a snapshot that is being read just now out of date."""

    def receive(self, patch: Patch) -> None:
        """Take note of a published patch; an old one, or one that says nothing new, is ignored."""
        position = patch.message.position
        if self.position is not None and position < self.position:
            return
        if patch.previous_position == position:
            if not patch.is_empty:
                self._correct()
        else:
            self._patch = patch
        if position != self.position:
            self._version += 1
            self.position = position

    def forget(self) -> None:
        """Trust nothing heard so far: messages may have been lost."""
        self._version += 1
        self._snapshot = None
        self.position = None

    def is_behind(self, client: Client) -> bool:
        """Whether the client lacks something, as far as is known."""
        return client.position is None or client.position != self.position

    async def next_for(self, client: Client) -> Message | None:
        """What to send to the client now; None when it has all there is. Moves its position."""
        message = await self._choose(client)
        client.greeted = True
        if message is not None:
            client.position = message.position
        return message

    async def snapshot(self) -> Message:
        """The board at the newest position, read at most once for all who ask meanwhile."""
        if self._snapshot is not None and self._snapshot.position == self.position:
            return self._snapshot
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        # A client that goes away must not end the reading for the others.
        return await asyncio.shield(self._reading)

    async def _choose(self, client: Client) -> Message | None:
        position = self.position
        if position is None:
            position = (await self.snapshot()).position
        if client.position is None:
            return await self.snapshot()
        if client.position == position:
            return self._at_head(client, position)
        patch = self._patch
        if (
            patch is not None
            and patch.previous_position == client.position
            and patch.message.position == position
        ):
            return patch.message
        return await self.snapshot()

    def _at_head(self, client: Client, position: int) -> Message | None:
        if not client.greeted:
            return Message(position, encode({"type": "current", "position": position}))
        if client.is_heartbeat_due:
            client.is_heartbeat_due = False
            return Message(position, encode({"type": "heartbeat", "position": position}))
        return None

    def _correct(self) -> None:
        """Rows changed while the position stayed: everybody needs the board again."""
        self._version += 1
        self._snapshot = None
        self._patch = None
        for client in self.clients:
            client.position = None

    async def _read(self) -> Message:
        try:
            version = -1
            while version != self._version:
                version = self._version
                message = Message(*await self.read_snapshot())
            self._snapshot = message
            self.position = message.position
            return message
        finally:
            self._reading = None
