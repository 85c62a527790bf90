"""A page's websocket on a real server: the board, then what changes, and how it resumes."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from websockets.sync.client import ClientConnection

from arena import redis_client
from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from leaderboards import broadcast
from leaderboards.models import LeaderboardRow
from leaderboards.queries import board_table
from leaderboards.rebuild import rebuild
from leaderboards.tasks import sweep
from tests import processes
from tests.leaderboards import scenes
from tests.leaderboards.sockets import board_socket, closed, receive, receive_until
from tests.live_server import LiveServer, live_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """Return a web server without workers: tests move the board themselves."""
    with live_server(processes.environment()) as running:
        yield running


@pytest.fixture
def league(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> list[str]:
    """Return the slugs of a board with four models."""
    slugs = scenes.league(tenant)
    advance_all(tenant)
    return slugs


def _move(tenant: Tenant, *, is_heard: bool = True) -> None:
    """Do what the worker does after a bell; without the broadcast, as if Redis had lost it."""
    for name in projections():
        advance(tenant=tenant, name=name)
    change = rebuild(tenant=tenant, board="text")
    assert change is not None
    if is_heard:
        assert broadcast.publish(tenant=tenant, board="text", change=change)


def _opened(socket: ClientConnection) -> int:
    """Read the snapshot every fresh socket begins with; return its position."""
    message = receive(socket)
    assert message["type"] == "snapshot"
    return int(message["position"])


def test_a_fresh_socket_gets_the_board_as_the_page_shows_it(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    table = board_table(tenant=tenant, board="text")
    for path in ("/ws/boards/text/", "/t/public/ws/boards/text/"):
        with board_socket(server, path) as socket:
            message = receive(socket)
            assert message["type"] == "snapshot"
            assert message["rows"] == table.rows
            assert message["position"] == table.position
            assert message["as_of"].endswith("Z")


def test_a_vote_moves_every_open_socket_by_a_patch_of_changed_rows(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as one, board_socket(server) as two:
        before = {_opened(one), _opened(two)}
        position = scenes.vote(tenant, league[3], league[0])
        _move(tenant)
        for socket in (one, two):
            patch = receive(socket)
            assert patch["type"] == "patch"
            assert {patch["previous_position"]} == before
            assert patch["position"] == position
            rows = {row["key"]: row for row in board_table(tenant=tenant, board="text").rows}
            assert patch["rows"]
            assert all(rows[row["key"]] == row for row in patch["rows"])


def test_who_comes_back_with_the_last_position_is_told_that_nothing_was_missed(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as socket:
        position = _opened(socket)
    with board_socket(server, f"/ws/boards/text/?position={position}") as socket:
        assert receive(socket) == {"type": "current", "position": position}
        new = scenes.vote(tenant, league[3], league[0])
        _move(tenant)
        assert receive(socket)["previous_position"] == position
    with board_socket(server, f"/ws/boards/text/?position={new}") as socket:
        assert receive(socket)["type"] == "current"


def test_who_comes_back_one_patch_behind_gets_that_patch_and_further_behind_the_board(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as watching:
        first = _opened(watching)
        scenes.vote(tenant, league[3], league[0])
        _move(tenant)
        second = receive(watching)["position"]
        scenes.vote(tenant, league[3], league[0])
        _move(tenant)
        third = receive(watching)["position"]
        with board_socket(server, f"/ws/boards/text/?position={second}") as socket:
            patch = receive(socket)
            assert (patch["type"], patch["position"]) == ("patch", third)
        for stale in (first, 0, third + 1000):
            with board_socket(server, f"/ws/boards/text/?position={stale}") as socket:
                message = receive(socket)
                assert (message["type"], message["position"]) == ("snapshot", third)


def test_a_patch_after_a_lost_one_becomes_a_snapshot(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as socket:
        _opened(socket)
        scenes.vote(tenant, league[3], league[0])
        _move(tenant, is_heard=False)
        position = scenes.vote(tenant, league[2], league[0])
        _move(tenant)
        message = receive(socket)
        assert (message["type"], message["position"]) == ("snapshot", position)
        assert message["rows"] == board_table(tenant=tenant, board="text").rows


def test_a_lost_last_patch_is_healed_by_the_announcement_of_the_sweep(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as socket:
        _opened(socket)
        position = scenes.vote(tenant, league[3], league[0])
        _move(tenant, is_heard=False)
        sweep()
        message = receive(socket)
        assert (message["type"], message["position"]) == ("snapshot", position)


@pytest.mark.parametrize("data", ["", "not JSON", "[]", "{}", '{"type": "patch", "position": 1}'])
def test_a_message_that_is_no_patch_does_not_end_the_updates(
    tenant: Tenant, league: list[str], server: LiveServer, data: str
) -> None:
    with board_socket(server) as socket:
        _opened(socket)
        redis_client.client().publish(redis_client.key("live", tenant.pk, "text"), data)
        position = scenes.vote(tenant, league[3], league[0])
        _move(tenant)
        assert receive(socket)["position"] == position


def test_a_client_may_ask_for_the_board_again(league: list[str], server: LiveServer) -> None:
    with board_socket(server) as socket:
        position = _opened(socket)
        socket.send('{"type": "snapshot"}')
        assert _opened(socket) == position


def test_rows_corrected_without_an_event_reach_open_sockets(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    LeaderboardRow.objects.filter(tenant=tenant).update(model_name="Wrong")
    with board_socket(server) as socket:
        message = receive(socket)
        assert message["rows"][0]["model"]["name"] == "Wrong"
        _move(tenant)
        corrected = receive(socket)
        assert (corrected["type"], corrected["position"]) == ("snapshot", message["position"])
        assert corrected["rows"][0]["model"]["name"] == "Model 000"


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "[]", '{"type": "vote"}', '"' + "x" * 40_000 + '"', "[" * 30_000, b"\x00\xff"],
)
def test_a_message_outside_the_protocol_ends_the_socket_with_1008(
    league: list[str], server: LiveServer, text: str | bytes
) -> None:
    with board_socket(server) as socket:
        _opened(socket)
        socket.send(text)
        end = closed(socket)
        assert end.code == 1008
        assert end.reason


def test_a_message_over_64_kib_is_refused_by_the_server(
    league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as socket:
        _opened(socket)
        socket.send("x" * 70_000)
        assert closed(socket).code == 1009


@pytest.mark.parametrize("position", ["abc", "-1", "1.5", "9" * 30, "²"])
def test_a_position_that_is_no_number_ends_the_socket_with_a_reason(
    league: list[str], server: LiveServer, position: str
) -> None:
    with board_socket(server, f"/ws/boards/text/?position={quote(position)}") as socket:
        assert closed(socket) == (1008, "position must be a whole number")


def test_many_votes_between_two_messages_arrive_as_one(
    tenant: Tenant, league: list[str], server: LiveServer
) -> None:
    with board_socket(server) as socket:
        _opened(socket)
        for _ in range(20):
            position = scenes.vote(tenant, league[3], league[0])
        _move(tenant)
        assert len(receive_until(socket, position)) == 1
