"""kill -9 at any step of a claim, a point or a report: the run finishes once, nothing is half."""

import signal
import subprocess
import sys
import uuid

import pytest
from django.db import connection

from arena.eventstore import store
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.events import run_stream
from benchmarks.models import RunJob
from benchmarks.queries import runs
from benchmarks.state.refusals import RunRefused
from tests import processes
from tests.benchmarks.run_crash_child import PRIVATE, RUNNER, WANTED
from tests.benchmarks.runs import ACTOR, ask, claim, measure, report_of, signed, signer

pytestmark = pytest.mark.django_db(transaction=True)


def crash(action: str, run_id: uuid.UUID, step: str) -> None:
    finished = processes.python("-m", "tests.benchmarks.run_crash_child", action, str(run_id), step)
    assert finished.returncode == -signal.SIGKILL, finished.stderr
    assert "done" not in finished.stdout


def types(tenant: Tenant, run_id: uuid.UUID) -> list[str]:
    return [item.type for item in store.read_stream(tenant=tenant, stream=run_stream(run_id))]


def run_out(run_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE benchmarks_runjob SET lease_until = clock_timestamp() WHERE run_id = %s",
            [run_id],
        )


def finish(tenant: Tenant, run_id: uuid.UUID) -> None:
    """Do what an agent does after a crash: ask for the run until it is done."""
    if RunJob.objects.get(run_id=run_id).state == "leased":
        run_out(run_id)
        commands.expire_leases(tenant=tenant)
    lease = claim(tenant, run_id, RUNNER)
    points = measure(tenant, lease, RUNNER, WANTED)
    info, is_new = commands.complete_run(
        tenant=tenant, run_id=run_id, runner_id=RUNNER, fence=lease.fence, actor=ACTOR,
        envelope=signed(report_of(lease, RUNNER, WANTED, points), PRIVATE),
        signer=signer(RUNNER, PRIVATE),
    )  # fmt: skip
    assert (is_new, info.verdict) == (True, "accepted")


@pytest.mark.parametrize("step", ["before:append", "before:commit", "after:commit"])
def test_a_claim_killed_at_a_step_is_whole_or_not_at_all(tenant: Tenant, step: str) -> None:
    run_id = ask(tenant, manifest=WANTED)
    crash("claim", run_id, step)
    job = runs.job(tenant=tenant, run_id=run_id)
    assert job is not None
    leased = step == "after:commit"
    assert (job.state, job.fence) == (("leased", 1) if leased else ("queued", 0))
    assert ("RunAssigned" in types(tenant, run_id)) is leased, "row and log agree"
    finish(tenant, run_id)
    assert types(tenant, run_id).count("RunCompleted") == 1
    assert types(tenant, run_id).count("RunAssigned") == 1 + leased
    assert types(tenant, run_id).count("RunLeaseExpired") == leased
    assert isinstance(verify_chain(tenant_id=tenant.pk), Verified)


@pytest.mark.parametrize("step", ["before:append", "before:commit", "after:commit"])
def test_a_point_killed_at_a_step_is_recorded_once(tenant: Tenant, step: str) -> None:
    run_id = ask(tenant, manifest=WANTED)
    claim(tenant, run_id, RUNNER)
    crash("point", run_id, step)
    recorded = step == "after:commit"
    job = runs.job(tenant=tenant, run_id=run_id)
    assert job is not None
    assert job.points_done == (("a",) if recorded else ())
    finish(tenant, run_id)
    assert types(tenant, run_id).count("RunPointRecorded") == 2
    assert types(tenant, run_id).count("RunCompleted") == 1


@pytest.mark.parametrize("step", ["after:keep", "before:commit", "after:commit"])
def test_a_report_killed_at_a_step_is_taken_once(tenant: Tenant, step: str) -> None:
    run_id = ask(tenant, manifest=WANTED)
    lease = claim(tenant, run_id, RUNNER)
    points = measure(tenant, lease, RUNNER, WANTED)
    crash("complete", run_id, step)
    taken = step == "after:commit"
    assert ("RunCompleted" in types(tenant, run_id)) is taken
    assert (RunJob.objects.get(run_id=run_id).state == "done") is taken
    # The agent had no answer, so it sends the same report again.
    info, is_new = commands.complete_run(
        tenant=tenant, run_id=run_id, runner_id=RUNNER, fence=1, actor=ACTOR,
        envelope=signed(report_of(lease, RUNNER, WANTED, points), PRIVATE),
        signer=signer(RUNNER, PRIVATE),
    )  # fmt: skip
    assert (info.status, is_new) == ("completed", not taken)
    assert types(tenant, run_id).count("RunCompleted") == 1
    assert types(tenant, run_id).count("RunAssessed") == 1


def test_a_lock_is_not_held_by_a_process_that_died(tenant: Tenant) -> None:
    run_id = ask(tenant, manifest=WANTED)
    crash("claim", run_id, "before:commit")
    other = uuid.UUID(int=2)
    assert claim(tenant, run_id, other).fence == 1
    with pytest.raises(RunRefused):
        commands.heartbeat_run(tenant=tenant, run_id=run_id, runner_id=RUNNER, fence=1)


CLAIMER = """
import sys, uuid, django; django.setup()
from arena.tenancy.queries import by_slug
from benchmarks.commands import claim_run
tenant, runner = by_slug("public"), uuid.UUID(sys.argv[1])
candidates = [uuid.UUID(text) for text in sys.argv[2:]]
print("ready", flush=True)
sys.stdin.readline()
while claimed := claim_run(tenant=tenant, runner_id=runner, candidates=candidates, actor="x"):
    print(claimed.run_id, claimed.fence, flush=True)
"""


def test_three_processes_that_claim_at_once_share_nothing(tenant: Tenant) -> None:
    run_ids = [str(ask(tenant, "a")) for _ in range(12)]
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(uuid.UUID(int=number)), *run_ids],
            cwd=processes.ROOT, env=processes.environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number in range(3)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = [line for racer in racers for line in racer.communicate(timeout=60)[0].splitlines()]
    assert sorted(won) == sorted(f"{run_id} 1" for run_id in run_ids)
