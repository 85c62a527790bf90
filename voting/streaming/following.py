"""Follow a battle from wherever its answers are written."""

from collections.abc import AsyncGenerator
from uuid import UUID

from arena.tenancy.models import Tenant
from voting.streaming.cursor import Cursor
from voting.streaming.hub import hub
from voting.streaming.messages import Message, Place


async def follow(
    tenant: Tenant, battle_id: UUID, *, after: str | None = None, with_html: bool = True
) -> AsyncGenerator[Message, None]:
    """Yield what happens in a battle, until it is closed; whose it is, callers have checked.

    First comes `state`, all that there is of the present turn, unless `after` is the place of a
    message of this turn that the follower has: then what follows it. After `complete` it goes on
    with the next turn. A follower that is slow gets fewer and longer messages. Without
    `with_html` nothing is rendered. Use it inside `contextlib.aclosing`. Raises UnknownBattle,
    django.db.Error.
    """
    followed = await hub.join(tenant=tenant, battle_id=battle_id, with_html=with_html)
    transcript = followed.transcript
    try:
        place = Place.of(after) if after else None
        cursor = Cursor(transcript, after=place, with_html=with_html)
        while True:
            # Taken first: what changes while a message is being sent is then not missed.
            changed = transcript.changed
            for message in cursor.catch_up():
                yield message
                if message.is_last:
                    return
            await changed.wait()
    finally:
        hub.leave(tenant=tenant, battle_id=battle_id)
