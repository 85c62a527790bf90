"""Redis killed and back again: boards are computed all the same, sockets stay open and resume."""

import time
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from arena import redis_client
from arena.eventstore.projection import advance, projections
from arena.eventstore.signals import projections_advanced
from arena.tenancy.models import Tenant
from leaderboards import tasks
from leaderboards.queries import board_table
from tests import processes
from tests.leaderboards import scenes
from tests.leaderboards.sockets import board_socket, receive_until
from tests.live_server import live_server
from tests.own_redis import OwnRedis, own_redis

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis_of_the_site(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> Iterator[OwnRedis]:
    """Return a running Redis that this process and its children use."""
    with own_redis(tmp_path_factory.mktemp("r")) as server:
        settings.REDIS_URL = server.url
        redis_client.client.cache_clear()
        yield server
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
    redis_of_the_site: OwnRedis, tenant: Tenant, advance_all: Callable[[Tenant], None],
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

        redis_of_the_site.kill()
        position = scenes.vote(tenant, slugs[3], slugs[0])
        _after_projections(tenant)
        assert board_table(tenant=tenant, board="text").position == position
        for socket in (one, two):
            assert receive_until(socket, position)[-1]["type"] == "snapshot"

        redis_of_the_site.start()
        _wait_for_subscription()
        position = scenes.vote(tenant, slugs[3], slugs[0])
        _after_projections(tenant)
        for socket in (one, two):
            messages = receive_until(socket, position, within_s=15)
            assert (len(messages), messages[-1]["type"]) == (1, "patch")
