"""Publish updates at a steady rate, each with the time of its sending.

publisher.py seed FILE COUNT        open a board with votes; FILE: patches of COUNT more votes
publisher.py force FILE RATE_HZ     publish them as patches of the board; print the position
publisher.py replay FILE RATE_HZ    publish them on $FANOUT_CHANNEL
publisher.py group FILE RATE_HZ     send them to the group of layer.py
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import redis
from channels_redis.core import RedisChannelLayer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
django.setup()

from arena import redis_client  # noqa: E402  apps must be loaded first
from arena.eventstore.projection import advance, projections  # noqa: E402
from arena.tenancy.commands import open_tenant  # noqa: E402
from arena.tenancy.models import Tenant  # noqa: E402
from arena.tenancy.queries import by_slug  # noqa: E402
from leaderboards import broadcast  # noqa: E402
from leaderboards.models import BoardState  # noqa: E402
from leaderboards.rebuild import Change, rebuild  # noqa: E402
from tests.fanout import BOARD, GROUP  # noqa: E402
from tests.leaderboards import scenes  # noqa: E402

_MODELS = 50
# About as many votes a model as the demo data has.
_VOTES_PER_PAIR = 8


def _ticks(count: int, rate_hz: float) -> Iterator[None]:
    """Yield at the rate; what takes longer than a tick delays those after it."""
    due = time.monotonic()
    for _ in range(count):
        time.sleep(max(due - time.monotonic(), 0))
        yield
        due = max(due + 1 / rate_hz, time.monotonic())


def _stamped(patch: dict[str, Any]) -> str:
    stamped = {"sent_ns": time.monotonic_ns(), **patch}
    return json.dumps(stamped, separators=(",", ":"), ensure_ascii=False)


def _patches(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def seed(file: str, count: int) -> None:
    """Open a board with votes; write the patches that `count` more votes on it give to the file."""
    tenant = open_tenant(slug="public", name="Public", is_public=True, is_default=True)
    slugs = scenes.tournament(tenant, board=BOARD, size=_MODELS, rounds=_VOTES_PER_PAIR)
    _fold(tenant)
    with Path(file).open("w") as lines:
        for number in range(count):
            scenes.vote(tenant, slugs[number % 40], slugs[number % 40 + 1], board=BOARD)
            change = _fold(tenant)
            lines.write(json.dumps(broadcast.as_message(change)) + "\n")


def force(file: str, rate_hz: float) -> None:
    """Publish each patch of the file as the next one on the board; print the last position.

    The board moves along, so that a client that misses a patch finds the newest one stored.
    A rebuild for each would take the processor time that is to be measured elsewhere.
    """
    tenant = by_slug("public")
    channel = redis_client.key("live", tenant.pk, BOARD)
    state = BoardState.objects.get(tenant=tenant, board=BOARD)
    patches = _patches(file)
    for patch, _ in zip(patches, _ticks(len(patches), rate_hz), strict=True):
        state.previous_position, state.position = state.position, state.position + 1
        state.save(update_fields=["previous_position", "position"])
        moved = {"previous_position": state.previous_position, "position": state.position}
        redis_client.client().publish(channel, _stamped({**patch, **moved}))
    print(state.position)


def _fold(tenant: Tenant) -> Change:
    for name in projections():
        advance(tenant=tenant, name=name)
    change = rebuild(tenant=tenant, board=BOARD)
    if change is None:
        raise RuntimeError("the vote has moved nothing")
    return change


def replay(file: str, rate_hz: float) -> None:
    """Publish what was recorded, stamped anew."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    patches = _patches(file)
    for patch, _ in zip(patches, _ticks(len(patches), rate_hz), strict=True):
        client.publish(os.environ["FANOUT_CHANNEL"], _stamped(patch))


def group(file: str, rate_hz: float) -> None:
    """Send what was recorded through the channel layer, stamped anew."""
    layer = RedisChannelLayer(hosts=[os.environ["REDIS_URL"]])

    async def send_all() -> None:
        patches = _patches(file)
        for patch, _ in zip(patches, _ticks(len(patches), rate_hz), strict=True):
            await layer.group_send(GROUP, {"type": "board.update", "text": _stamped(patch)})
        await layer.close_pools()

    asyncio.run(send_all())


def main(command: str, file: str, number: str) -> None:
    """Run one command."""
    if command == "seed":
        seed(file, int(number))
    elif command == "force":
        force(file, float(number))
    elif command == "replay":
        replay(file, float(number))
    elif command == "group":
        group(file, float(number))
    else:
        raise SystemExit(f"unknown command {command!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
