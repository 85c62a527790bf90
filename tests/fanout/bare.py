"""The least an ASGI server can do: every message of one Redis channel to every open socket."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio

Send = Callable[[dict[str, Any]], Awaitable[None]]
_open: set[Send] = set()
_listeners: list["asyncio.Task[None]"] = []


async def _listen() -> None:
    client = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])
    async with client.pubsub() as subscription:
        await subscription.subscribe(os.environ["FANOUT_CHANNEL"])
        async for message in subscription.listen():
            if message["type"] == "message":
                event = {"type": "websocket.send", "text": message["data"].decode()}
                for send in list(_open):
                    await send(event)


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send
) -> None:
    """Answer any request with 200, keep any websocket open."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    if scope["type"] != "websocket":
        return
    if not _listeners:
        _listeners.append(asyncio.create_task(_listen()))
    await receive()
    await send({"type": "websocket.accept"})
    _open.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        _open.discard(send)
