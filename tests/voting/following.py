"""Answer and follow battles in this process, as a web process does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from arena.tenancy.models import Tenant
from voting.streaming import follow
from voting.streaming.engine import engine

PATIENCE_S = 60.0


@contextlib.asynccontextmanager
async def web_process() -> AsyncIterator[None]:
    """Let the engine run in this event loop for the block."""
    engine.open()
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    finally:
        await engine.close()


async def messages_until(
    tenant: Tenant, battle_id: UUID, *types: str, **options: Any
) -> list[dict[str, Any]]:
    """Follow until a message of one of these types has come, and return all."""
    received = []
    options = {"with_html": False, **options}
    async with contextlib.aclosing(follow(tenant, battle_id, **options)) as messages:
        async for message in messages:
            received.append(dict(message.data))
            if message.type in types:
                break
    return received


class Page:
    """What a page shows of a battle, built from its messages alone; fails on any gap."""

    def __init__(self) -> None:
        self.turn = 0
        self.status = "answering"
        self.texts: dict[str, str] = {}
        self.repeated = 0
        self.place: str | None = None

    def take(self, message: dict[str, Any]) -> None:
        """Apply one message as the page's script does."""
        match message["type"]:
            case "state":
                self.turn, self.status = message["turn"], message["status"]
                self.texts = {side: message[side]["text"] for side in "ab" if message[side]}
            case "delta":
                assert message["turn"] == self.turn
                for side in self.texts:
                    if part := message.get(side):
                        has = self.texts[side]
                        assert part["offset"] <= len(has), "characters are missing"
                        self.repeated += len(has) - part["offset"]
                        self.texts[side] = has[: part["offset"]] + part["text"]
            case "complete":
                self.status = "ready"
            case "void":
                self.status = "void"
            case "closed":
                self.status = message["status"]


def why_void(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return reason and message of a void battle, however the follower came to know them."""
    last = messages[-1]
    void: dict[str, Any] = last["void"] if last["type"] == "state" else last
    return void
