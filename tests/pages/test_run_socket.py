"""The websocket of runs on a real server: who is told what, and who is not."""

import json
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest
from websockets.sync.client import ClientConnection

from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from benchmarks import commands
from tests import processes
from tests.benchmarks import runs as agent
from tests.leaderboards.sockets import board_socket, closed, receive
from tests.live_server import LiveServer, live_server
from tests.pages import run_scene as scene
from workers.consumers import NO_RUN, RUNS_MAX
from workers.run_hub import LOOK_S

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED: Final = (4404, NO_RUN)
QUIET_S: Final = LOOK_S + 1.5
"""Longer than the look by clock: what has not come by then will not come."""


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """Return a web server without workers: a socket reads what is not folded yet."""
    with live_server(processes.environment()) as running:
        yield running


def cookie(user: User) -> str:
    return f"sessionid={scene.browser(user).cookies['sessionid'].value}"


def lines(socket: ClientConnection, *, within_s: float = 10.0) -> dict[str, Any]:
    """Return the next message that is no heartbeat."""
    while (message := receive(socket, within_s=within_s))["type"] == "heartbeat":
        pass
    return message


def test_the_owner_is_told_of_each_step_and_a_stranger_of_none(
    tenant: Tenant, ann: User, server: LiveServer
) -> None:
    runner = scene.machine_of(tenant, ann)
    with (
        board_socket(server, "/ws/runs/", cookie=cookie(ann)) as own,
        board_socket(server, "/ws/runs/") as stranger,
    ):
        receive(own)
        run_id = scene.queued(tenant, ann, "c1")
        queued = lines(own)["line"]
        claimed = agent.claim(tenant, run_id, runner.runner_id)
        leased = lines(own)["line"]
        commands.heartbeat_run(
            tenant=tenant, run_id=run_id, runner_id=runner.runner_id, fence=claimed.fence,
            progress={"point_key": "c1", "requests_done": 3, "requests_total": 4},
        )  # fmt: skip
        moving = lines(own)["line"]

        assert (queued["id"], queued["status"]) == (str(run_id), "queued")
        assert queued["url"] == f"/runs/{run_id}/"
        assert leased["status"] == "leased"
        assert moving["cells"]["progress"] == "point c1, 3 of 4 requests"
        with pytest.raises(TimeoutError):
            lines(stranger, within_s=QUIET_S)


def test_the_log_goes_to_the_owner_alone_and_from_the_line_that_is_known(
    tenant: Tenant, ann: User, server: LiveServer
) -> None:
    runner = scene.machine_of(tenant, ann)
    info = scene.completed(tenant, ann, runner)
    scene.published(tenant, info, ann)
    run_id = scene.queued(tenant, ann, "c1")
    claimed = agent.claim(tenant, run_id, runner.runner_id)

    def say(text: str) -> None:
        commands.add_log_lines(
            tenant=tenant, run_id=run_id, runner_id=runner.runner_id, fence=claimed.fence,
            lines=[commands.Line(at=agent.START, level="info", text=text)],
        )  # fmt: skip

    say("one")
    path = f"/ws/runs/{run_id}/"
    with board_socket(server, path, cookie=cookie(ann)) as own:
        assert lines(own)["type"] == "run"
        first = lines(own)
        say("two")
        second = lines(own)
    assert [line["text"] for line in first["lines"] + second["lines"]] == ["one", "two"]
    with board_socket(server, f"{path}?log={first['after']}", cookie=cookie(ann)) as again:
        assert lines(again)["type"] == "run"
        assert [line["text"] for line in lines(again)["lines"]] == ["two"]
    with board_socket(server, f"/ws/runs/{info.run_id}/") as stranger:
        told = lines(stranger)
        assert told["line"]["status"] == "completed"
        assert told["line"]["cells"]["asker"] == "– not public"


def test_what_is_private_looks_to_a_stranger_like_what_is_not_there(
    tenant: Tenant, other_tenant: Tenant, ann: User, server: LiveServer
) -> None:
    run_id = scene.queued(tenant, ann, "c1")
    foreign = scene.person(other_tenant, "foreign", Role.ADMIN)

    for path, who in (
        (f"/ws/runs/{run_id}/", None),
        (f"/ws/runs/{uuid.uuid4()}/", None),
        (f"/ws/runs/{run_id}/", foreign),
        ("/t/demo-private/ws/runs/", None),
        (f"/t/demo-private/ws/runs/{run_id}/", foreign),
        ("/t/nobody/ws/runs/", None),
    ):
        headers = {"cookie": cookie(who)} if who else {}
        with board_socket(server, path, **headers) as socket:
            assert closed(socket) == REFUSED, path


def test_a_page_asks_where_its_runs_stand_now(
    tenant: Tenant, ann: User, server: LiveServer
) -> None:
    run_id = scene.queued(tenant, ann, "c1")
    other = scene.queued(tenant, scene.person(tenant, "bob"), "c1")
    commands.cancel_run(tenant=tenant, run_id=run_id, reason="enough", actor="test")

    with board_socket(server, "/t/public/ws/runs/", cookie=cookie(ann)) as own:
        receive(own)
        own.send(json.dumps({"type": "watch", "runs": [str(run_id), str(other)]}))
        told = lines(own)["line"]

        assert (told["id"], told["status"]) == (str(run_id), "cancelled")
        assert told["url"] == f"/t/public/runs/{run_id}/"
        with pytest.raises(TimeoutError):
            lines(own, within_s=QUIET_S)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"type": "watch"}',
        '{"type": "watch", "runs": ["x"]}',
        '{"type": "watch", "runs": 5}',
        json.dumps({"type": "watch", "runs": [str(uuid.uuid4())] * (RUNS_MAX + 1)}),
        "[" * 8_000,
        "x" * 20_000,
    ],
    ids=range(8),
)
def test_a_message_outside_the_protocol_ends_the_socket(
    tenant: Tenant, server: LiveServer, text: str
) -> None:
    with board_socket(server, "/ws/runs/") as socket:
        receive(socket)
        socket.send(text)
        assert closed(socket).code == 1008


def test_a_line_number_that_is_none_ends_the_socket(
    tenant: Tenant, ann: User, server: LiveServer
) -> None:
    run_id = scene.queued(tenant, ann, "c1")
    with board_socket(server, f"/ws/runs/{run_id}/?log=-1", cookie=cookie(ann)) as socket:
        assert closed(socket).code == 1008
