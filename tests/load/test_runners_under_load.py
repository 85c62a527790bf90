"""A hundred runners that wait and say that they are there; the full thousand: bench_runners.py."""

import statistics

import pytest

from tests import processes
from tests.live_server import live_server
from tests.load.runners_plan import RunnersPlan
from tests.load.runners_site import furnish, measure

RUNNERS = 100
RUNS = 20


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
def test_a_hundred_waiting_runners_are_served_at_once_and_cost_little() -> None:
    environment = processes.environment(ARENA_DB_POOL="1")
    runners = furnish(environment, RUNNERS)
    with live_server(environment) as server:
        plan = RunnersPlan(port=server.port, runners=runners, wait_s=3, beat_s=3, settle_s=1)
        measured = measure(environment, plan, server_pid=server.pid, runs=RUNS, rate=10, seconds=4)
    report = measured.report
    assert not report.failures
    assert not report.doubled
    assert report.claimed_at_s.keys() == measured.queued_at_s.keys()
    assert len(report.claimed_at_s) == RUNS
    assert report.empty_polls > RUNNERS / 2
    assert len(report.beat_s) > RUNNERS / 2
    # Wide: the figures themselves are those of the benchmark, on a machine that is not shared.
    assert statistics.median(measured.claim_s) < 1.0
    assert measured.server_cores < 1.0
    assert measured.threads < RUNNERS
