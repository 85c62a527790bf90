"""Runners that wait for work at a running site: woken at once, cheap, never two on one run."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.accounts.commands import add_member, create_api_key, revoke_api_key
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from tests import processes
from tests.live_server import LiveServer, live_server
from tests.workers import fleet
from workers.commands import runners as commands
from workers.state.runners import RunnerInfo

pytestmark = pytest.mark.django_db(transaction=True)


class Agent:
    """A runner of its own owner, approved, at one web server or another."""

    def __init__(self, tenant: Tenant, server: LiveServer, number: int = 0, **more: Any) -> None:
        self.server = server
        self.person = User.objects.create_user(f"owner-{number}@example.org")
        add_member(tenant=tenant, user=self.person, role=Role.RUNNER_OWNER, by=None)
        key = create_api_key(tenant=tenant, by=self.person, name="agent", scopes=["runner"])
        self.key_id, self.headers = key.id, {"Authorization": f"Bearer {key.raw}"}
        self.owner = str(self.person.actor_id)
        self.info: RunnerInfo = fleet.runner(tenant, owner=self.owner, approved=True, **more)

    def claim(self, wait_s: int = 10, *, timeout_s: float = 40) -> httpx.Response:
        """Wait for a run."""
        return httpx.post(
            self.server.url(f"/api/v1/runners/{self.info.runner_id}/claim"),
            json={"wait_s": wait_s}, headers=self.headers, timeout=timeout_s,
        )  # fmt: skip


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """Run the site with two connections to the database: nobody who waits may keep one."""
    small = processes.environment(ARENA_DB_POOL="1", ARENA_DB_POOL_SIZE="2")
    with live_server(small) as running:
        yield running


def threads(server: LiveServer) -> int:
    """Return how many threads the web process has."""
    return len(list(Path(f"/proc/{server.pid}/task").iterdir()))


def test_a_waiting_runner_is_woken_at_once(tenant: Tenant, server: LiveServer) -> None:
    agent = Agent(tenant, server)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(agent.claim)
        time.sleep(0.7)
        asked_s = time.monotonic()
        run_id = fleet.queue(tenant, owner=agent.owner)
        answer = coming.result()
        took_s = time.monotonic() - asked_s
    assert answer.status_code == 200, answer.text
    assert answer.json()["run_id"] == str(run_id)
    assert answer.json()["manifest"] == fleet.manifest().model_dump(mode="json")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "RateLimit-Limit" in answer.headers
    # Without a bell, the next look comes no sooner than five seconds after the last.
    assert took_s < 2.0


def test_a_wait_ends_with_nothing_when_there_is_nothing(tenant: Tenant, server: LiveServer) -> None:
    agent = Agent(tenant, server)
    began_s = time.monotonic()
    answer = agent.claim(1)
    assert (answer.status_code, answer.content) == (204, b"")
    assert 0.9 < time.monotonic() - began_s < 3


def test_those_who_wait_keep_neither_thread_nor_connection(
    tenant: Tenant, server: LiveServer
) -> None:
    agents = [Agent(tenant, server, number) for number in range(24)]
    agents[0].claim(0)
    idle = threads(server)
    with ThreadPoolExecutor(len(agents)) as pool:
        coming = [pool.submit(agent.claim, 4) for agent in agents]
        time.sleep(2)
        waiting = threads(server)
        assert httpx.get(server.url("/api/v1/boards"), timeout=5).status_code == 200
        run_ids = {fleet.queue(tenant, owner=agents[3].owner) for _ in range(5)}
        answers = [future.result() for future in coming]
    assert waiting <= idle + 8, "a waiting runner costs no thread"
    given = [answer.json()["run_id"] for answer in answers if answer.status_code == 200]
    assert Counter(given) == Counter(map(str, run_ids))


def test_two_web_processes_never_give_one_run_to_two(tenant: Tenant, server: LiveServer) -> None:
    with live_server(processes.environment(ARENA_DB_POOL="1")) as second:
        agents = [Agent(tenant, one, n) for n, one in enumerate([server, second] * 6)]
        with ThreadPoolExecutor(len(agents)) as pool:
            for _ in range(2):
                coming = [pool.submit(agent.claim, 20) for agent in agents]
                time.sleep(0.7)
                run_ids = [fleet.queue(tenant, owner="somebody") for _ in agents]
                answers = [future.result() for future in coming]
                claimed = [answer.json() for answer in answers if answer.status_code == 200]
                assert Counter(map(str, run_ids)) == Counter(one["run_id"] for one in claimed)
                assert {one["fence"] for one in claimed} == {1}
    for job in runs.jobs(tenant=tenant, states=("leased",)):
        attempts = runs.run_state(tenant=tenant, run_id=job.run_id)
        assert (attempts.info.attempt, job.fence) == (1, 1)


def test_who_asks_again_takes_the_place_of_its_own_earlier_request(
    tenant: Tenant, server: LiveServer
) -> None:
    agent = Agent(tenant, server)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(agent.claim, 20)
        time.sleep(0.7)
        second = pool.submit(agent.claim, 20)
        assert first.result(timeout=10).status_code == 204
        fleet.queue(tenant, owner=agent.owner)
        assert second.result(timeout=10).status_code == 200


def test_who_has_gone_away_gets_nothing(tenant: Tenant, server: LiveServer) -> None:
    agent = Agent(tenant, server)
    with pytest.raises(httpx.ReadTimeout):
        agent.claim(20, timeout_s=0.7)
    time.sleep(0.3)
    run_id = fleet.queue(tenant, owner=agent.owner)
    time.sleep(0.5)
    job = runs.job(tenant=tenant, run_id=run_id)
    assert job is not None
    assert job.state == "queued"
    assert agent.claim(5).json()["run_id"] == str(run_id)


def test_what_was_decided_while_a_runner_waits_holds(tenant: Tenant, server: LiveServer) -> None:
    suspended, keyless = Agent(tenant, server, 1), Agent(tenant, server, 2)
    with ThreadPoolExecutor(2) as pool:
        coming = [pool.submit(agent.claim, 10) for agent in (suspended, keyless)]
        time.sleep(0.7)
        commands.suspend_runner(
            tenant=tenant, runner_id=suspended.info.runner_id, reason="odd", actor="admin"
        )
        revoke_api_key(tenant=tenant, key_id=keyless.key_id, by=keyless.person)
        run_ids = [
            fleet.queue(tenant, owner=agent.owner, runner_id=agent.info.runner_id)
            for agent in (suspended, keyless)
        ]
        refusals = [future.result() for future in coming]
    assert [(answer.status_code, answer.json()["code"]) for answer in refusals] == [
        (403, "not-approved"),
        (401, "unauthenticated"),
    ]
    assert {answer.headers["Content-Type"] for answer in refusals} == {"application/problem+json"}
    for run_id in run_ids:
        job = runs.job(tenant=tenant, run_id=run_id)
        assert job is not None
        assert (job.state, job.attempt) == ("queued", 0)


def test_unknown_runners_do_not_wait(tenant: Tenant, server: LiveServer) -> None:
    agent = Agent(tenant, server)
    path = f"/api/v1/runners/{uuid.uuid4()}/claim"
    answer = httpx.post(server.url(path), json={"wait_s": 30}, headers=agent.headers, timeout=5)
    assert answer.status_code == 404
