"""The same fan-out as the Channels manual has it: a consumer, a group, the stock Redis layer."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from django.conf import settings

from tests.fanout import GROUP

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
        }
    }
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  needs settings


class GroupConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels is untyped
    """One socket of the group."""

    async def connect(self) -> None:
        """Join the group."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def board_update(self, event: dict[str, Any]) -> None:
        """Pass a message of the group on."""
        await self.send(text_data=event["text"])


_consumer = GroupConsumer.as_asgi()


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer any request with 200, put any websocket into the group."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
    elif scope["type"] == "websocket":
        await _consumer(scope, receive, send)
