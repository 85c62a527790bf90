"""A client that does not read is dropped, and nobody waits for it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from arena.live_sockets import CLOSE_TOO_SLOW, SEND_TIMEOUT_S
from arena.tenancy.models import Tenant
from leaderboards import broadcast
from leaderboards import hub as hub_module
from leaderboards.feed import Client
from leaderboards.hub import HEARTBEAT_S, Hub
from leaderboards.rebuild import Change
from tests import processes
from tests.leaderboards import scenes
from tests.leaderboards.sockets import board_socket, closed, receive, receive_until
from tests.live_server import LiveServer, live_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """Return a web server without workers."""
    with live_server(processes.environment()) as running:
        yield running


@pytest.fixture
def large_board(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> None:
    """Open a board whose snapshot is some hundred kilobytes."""
    scenes.league(tenant, size=150, votes_per_pair=3)
    advance_all(tenant)


def test_a_client_that_does_not_read_is_dropped_while_the_others_go_on(
    large_board: None, tenant: Tenant, server: LiveServer
) -> None:
    with board_socket(server) as fast, board_socket(server, max_queue=1) as slow:
        position = receive(fast)["position"]
        # More than all buffers on the way hold; one by one, since requests that wait become one.
        for _ in range(150):
            slow.send('{"type": "snapshot"}')
            time.sleep(0.01)
        deadline = time.monotonic() + SEND_TIMEOUT_S + 2
        while time.monotonic() < deadline:
            broadcast.publish(tenant=tenant, board="text", change=_patch(position))
            position += 1
            assert len(receive_until(fast, position, within_s=15)) == 1
            time.sleep(0.2)
        assert closed(slow).code == CLOSE_TOO_SLOW
        broadcast.publish(tenant=tenant, board="text", change=_patch(position))
        assert receive(fast)["position"] == position + 1


class _Reader:
    """A client in this process whose sends end when the test says so."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.ready = asyncio.Event()
        self.codes: list[int] = []
        self.client = Client(send=self.send, drop=self.codes.append, session_key=None)

    async def send(self, message: dict[str, Any]) -> None:
        await self.ready.wait()
        self.messages.append(json.loads(message["text"]))


def _patch(previous_position: int) -> Change:
    return Change(
        previous_position=previous_position,
        position=previous_position + 1,
        vote_count=0,
        model_count=0,
        as_of=None,
        rows=[],
        removed=["x"],
    )


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def test_patches_that_overtake_a_slow_client_are_replaced_by_one_snapshot(
    large_board: None, tenant: Tenant
) -> None:
    async def scenario() -> list[dict[str, Any]]:
        hub, slow, fast = Hub(), _Reader(), _Reader()
        fast.ready.set()
        for reader in (slow, fast):
            hub.join(reader.client, tenant=tenant, board="text")
        await _until(lambda: len(fast.messages) == 1)
        await asyncio.sleep(0.2)
        position = fast.messages[0]["position"]
        for number in range(5):
            await asyncio.to_thread(
                broadcast.publish, tenant=tenant, board="text", change=_patch(position + number)
            )
            await _until(lambda: fast.messages[-1]["position"] == position + number + 1)  # noqa: B023
        slow.ready.set()
        await _until(lambda: len(slow.messages) >= 2)
        assert [message["type"] for message in fast.messages] == ["snapshot"] + ["patch"] * 5
        return slow.messages

    first, second = asyncio.run(scenario())[:2]
    assert first["type"] == second["type"] == "snapshot"


def test_heartbeats_tell_where_the_board_stands(
    large_board: None, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "HEARTBEAT_S", 0.05)

    async def scenario() -> list[dict[str, Any]]:
        hub, reader = Hub(), _Reader()
        reader.ready.set()
        hub.join(reader.client, tenant=tenant, board="text")
        await _until(lambda: len(reader.messages) >= 3)
        return reader.messages

    snapshot, *heartbeats = asyncio.run(scenario())
    assert HEARTBEAT_S == 25
    assert all(
        message == {"type": "heartbeat", "position": snapshot["position"]} for message in heartbeats
    )
