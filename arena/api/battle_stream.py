"""Server-sent events of a battle: what its followers are told, as it is told."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Final

from django.http import StreamingHttpResponse
from ninja import Header, Router

from arena.api.access import ApiKey, ApiRequest
from arena.api.battle_steps import own_battle
from arena.api.battles import READS, BattleId
from arena.tenancy.models import Tenant
from voting import streaming
from voting.streaming import Message

router = Router(tags=["battles"])
CONTENT_TYPE: Final = "text/event-stream"
HEARTBEAT_S: Final = 15.0
_HEARTBEAT: Final = b": still here\n\n"
_EVENT: Final = {
    "type": "object",
    "required": ["id", "data"],
    "properties": {
        "id": {"type": "string", "description": "To be sent as `Last-Event-ID`."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "An object; its `type` is state, delta, complete, void or closed.",
        },
    },
}
LastEventId = Annotated[
    str,
    Header(
        alias="Last-Event-ID",
        pattern=r"^(\d{1,9}\.\d{1,9}\.\d{1,9})?$",
        description="`id` of the last event seen, to go on from there.",
    ),
]


@router.get(
    "/battles/{battle_id}/stream",
    auth=ApiKey("read"),
    response={200: None},
    operation_id="follow_battle",
    summary="Follow a battle",
    openapi_extra={
        **READS,
        "responses": {
            200: {
                "description": "Events until the turn is complete or the battle is closed.",
                "content": {CONTENT_TYPE: {"schema": _EVENT}},
            }
        },
    },
)
def follow_battle(
    request: ApiRequest, battle_id: BattleId, last_event_id: LastEventId = ""
) -> StreamingHttpResponse:
    """Follow the answers of the present turn as they are written. Needs the scope `read`.

    First comes `state` with everything so far, then `delta` with what is new of either side, by
    offsets in Unicode code points. It ends with `complete` (the vote is open), `void` or `closed`.
    """
    own_battle(request, battle_id)
    return event_stream(_events(request.tenant, battle_id, last_event_id or None))


def event_stream(content: AsyncGenerator[bytes, None]) -> StreamingHttpResponse:
    """Return a response that sends the content as it comes."""
    return StreamingHttpResponse(
        content,
        content_type=CONTENT_TYPE,
        # Proxies that collect an answer before they pass it on would undo the streaming.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def turn_messages(
    tenant: Tenant, battle_id: uuid.UUID, *, after: str | None = None
) -> AsyncGenerator[Message | None, None]:
    """Yield what is told of the present turn up to its end, None for each pause of HEARTBEAT_S."""
    messages = streaming.follow(tenant, battle_id, after=after, with_html=False)
    async with aclosing(messages):
        coming = asyncio.ensure_future(anext(messages, None))
        try:
            while True:
                done, _ = await asyncio.wait({coming}, timeout=HEARTBEAT_S)
                if not done:
                    yield None
                    continue
                message = coming.result()
                if message is None:
                    return
                yield message
                if is_end(message):
                    return
                coming = asyncio.ensure_future(anext(messages, None))
        finally:
            coming.cancel()
            await asyncio.wait({coming})


def is_end(message: Message) -> bool:
    """Tell whether nothing more will come before the voter acts."""
    return (
        message.is_last
        or message.type == "complete"
        or (message.type == "state" and message.data["status"] != "answering")
    )


async def _events(
    tenant: Tenant, battle_id: uuid.UUID, after: str | None
) -> AsyncGenerator[bytes, None]:
    async with aclosing(turn_messages(tenant, battle_id, after=after)) as messages:
        async for message in messages:
            if message is None:
                yield _HEARTBEAT
            else:
                yield f"id: {message.place}\ndata: {message.text}\n\n".encode()
