"""The websocket of a battle, at running web servers."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from arena.live_sockets import (
    CLOSE_BAD_MESSAGE,
    CLOSE_DONE,
    CLOSE_NO_ACCESS,
    CLOSE_TOO_SLOW,
)
from arena.tenancy.models import Tenant
from tests import processes
from tests.leaderboards.sockets import board_socket, closed, receive
from tests.live_server import LiveServer, live_server
from tests.voting import battling
from tests.voting.fake_provider import STEADY, FakeProvider
from tests.voting.following import Page, web_process
from tests.voting.visitor import Visitor
from voting import consumers, queries
from voting.commands import skip_battle
from voting.streaming import launch
from voting.voters import cookie_name, new_voter

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "".join(STEADY)


@pytest.fixture(scope="module")
def servers(django_db_setup: None) -> Iterator[tuple[LiveServer, LiveServer]]:
    """Return two web servers of one site, without workers."""
    environment = processes.environment()
    with live_server(environment) as one, live_server(environment) as other:
        yield one, other


def path_of(battle_id: uuid.UUID) -> str:
    return f"/ws/battles/{battle_id}/"


def read_until(socket: ClientConnection, page: Page, *types: str) -> list[dict[str, Any]]:
    """Read messages into the page until one of these types has come."""
    messages: list[dict[str, Any]] = []
    while not messages or messages[-1]["type"] not in types:
        messages.append(receive(socket))
        page.take(messages[-1])
    return messages


def test_a_battle_begun_on_one_server_is_followed_on_both(
    servers: tuple[LiveServer, LiveServer], tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    provider.pace_s.update(one=0.03, two=0.03)
    visitor = Visitor()
    battle_id = visitor.begin(servers[0])
    pages = [Page(), Page()]
    with (
        board_socket(servers[0], path_of(battle_id), cookie=visitor.cookie) as here,
        board_socket(servers[1], path_of(battle_id), cookie=visitor.cookie) as there,
    ):
        seen = [
            read_until(socket, page, "complete")
            for socket, page in zip((here, there), pages, strict=True)
        ]
        voter = queries.battle(tenant=tenant, battle_id=battle_id).started.voter
        skip_battle(tenant=tenant, battle_id=battle_id, voter=voter, actor="test")
        for socket in (here, there):
            assert receive(socket) == {"type": "closed", "status": "skipped"}
            assert closed(socket).code == CLOSE_DONE
    for page, messages in zip(pages, seen, strict=True):
        assert page.texts == {"a": WHOLE, "b": WHOLE}
        assert page.repeated == 0
        assert "quoxalin" not in json.dumps(messages)
        assert messages[-1]["a"]["characters"] == len(WHOLE)


def test_a_reload_rejoins_the_running_battle(
    servers: tuple[LiveServer, LiveServer], tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    provider.pace_s.update(one=0.03, two=0.03)
    visitor, page = Visitor(), Page()
    battle_id = visitor.begin(servers[0])
    for server in (servers[0], servers[1], servers[0]):
        with board_socket(server, path_of(battle_id), cookie=visitor.cookie) as socket:
            read_until(socket, page, "delta", "complete")
    with board_socket(servers[1], path_of(battle_id), cookie=visitor.cookie) as socket:
        page.take(receive(socket))
        if page.status == "answering":
            read_until(socket, page, "complete")
    assert page.texts == {"a": WHOLE, "b": WHOLE}
    assert len(provider.asked) == 2


def test_nobody_but_its_voter_follows_a_battle(
    servers: tuple[LiveServer, LiveServer], tenant: Tenant, other_tenant: Tenant
) -> None:
    battling.contest(tenant, "one", "two")
    voter, value = new_voter(tenant=tenant)
    battle_id = battling.begin(tenant, voter=voter)
    _, stranger = new_voter(tenant=tenant)
    prefix = f"/t/{other_tenant.slug}"
    for path, cookie in (
        (path_of(battle_id), None),
        (path_of(battle_id), f"{cookie_name(tenant)}={stranger}"),
        (path_of(battle_id), f"{cookie_name(tenant)}={value}x"),
        (path_of(uuid.uuid4()), f"{cookie_name(tenant)}={value}"),
        (prefix + path_of(battle_id), f"{cookie_name(other_tenant)}={value}"),
        ("/t/nowhere" + path_of(battle_id), f"{cookie_name(tenant)}={value}"),
    ):
        with board_socket(servers[0], path, cookie=cookie) as socket:
            assert closed(socket) == (CLOSE_NO_ACCESS, "there is no such battle")
    with board_socket(
        servers[0], path_of(battle_id), cookie=f"{cookie_name(tenant)}={value}"
    ) as socket:
        assert receive(socket)["status"] == "answering"


def test_a_page_of_another_site_gets_no_socket(
    servers: tuple[LiveServer, LiveServer], tenant: Tenant
) -> None:
    with (
        pytest.raises(Exception, match="403"),
        board_socket(servers[0], path_of(uuid.uuid4()), origin="https://elsewhere.example"),
    ):
        pass


def test_the_socket_takes_no_messages(
    servers: tuple[LiveServer, LiveServer], tenant: Tenant
) -> None:
    battling.contest(tenant, "one", "two")
    voter, value = new_voter(tenant=tenant)
    battle_id = battling.begin(tenant, voter=voter)
    with board_socket(
        servers[0], path_of(battle_id), cookie=f"{cookie_name(tenant)}={value}"
    ) as socket:
        socket.send("{}")
        assert closed(socket).code == CLOSE_BAD_MESSAGE


def test_a_client_that_does_not_read_is_dropped(
    tenant: Tenant, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "SEND_TIMEOUT_S", 0.2)
    battling.contest(tenant, "one", "two", provider=provider)
    voter, value = new_voter(tenant=tenant)
    battle_id = battling.begin(tenant, voter=voter)
    scope = {
        "url_route": {"kwargs": {"battle_id": battle_id}},
        "headers": [
            (b"host", b"localhost"),
            (b"cookie", f"{cookie_name(tenant)}={value}".encode()),
        ],
    }

    async def main() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        first = asyncio.Event()

        async def read() -> dict[str, Any]:
            if not first.is_set():
                first.set()
                return {"type": "websocket.connect"}
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            if len(sent) == 2 and message["type"] == "websocket.send":
                await asyncio.Event().wait()
            sent.append(message)

        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            await consumers.BattleConsumer()(scope, read, send)
        return sent

    accepted, state, ending = asyncio.run(main())
    assert accepted["type"] == "websocket.accept"
    assert json.loads(state["text"])["type"] == "state"
    assert (ending["type"], ending["code"]) == ("websocket.close", CLOSE_TOO_SLOW)
