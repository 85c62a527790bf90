"""Whose sockets are served: never another tenant's board, and no difference between no's."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client as Browser
from websockets.exceptions import InvalidStatus

from arena.accounts.commands.members import add_member, remove_member
from arena.accounts.models import Role, User
from arena.live_sockets import CLOSE_NO_ACCESS
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from leaderboards import broadcast
from leaderboards import hub as hub_module
from leaderboards.consumers import NO_BOARD
from leaderboards.feed import Client
from leaderboards.hub import Hub
from tests import processes
from tests.leaderboards import scenes
from tests.leaderboards.sockets import board_socket, closed, receive
from tests.live_server import LiveServer, live_server

pytestmark = pytest.mark.django_db(transaction=True)
PRIVATE = "/t/demo-private/ws/boards/text/"
REFUSED = (4404, NO_BOARD)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """Return a web server without workers."""
    environment = processes.environment(ARENA_ALLOWED_HOSTS="127.0.0.1,private.example")
    with live_server(environment) as running:
        yield running


@pytest.fixture
def boards(tenant: Tenant, other_tenant: Tenant, advance_all: Callable[[Tenant], None]) -> None:
    """Open a board of one name in both tenants, and one more in the private one."""
    for each in (tenant, other_tenant):
        scenes.league(each)
    scenes.league(other_tenant, board="secret")
    for each in (tenant, other_tenant):
        advance_all(each)


@pytest.fixture
def member(other_tenant: Tenant) -> User:
    """Return a member of the private tenant only."""
    user = User.objects.create_user(email="member@example.org", password="irrelevant here")
    add_member(tenant=other_tenant, user=user, role=Role.MEMBER, by=None)
    return user


def _signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def _session_key(browser: Browser) -> str:
    return browser.cookies["sessionid"].value


def _cookie(user: User) -> str:
    return f"sessionid={_session_key(_signed_in(user))}"


@pytest.mark.parametrize(
    "path",
    [
        PRIVATE,
        "/t/demo-private/ws/boards/secret/",
        "/t/demo-private/ws/boards/nowhere/",
        "/t/nobody/ws/boards/text/",
        "/ws/boards/secret/",
        "/ws/boards/nowhere/",
        "/ws/boards/",
        "/ws/boards/Ünknown/",
        "/t/public/t/demo-private/ws/boards/text/",
        "/",
    ],
)
def test_a_stranger_gets_the_same_answer_for_what_is_private_and_what_is_not_there(
    boards: None, server: LiveServer, path: str
) -> None:
    with board_socket(server, path) as socket:
        assert closed(socket) == REFUSED


def test_a_member_watches_the_private_board_and_sees_its_rows_only(
    boards: None, other_tenant: Tenant, member: User, server: LiveServer
) -> None:
    with board_socket(server, PRIVATE, cookie=_cookie(member)) as socket:
        assert receive(socket)["type"] == "snapshot"
    with board_socket(server, "/ws/boards/secret/", cookie=_cookie(member)) as socket:
        assert closed(socket) == REFUSED


def test_a_member_of_another_arena_is_a_stranger_here(
    boards: None, member: User, server: LiveServer, advance_all: Callable[[Tenant], None]
) -> None:
    third = open_tenant(slug="third", name="Third", is_public=False)
    scenes.league(third)
    advance_all(third)
    with board_socket(server, "/t/third/ws/boards/text/", cookie=_cookie(member)) as socket:
        assert closed(socket) == REFUSED


def test_a_patch_of_one_tenant_reaches_no_socket_of_another(
    boards: None, tenant: Tenant, other_tenant: Tenant, member: User, server: LiveServer
) -> None:
    with (
        board_socket(server) as here,
        board_socket(server, PRIVATE, cookie=_cookie(member)) as there,
    ):
        position = receive(here)["position"]
        receive(there)
        broadcast.announce(tenant=other_tenant, board="text", position=10**6, as_of=None)
        broadcast.announce(tenant=tenant, board="text", position=position, as_of=None)
        assert receive(there)["type"] == "snapshot"
        with pytest.raises(TimeoutError):
            receive(here, within_s=1)


def test_the_host_name_chooses_the_tenant_of_a_socket(
    boards: None, other_tenant: Tenant, member: User, server: LiveServer
) -> None:
    other_tenant.host = "private.example"
    other_tenant.save()
    options: dict[str, Any] = {"server": server, "origin": "http://private.example"}
    with board_socket(**options, path="/ws/boards/secret/", cookie=_cookie(member)) as socket:
        assert closed(socket) == REFUSED
    with board_socket(
        **options, path="/ws/boards/secret/", cookie=_cookie(member), host="private.example"
    ) as socket:
        assert receive(socket)["type"] == "snapshot"


def test_a_page_of_a_foreign_site_cannot_open_a_socket(boards: None, server: LiveServer) -> None:
    with (
        pytest.raises(InvalidStatus, match="403"),
        board_socket(server, origin="http://evil.example"),
    ):
        pass


def test_who_loses_access_loses_the_socket_and_the_others_keep_theirs(
    boards: None, tenant: Tenant, other_tenant: Tenant, member: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(hub_module, "ACCESS_CHECK_S", 0.05)
    users = {"member": member}
    for name in ("removed", "closed", "signed out"):
        users[name] = User.objects.create_user(
            email=f"{name[:6]}@example.org", password="irrelevant here"
        )
        add_member(tenant=other_tenant, user=users[name], role=Role.MEMBER, by=None)
    browsers = {name: _signed_in(user) for name, user in users.items()}
    dropped: dict[str, int] = {}

    async def send(message: dict[str, Any]) -> None:
        assert message["type"] == "websocket.send"

    def client(name: str) -> Client:
        key = _session_key(browsers[name]) if name in browsers else None
        return Client(send=send, drop=partial(dropped.__setitem__, name), session_key=key)

    clients = {name: client(name) for name in (*users, "anonymous")}

    def lose_access() -> None:
        remove_member(tenant=other_tenant, user=users["removed"], by=None)
        User.objects.filter(pk=users["closed"].pk).update(is_active=False)
        browsers["signed out"].logout()

    async def scenario() -> None:
        hub = Hub()
        for name in users:
            hub.join(clients[name], tenant=other_tenant, board="text")
        hub.join(clients["anonymous"], tenant=tenant, board="text")
        assert hub.client_count() == 5
        await asyncio.sleep(0.3)
        assert dropped == {}
        await asyncio.to_thread(lose_access)
        async with asyncio.timeout(10):
            while len(dropped) < 3:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)

    asyncio.run(scenario())
    assert dropped == dict.fromkeys(("removed", "closed", "signed out"), CLOSE_NO_ACCESS)
