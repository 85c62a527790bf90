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
    """An ASGI event for a client, and the position it stands at after reading it."""

    position: int
    event: dict[str, Any]

    @classmethod
    def of(cls, position: int, text: str) -> "Message":
        """The message with this text."""
        return cls(position, {"type": "websocket.send", "text": text})


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
    session_key: str | None
    """Of the browser's session, which says who is watching; None without a cookie."""
    position: int | None = None
    is_greeted: bool = False
    is_heartbeat_due: bool = False
    sender: asyncio.Task[None] | None = None
    """The task that is sending; None while the client has all there is."""
    waiting_since_s: float | None = None
    """Loop time at which it was given the message that it has not taken yet."""


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
    """Counts what makes a snapshot that is being read just now worthless."""

    def receive(self, patch: Patch) -> None:
        """Take note of a published patch; an old one, or one that says nothing new, is ignored."""
        position = patch.message.position
        if self.position is not None and position < self.position:
            return
        if patch.previous_position != position:
            self._patch = patch
        elif not patch.is_empty:
            self._correct()
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
        if self.position is None:
            await self.snapshot()
        if self.is_behind(client):
            missed = self._patch_for(client) or await self.snapshot()
            client.position = missed.position
            client.is_greeted = True
            return missed
        greeting = self._greeting_for(client)
        client.is_greeted = True
        return greeting

    async def snapshot(self) -> Message:
        """The board as stored, read at most once for all who ask meanwhile.

        A patch may have come while it was read; it continues from here, or there is a newer one.
        """
        if self._snapshot is not None and self._snapshot.position == self.position:
            return self._snapshot
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        # A client that goes away must not end the reading for the others.
        return await asyncio.shield(self._reading)

    def _patch_for(self, client: Client) -> Message | None:
        patch = self._patch
        if (
            patch is not None
            and patch.previous_position == client.position
            and patch.message.position == self.position
        ):
            return patch.message
        return None

    def _greeting_for(self, client: Client) -> Message | None:
        """What a client at the newest position is told: that it is there."""
        kind = "heartbeat" if client.is_greeted else "current"
        if self.position is None or (client.is_greeted and not client.is_heartbeat_due):
            return None
        client.is_heartbeat_due = False
        return Message.of(self.position, encode({"type": kind, "position": self.position}))

    def _correct(self) -> None:
        """Rows changed while the position stayed: everybody needs the board again."""
        self._version += 1
        self._snapshot = None
        self._patch = None
        for client in self.clients:
            client.position = None

    async def _read(self) -> Message:
        try:
            known = self.position
            version = -1
            while version != self._version:
                version = self._version
                message = Message.of(*await self.read_snapshot())
            is_overtaken = self.position is not None and self.position != known
            if not is_overtaken or message.position > (self.position or 0):
                self.position = message.position
            self._snapshot = message
            return message
        finally:
            self._reading = None
