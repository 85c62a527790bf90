"""The engine begins and ends with the web server."""

from collections.abc import Awaitable, Callable
from typing import Any

from voting.streaming.engine import engine

_Receive = Callable[[], Awaitable[dict[str, Any]]]
_Send = Callable[[dict[str, Any]], Awaitable[None]]


async def lifespan(_scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
    """Answer ASGI's lifespan protocol; a server that stops voids what it was answering."""
    await receive()
    engine.open()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await engine.close()
    await send({"type": "lifespan.shutdown.complete"})
