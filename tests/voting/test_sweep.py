"""Battles whose process died, and those that nobody came back to, are voided."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from arena import redis_client
from arena.eventstore import reader
from arena.tenancy.models import Tenant
from tests import processes
from tests.live_server import live_server
from tests.voting import battling
from tests.voting.fake_provider import FakeProvider
from tests.voting.visitor import Visitor
from voting import queries, state, tasks
from voting.events import battle_stream
from voting.streaming import stream

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(tenant: Tenant, battle_id: UUID) -> str:
    """Status, or why it is void."""
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    return battle.voided.reason if battle.voided else battle.status


def sweep(tenant: Tenant) -> None:
    battling.catch_up(tenant)
    tasks.sweep_battles()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sweep look at battles that began just now."""
    monkeypatch.setattr(tasks, "_GRACE", timedelta(0))


def test_a_battle_that_no_process_answers_is_voided(
    at_once: None, tenant: Tenant, other_tenant: Tenant
) -> None:
    for arena in (tenant, other_tenant):
        battling.contest(arena, "one", "two")
    dead, alive, foreign = battling.begin(tenant), battling.begin(tenant), None
    foreign = battling.begin(other_tenant)
    redis_client.client().set(stream.alive_key(tenant.pk, alive), b"1")
    ready = battling.answered(tenant)
    battling.catch_up(other_tenant)
    for _ in range(2):
        sweep(tenant)
    assert outcome(tenant, dead) == "interrupted"
    assert outcome(tenant, alive) == "answering"
    assert outcome(tenant, ready) == "ready"
    assert outcome(other_tenant, foreign) == "interrupted"


def test_a_battle_that_has_just_begun_is_given_time(tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    battle_id = battling.begin(tenant)
    sweep(tenant)
    assert outcome(tenant, battle_id) == "answering"


def test_a_battle_left_alone_is_voided_and_opens_its_names(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    battling.contest(tenant, "one", "two")
    battle_id = battling.answered(tenant)
    later = timezone.now() + state.BATTLE_LIFETIME + timedelta(seconds=5)
    monkeypatch.setattr("voting.tasks.timezone.now", lambda: later - timedelta(seconds=10))
    sweep(tenant)
    assert outcome(tenant, battle_id) == "ready"
    monkeypatch.setattr("voting.tasks.timezone.now", lambda: later)
    sweep(tenant)
    assert outcome(tenant, battle_id) == "abandoned"
    opened = queries.battle(tenant=tenant, battle_id=battle_id).opened
    assert opened is not None
    assert {opened.model_a, opened.model_b} == {"quoxalin-one", "quoxalin-two"}


def test_what_happened_since_the_list_was_made_is_not_undone(at_once: None, tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    battle_id = battling.begin(tenant)
    battling.catch_up(tenant)
    battling.answered(tenant, battle_id=battle_id)
    tasks.sweep_battles()
    assert outcome(tenant, battle_id) == "ready"


def test_many_sweeps_at_once_void_a_battle_once(at_once: None, tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    battles = [battling.begin(tenant) for _ in range(5)]
    battling.catch_up(tenant)

    def run(_: int) -> None:
        try:
            tasks.sweep_battles()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(run, range(16)))
    for battle_id in battles:
        history = reader.read_stream(tenant_id=tenant.pk, stream=battle_stream(battle_id))
        assert [stored.type for stored in history] == ["BattleStarted", "BattleVoided"]


def test_without_redis_nothing_is_taken_for_interrupted(
    at_once: None, tenant: Tenant, settings: Settings
) -> None:
    battling.contest(tenant, "one", "two")
    battle_id = battling.begin(tenant)
    battling.catch_up(tenant)
    settings.REDIS_URL = "unix:///nowhere/redis"
    redis_client.client.cache_clear()
    try:
        tasks.sweep_battles()
    finally:
        settings.REDIS_URL = os.environ["REDIS_URL"]
        redis_client.client.cache_clear()
    assert outcome(tenant, battle_id) == "answering"


@pytest.mark.parametrize(
    ("how", "limit_s"), [(signal.SIGKILL, 20), (signal.SIGTERM, 8)], ids=["killed", "stopped"]
)
def test_a_process_that_ends_leaves_no_battle_open(
    tenant: Tenant, provider: FakeProvider, how: signal.Signals, limit_s: int
) -> None:
    battling.contest(tenant, "endless", "silent", provider=provider)
    with live_server(processes.environment()) as server:
        battle_id = Visitor().begin(server)
        _wait_until(lambda: len(provider.asked) == 2, within_s=10)
        sweep(tenant)
        assert outcome(tenant, battle_id) == "answering"
        os.kill(server.pid, how)
        began = time.monotonic()

        def is_void() -> bool:
            if how == signal.SIGKILL:
                sweep(tenant)
            return outcome(tenant, battle_id) == "interrupted"

        # The sweep runs every 10 s, so it must find the battle within the other 10.
        _wait_until(is_void, within_s=limit_s - 10 if how == signal.SIGKILL else limit_s)
        assert time.monotonic() - began < limit_s
    _wait_until(lambda: {asked.ended for asked in provider.asked} == {"left"}, within_s=20)


def _wait_until(condition: Any, *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
