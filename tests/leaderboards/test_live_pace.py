"""Bursts of votes through a real worker: about one update a second, and the last one always."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator

import pytest
from redis.client import PubSub

from arena import redis_client
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from leaderboards import tasks
from leaderboards.models import BoardState
from leaderboards.queries import board_table
from leaderboards.tasks import request, sweep
from tests import processes
from tests.leaderboards import scenes
from tests.live_server import live_server

pytestmark = pytest.mark.django_db(transaction=True)
_BURST_S = 4.0


@contextlib.contextmanager
def _listening() -> Iterator[PubSub]:
    subscription: PubSub = redis_client.client().pubsub()  # type: ignore[no-untyped-call]
    with subscription:
        subscription.psubscribe(redis_client.key("live", "*"))
        subscription.get_message(timeout=5)
        yield subscription


def _positions(subscription: PubSub, *, until: int, within_s: float) -> list[int]:
    """Positions of the patches heard, up to the one sought."""
    heard: list[int] = []
    deadline = time.monotonic() + within_s
    while until not in heard:
        left_s = deadline - time.monotonic()
        assert left_s > 0, f"position {until} was never published, heard {heard}"
        message = subscription.get_message(timeout=left_s)
        if message is not None and message["type"] == "pmessage":
            heard.append(json.loads(message["data"])["position"])
    return heard


def test_a_burst_of_votes_is_published_once_a_second_and_to_the_last(
    tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    with live_server(processes.environment(), worker=True), _listening() as subscription:
        began = time.monotonic()
        votes = 0
        while time.monotonic() - began < _BURST_S:
            scenes.vote(tenant, slugs[votes % 3], slugs[3])
            votes += 1
            time.sleep(0.01)
        head = log_head(tenant=tenant).position
        heard = _positions(subscription, until=head, within_s=20)
        took_s = time.monotonic() - began
    assert votes > 50
    assert heard == sorted(heard)
    assert 2 <= len(heard) <= took_s + 2
    assert board_table(tenant=tenant, board="text").position == head


def test_requests_before_the_task_has_begun_share_it(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueued: list[int] = []
    monkeypatch.setattr(tasks.rebuild_and_broadcast, "delay", enqueued.append)
    for _ in range(10):
        request(tenant=tenant)
    assert enqueued == [tenant.pk]
    tasks.rebuild_and_broadcast(tenant.pk)
    request(tenant=tenant)
    assert enqueued == [tenant.pk, tenant.pk]


def test_a_task_that_comes_too_early_comes_back_when_the_second_is_over(
    tenant: Tenant, advance_all: Callable[[Tenant], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    BoardState.objects.all().delete()
    later: list[float] = []
    monkeypatch.setattr(
        tasks.rebuild_and_broadcast,
        "apply_async",
        lambda args, *, countdown: later.append(countdown),
    )
    tasks.rebuild_and_broadcast(tenant.pk)
    assert BoardState.objects.get().position > 0
    BoardState.objects.all().delete()
    tasks.rebuild_and_broadcast(tenant.pk)
    assert [0 < countdown <= 1 for countdown in later] == [True]
    assert not BoardState.objects.exists()


def test_the_sweep_asks_for_boards_whose_rebuild_was_lost(
    tenant: Tenant, advance_all: Callable[[Tenant], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    enqueued: list[int] = []
    monkeypatch.setattr(tasks.rebuild_and_broadcast, "delay", enqueued.append)
    sweep()
    assert enqueued == []
    BoardState.objects.all().delete()
    sweep()
    assert enqueued == [tenant.pk]
