"""A thousand runners that long-poll and say every 30 seconds that they are there: delay and CPU."""

import resource
import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tests.bench import site
from tests.bench.rows import Row
from tests.live_server import live_server
from tests.load.runners_plan import RunnersPlan
from tests.load.runners_site import Measured, furnish, measure

NAME: Final = "runners"
RUNNERS: Final = 1_000
WAIT_S: Final = 30
BEAT_S: Final = 30.0
RUNS: Final = 150
RATE_HZ: Final = 5.0
SECONDS: Final = 40.0
"""After all have arrived: every runner asks anew and beats at least once."""
_AGAINST: Final = f"{RUNNERS} runners, long poll of {WAIT_S} s, a beat every {BEAT_S:.0f} s"


def run() -> Iterable[Row]:
    """Yield the rows of this benchmark."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    environment = site.fresh(NAME)
    runners = furnish(environment, RUNNERS)
    with live_server(environment) as server:
        plan = RunnersPlan(
            port=server.port, runners=runners, wait_s=WAIT_S, beat_s=BEAT_S, settle_s=WAIT_S
        )
        measured = measure(
            environment, plan, server_pid=server.pid, runs=RUNS, rate=RATE_HZ, seconds=SECONDS
        )
    yield from _rows(measured)


def _rows(measured: Measured) -> Iterator[Row]:
    report = measured.report
    yield Row.measured(
        name=f"{NAME}.claim_p95",
        ours=_p95(measured.claim_s) * 1e3,
        unit="ms",
        against=f"{_AGAINST}; from queued to in the runner's hands, {RATE_HZ:.0f} runs/s",
        goal="ours < 200",
    )
    yield Row.measured(
        name=f"{NAME}.poll_excess_p95",
        ours=_p95(report.poll_excess_s) * 1e3,
        unit="ms",
        against=f"{_AGAINST}; an empty poll beyond the {WAIT_S} s that it asked for",
    )
    yield Row.measured(
        name=f"{NAME}.beat_p95",
        ours=_p95(report.beat_s) * 1e3,
        unit="ms",
        against=f"{_AGAINST}; a sign of life",
    )
    yield Row.measured(
        name=f"{NAME}.server_cores",
        ours=measured.server_cores,
        unit="cores",
        against=f"{_AGAINST}; processor time of the web process by wall time",
        goal="ours < 1",
    )
    yield Row.measured(
        name=f"{NAME}.threads",
        ours=measured.threads,
        unit="threads",
        against=f"{_AGAINST}; of the web process",
        goal="ours < 100",
    )
    missing = len(measured.queued_at_s.keys() - report.claimed_at_s.keys())
    failures = ", ".join(f"{count} x {what}" for what, count in report.failures.items())
    yield Row.measured(
        name=f"{NAME}.wrong",
        ours=len(report.doubled) + missing + sum(report.failures.values()),
        unit="times",
        against=f"{len(report.doubled)} of {RUNS} runs given twice, {missing} to nobody; answers"
        f" that should not be: {failures or 'none'}",
        goal="ours <= 0",
    )


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
