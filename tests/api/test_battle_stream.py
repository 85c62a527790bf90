"""Battles over HTTP on a running site: start, follow, go on, vote."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from arena.accounts.pseudonym import voter_pseudonym
from arena.eventstore import reader
from arena.eventstore.queries import events_after
from arena.tenancy.models import Tenant
from tests import processes
from tests.api.battle_client import Program, events, texts
from tests.api.battle_keys import NEW, battle_key
from tests.live_server import live_server
from tests.voting import battling
from tests.voting.fake_provider import STEADY, FakeProvider, fake_provider

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "".join(STEADY)


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a server of models."""
    with fake_provider() as running:
        yield running


@pytest.fixture
def program(tenant: Tenant, provider: FakeProvider) -> Iterator[Program]:
    """Return a client of a running site with two models that answer."""
    battling.contest(tenant, "one", "two", provider=provider)
    # A pool as small as can be: whoever follows a battle must not keep one of its connections.
    small = processes.environment(ARENA_DB_POOL="1", ARENA_DB_POOL_SIZE="2")
    with live_server(small) as server:
        yield Program(server, battle_key(tenant))


def test_a_battle_is_started_followed_and_voted_on(tenant: Tenant, program: Program) -> None:
    battle_id = program.start(voter="4711")
    told = program.follow(battle_id)
    assert told[0].data["type"] == "state"
    assert told[-1].data["type"] == "complete" or told[-1].data["status"] == "ready"
    assert texts(told) == {"a": WHOLE, "b": WHOLE}

    went_on = program.post(f"battles/{battle_id}/turns", {"turn": 2, "prompt": "And then?"})
    assert went_on.status_code == 201
    assert texts(program.follow(battle_id)) == {"a": WHOLE, "b": WHOLE}

    voted = program.post(f"battles/{battle_id}/vote", {"winner": "model_a"})
    assert voted.json()["turns"][1]["prompt"] == "And then?"
    assert program.follow(battle_id)[-1].data["status"] == "voted"
    (stored,) = reader.read_after(
        tenant_id=tenant.pk, position=voted.json()["vote"]["position"] - 1, limit=1
    )
    assert stored.data["voter"] == voter_pseudonym(tenant=tenant, raw="api:4711")


def test_a_follower_goes_on_where_it_was(program: Program, provider: FakeProvider) -> None:
    provider.pace_s |= {"one": 0.02, "two": 0.02}
    battle_id = program.start()
    url = program.server.url(f"/api/v1/battles/{battle_id}/stream")
    seen = []
    with httpx.stream("GET", url, headers=program.key.headers, timeout=30) as response:
        for event in events(response.iter_lines()):
            seen.append(event)
            if event.data["type"] == "delta":
                break
    rest = program.follow(battle_id, **{"Last-Event-ID": seen[-1].id})
    assert rest[0].data["type"] in ("delta", "complete")
    assert texts(seen + rest) == {"a": WHOLE, "b": WHOLE}


def test_whoever_follows_keeps_no_connection_to_the_database(
    program: Program, provider: FakeProvider
) -> None:
    provider.pace_s |= {"one": 0.1, "two": 0.1}
    battle_id = program.start()
    with ThreadPoolExecutor(8) as pool:
        following = [pool.submit(program.follow, battle_id) for _ in range(8)]
        assert program.get(f"battles/{battle_id}").json()["status"] == "answering"
        assert program.get("boards").elapsed.total_seconds() < 2
        for follower in following:
            assert texts(follower.result()) == {"a": WHOLE, "b": WHOLE}


def test_events_come_while_answers_are_written(program: Program, provider: FakeProvider) -> None:
    """Nothing between the server and the client collects the answer first."""
    provider.pace_s |= {"one": 0.05, "two": 0.05}
    battle_id = program.start(speed_hidden=False)
    deltas = [event for event in program.follow(battle_id) if event.data["type"] == "delta"]
    assert len(deltas) > 5


def test_one_request_sent_many_times_is_one_battle(tenant: Tenant, program: Program) -> None:
    same = {"Idempotency-Key": "once"}
    with ThreadPoolExecutor(10) as pool:
        responses = list(pool.map(lambda _: program.post("battles", NEW, **same), range(10)))
    assert {response.status_code for response in responses} <= {200, 201}
    (battle_id,) = {response.json()["id"] for response in responses}
    assert len(events_after(tenant=tenant, position=0, limit=99, types=["BattleStarted"])) == 1
    program.follow(battle_id)
    again = program.post("battles", NEW, **same)
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (200, "true")
    assert again.json()["status"] == "ready"
    assert len(events_after(tenant=tenant, position=0, limit=99, types=["AnswersDelivered"])) == 1
    other = program.post("battles", {**NEW, "prompt": "Something else"}, **same)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-conflict")


def test_a_failing_model_voids_the_battle(tenant: Tenant, program: Program) -> None:
    with ExitStack() as stack:
        faulty = stack.enter_context(fake_provider())
        battling.contest(tenant, "error", "empty", board="faulty", provider=faulty)
        told = program.follow(program.start(board="faulty"))
    last = told[-1].data
    void = last if last["type"] == "void" else last["void"]
    assert void["reason"] in ("provider_error", "empty")


def test_too_many_battles_at_once_are_asked_to_come_again(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    provider.pace_s |= {"one": 0.5, "two": 0.5}
    environment = processes.environment(ARENA_MAX_RUNNING_BATTLES="1")
    with live_server(environment) as server:
        program = Program(server, battle_key(tenant))
        program.start()
        refused = program.post("battles", NEW)
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) > 0
