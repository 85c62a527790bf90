"""Leases of runs: one holder at a time, whatever happens, and nobody writes without one."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from arena.eventstore import store
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.commands import Claimed
from benchmarks.events import run_stream
from benchmarks.models import RunJob
from benchmarks.queries import runs
from benchmarks.state.refusals import RunRefused
from tests.benchmarks.runs import (
    ACTOR,
    ask,
    claim,
    environment,
    manifest,
    measure,
    point_report,
    profile,
)

pytestmark = pytest.mark.django_db(transaction=True)
ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def types(tenant: Tenant, run_id: uuid.UUID) -> list[str]:
    return [item.type for item in store.read_stream(tenant=tenant, stream=run_stream(run_id))]


def run_out(run_id: uuid.UUID) -> None:
    """Let the lease end now, by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE benchmarks_runjob SET lease_until = clock_timestamp() - interval '1 ms'"
            " WHERE run_id = %s",
            [run_id],
        )


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(RunRefused) as refused:
        action()
    return refused.value.code


def test_fifty_threads_that_claim_at_once_get_each_run_once(tenant: Tenant) -> None:
    run_ids = [ask(tenant, "a") for _ in range(5)]
    start, won = threading.Barrier(50), []

    def work(number: int) -> None:
        runner = uuid.UUID(int=1_000 + number)
        try:
            start.wait(30)
            claimed = commands.claim_run(
                tenant=tenant, runner_id=runner, candidates=run_ids, actor=ACTOR
            )
            if claimed is not None:
                won.append((claimed.run_id, runner))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(run_id for run_id, _ in won) == dict.fromkeys(run_ids, 1)
    for run_id, runner in won:
        job = runs.job(tenant=tenant, run_id=run_id)
        assert job is not None
        assert (job.leased_to, job.attempt, job.fence) == (runner, 1, 1)
        assert types(tenant, run_id) == ["RunRequested", "RunAssigned"]


def test_a_request_sent_fifty_times_at_once_queues_one_run(tenant: Tenant) -> None:
    run_id, start, answers = uuid.uuid4(), threading.Barrier(20), []

    def work() -> None:
        try:
            start.wait(30)
            wish = commands.Wish(manifest=manifest("a"))
            answers.append(
                commands.request_run(tenant=tenant, run_id=run_id, wish=wish, actor=ACTOR)[1]
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [False] * 19 + [True]
    assert types(tenant, run_id) == ["RunRequested"]


def test_a_lease_that_ran_out_goes_to_another_who_measures_anew(tenant: Tenant) -> None:
    wanted = manifest("a", "b")
    run_id = ask(tenant, "a", "b")
    first = claim(tenant, run_id, ONE)
    report = point_report(tenant, wanted.profile.points[0])
    writes: list[Callable[[Claimed], object]] = [
        lambda lease: commands.heartbeat_run(
            tenant=tenant, run_id=run_id, runner_id=ONE, fence=lease.fence
        ),
        lambda lease: commands.start_run(
            tenant=tenant, run_id=run_id, runner_id=ONE, fence=lease.fence,
            environment=environment(), actor=ACTOR,
        ),
        lambda lease: commands.record_point(
            tenant=tenant, run_id=run_id, runner_id=ONE, fence=lease.fence, report=report,
            actor=ACTOR,
        ),
        lambda lease: commands.fail_run(
            tenant=tenant, run_id=run_id, runner_id=ONE, fence=lease.fence, code="x",
            is_final=False, actor=ACTOR,
        ),
    ]  # fmt: skip
    for write in writes[:3]:
        write(first)
    run_out(run_id)
    assert {refusal(partial(write, first)) for write in writes} == {"lease-expired"}
    assert commands.expire_leases(tenant=tenant) == 1
    assert commands.expire_leases(tenant=tenant) == 0
    assert {refusal(partial(write, first)) for write in writes[:3]} == {"lease-expired"}
    second = claim(tenant, run_id, OTHER)
    assert (second.attempt, second.fence, second.points_done) == (2, 2, ())
    assert {refusal(partial(write, first)) for write in writes} == {"stale-lease"}
    stranger = uuid.UUID(int=3)
    assert (
        refusal(
            lambda: commands.heartbeat_run(
                tenant=tenant, run_id=run_id, runner_id=stranger, fence=second.fence
            )
        )
        == "foreign-runner"
    )
    assert types(tenant, run_id)[-2:] == ["RunLeaseExpired", "RunAssigned"]


def test_the_same_runner_goes_on_after_its_last_point(tenant: Tenant) -> None:
    wanted = manifest("a", "b")
    run_id = ask(tenant, "a", "b")
    first = claim(tenant, run_id, ONE)
    commands.record_point(
        tenant=tenant, run_id=run_id, runner_id=ONE, fence=1, actor=ACTOR,
        report=point_report(tenant, wanted.profile.points[0]),
    )  # fmt: skip
    run_out(run_id)
    commands.expire_leases(tenant=tenant)
    second = claim(tenant, run_id, ONE)
    assert (first.points_done, second.points_done) == ((), ("a",))
    measure(tenant, second, ONE, wanted)
    job = runs.job(tenant=tenant, run_id=run_id)
    assert job is not None
    assert job.points_done == ("a", "b")


def test_an_attempt_that_got_further_is_not_counted_against_the_run(tenant: Tenant) -> None:
    """A machine that may only work at night stops every morning, and goes on the next."""
    keys = [f"p{number}" for number in range(4)]
    wanted, run_id = manifest(*keys), ask(tenant, *keys)
    for night, point in enumerate(wanted.profile.points):
        claimed = claim(tenant, run_id, ONE)
        assert claimed.points_done == tuple(keys[:night])
        lease: Any = {"tenant": tenant, "run_id": run_id, "runner_id": ONE, "fence": claimed.fence}
        commands.start_run(**lease, environment=environment(), actor=ACTOR)
        commands.record_point(**lease, report=point_report(tenant, point), actor=ACTOR)
        commands.fail_run(**lease, code="owner-limit-hours", is_final=False, actor=ACTOR)
        assert runs.run(tenant=tenant, run_id=run_id).status == "queued"


def test_a_run_is_given_up_after_three_attempts(tenant: Tenant) -> None:
    run_id = ask(tenant, "a")
    for attempt in range(3):
        claimed = claim(tenant, run_id, ONE)
        assert claimed.attempt == attempt + 1
        if attempt == 1:
            for _ in range(2):
                commands.fail_run(
                    tenant=tenant, run_id=run_id, runner_id=ONE, fence=claimed.fence,
                    code="engine_not_ready", is_final=False, actor=ACTOR,
                )  # fmt: skip
        else:
            run_out(run_id)
            commands.expire_leases(tenant=tenant)
    info = runs.run(tenant=tenant, run_id=run_id)
    assert (info.status, info.failure_code) == ("failed", "attempts_exhausted")
    assert types(tenant, run_id).count("RunFailed") == 2
    assert (
        commands.claim_run(tenant=tenant, runner_id=ONE, candidates=[run_id], actor=ACTOR) is None
    )


def test_a_cancelled_run_tells_its_runner_with_the_next_heartbeat(tenant: Tenant) -> None:
    run_id = ask(tenant, "a")
    claimed = claim(tenant, run_id, ONE)
    for is_new in (True, False):
        assert (
            commands.cancel_run(tenant=tenant, run_id=run_id, reason="wrong", actor=ACTOR)[1]
            is is_new
        )
    beat = commands.heartbeat_run(tenant=tenant, run_id=run_id, runner_id=ONE, fence=claimed.fence)
    assert beat.cancel
    report = point_report(tenant, profile("a").points[0])
    assert (
        refusal(
            lambda: commands.record_point(
                tenant=tenant, run_id=run_id, runner_id=ONE, fence=claimed.fence, report=report,
                actor=ACTOR,
            )
        )
        == "run-cancelled"
    )  # fmt: skip
    assert types(tenant, run_id).count("RunCancelled") == 1


def test_a_heartbeat_extends_the_lease_and_says_nothing_in_the_log(
    tenant: Tenant, settings: Settings
) -> None:
    run_id = ask(tenant, "a")
    claimed = claim(tenant, run_id, ONE)
    before = types(tenant, run_id)
    settings.ARENA_RUN_LEASE_S = 300
    beat = commands.heartbeat_run(
        tenant=tenant, run_id=run_id, runner_id=ONE, fence=claimed.fence,
        progress={"point_key": "a", "requests_done": 3, "requests_total": 4, "eta_s": 1.5,
                  "secret": "x"},
    )  # fmt: skip
    assert (beat.lease_expires_at - claimed.lease_expires_at).total_seconds() > 200
    job = runs.job(tenant=tenant, run_id=run_id)
    assert job is not None
    assert job.progress == {
        "point_key": "a", "requests_done": 3, "requests_total": 4, "eta_s": 1.5,
    }  # fmt: skip
    assert types(tenant, run_id) == before


def test_a_run_for_one_runner_is_never_leased_to_another(tenant: Tenant) -> None:
    run_id = ask(tenant, "a", runner_id=ONE)
    assert (
        commands.claim_run(tenant=tenant, runner_id=OTHER, candidates=[run_id], actor=ACTOR) is None
    )
    assert claim(tenant, run_id, ONE).fence == 1
    assert RunJob.objects.get(run_id=run_id).leased_to == ONE
