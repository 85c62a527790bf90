"""Redis killed and back again: boards are computed all the same, sockets stay open and resume."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from arena import redis_client
from arena.embedded import binaries
from arena.embedded.redis import command
from arena.eventstore.projection import advance, projections
from arena.eventstore.signals import projections_advanced
from arena.tenancy.models import Tenant
from leaderboards import tasks
from leaderboards.queries import board_table
from tests import processes
from tests.leaderboards import scenes
from tests.leaderboards.sockets import board_socket, receive_until
from tests.live_server import live_server

pytestmark = pytest.mark.django_db(transaction=True)


class OwnRedis:
    """A Redis of this test, on a socket of its own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "redis"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process = subprocess.Popen(
            [
                binaries.redis_server(), "--port", "0", "--unixsocket", str(self.socket),
                "--dir", str(self.folder), "--save", "", "--appendonly", "no",
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            with contextlib.suppress(OSError):
                if command(self.socket, "PING") == "+PONG":
                    return
            time.sleep(0.05)
        raise RuntimeError("Redis does not answer")

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[OwnRedis]:
    """Return a running Redis that this process and its children use."""
    server = OwnRedis(tmp_path_factory.mktemp("r"))
    server.start()
    settings.REDIS_URL = f"unix://{server.socket}?db=0"
    redis_client.client.cache_clear()
    yield server
    server.kill()
    redis_client.client.cache_clear()


def _after_projections(tenant: Tenant) -> None:
    """Do what a worker does with the task it was running: fold, then announce it."""
    for name in projections():
        advance(tenant=tenant, name=name)
    projections_advanced.send(sender=None, tenant=tenant)


def _wait_for_subscription() -> None:
    """Wait until the web server listens to Redis again."""
    deadline = time.monotonic() + 15
    while not redis_client.client().pubsub_numpat():
        assert time.monotonic() < deadline, "the web server does not subscribe again"
        time.sleep(0.05)


def test_sockets_stay_open_and_resume(
    own_redis: OwnRedis, tenant: Tenant, advance_all: Callable[[Tenant], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    slugs = scenes.league(tenant)
    advance_all(tenant)
    monkeypatch.setattr(tasks.rebuild_and_broadcast, "delay", tasks.rebuild_and_broadcast)
    with (
        live_server(processes.environment()) as server,
        board_socket(server) as one,
        board_socket(server) as two,
    ):
        position = board_table(tenant=tenant, board="text").position
        assert [m["type"] for s in (one, two) for m in receive_until(s, position)] == [
            "snapshot",
            "snapshot",
        ]

        own_redis.kill()
        position = scenes.vote(tenant, slugs[3], slugs[0])
        _after_projections(tenant)
        assert board_table(tenant=tenant, board="text").position == position
        for socket in (one, two):
            assert receive_until(socket, position)[-1]["type"] == "snapshot"

        own_redis.start()
        _wait_for_subscription()
        position = scenes.vote(tenant, slugs[3], slugs[0])
        _after_projections(tenant)
        for socket in (one, two):
            messages = receive_until(socket, position, within_s=15)
            assert (len(messages), messages[-1]["type"]) == (1, "patch")
