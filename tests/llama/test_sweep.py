"""A sweep over the slots of a real llama.cpp, and what its aggregate speed is and is not."""

import asyncio
from dataclasses import dataclass

import psutil
import pytest

from arena_runner.contract import metrics
from arena_runner.contract.profile import ClosedLoad, Point, SyntheticPrompt
from arena_runner.contract.samples import Sample
from arena_runner.load import Target, run_point
from tests.llama.fixtures import running_llama

SLOTS = (1, 2, 4)
CONCURRENCY = 4
POINT = Point(
    key="np",
    title="Slots of the server",
    load=ClosedLoad(concurrency=CONCURRENCY, requests=8),
    prompt=SyntheticPrompt(input_tokens=64, output_tokens=256),
    runs=2,
    warmups=1,
)


@dataclass(frozen=True)
class Measured:
    """What one number of slots gave, and the processor seconds that the server took for it."""

    values: dict[str, float]
    samples: tuple[Sample, ...]
    server_cpu_s: float

    @property
    def system(self) -> float:
        """Tokens per second of all requests together."""
        return self.values["system_tokens_per_second"]


Sweep = dict[int, Measured]


@pytest.fixture(scope="module")
def sweep() -> Sweep:
    """The same load against 1, 2 and 4 slots."""
    return {slots: measure(slots) for slots in SLOTS}


def measure(slots: int) -> Measured:
    with running_llama(slots=slots) as server:
        process = psutil.Process(server.pid)
        before = process.cpu_times()
        target = Target(server.base_url, server.model)
        result = asyncio.run(run_point(POINT, target=target, seed=7))
        after = process.cpu_times()
    computed = metrics.compute(POINT, result.samples, None)
    return Measured(
        values={one.metric: one.value for one in computed.measurements},
        samples=result.samples,
        server_cpu_s=after.user + after.system - before.user - before.system,
    )


def test_every_request_is_answered_in_full(sweep: Sweep) -> None:
    for measured in sweep.values():
        samples = measured.samples
        assert len(samples) == 16
        assert {sample.error for sample in samples} == {None}
        assert {sample.output_tokens for sample in samples} == {256}


def test_more_slots_shorten_the_queue_and_raise_the_aggregate(sweep: Sweep) -> None:
    # One slot makes three of four wait for a whole answer; four slots make nobody wait.
    first = {slots: measured.values["ttft_ms_p50"] for slots, measured in sweep.items()}
    assert first[4] < first[1]
    # Four at a time share the work of a step: more tokens from each second of the processor. By
    # the wall it is half as much again on a quiet machine; others here can hide that, so of the
    # wall only the order of magnitude is asserted.
    assert sweep[4].server_cpu_s < sweep[1].server_cpu_s
    system = {slots: measured.system for slots, measured in sweep.items()}
    assert all(100 < speed < 1_000_000 for speed in system.values()), system
    assert system[4] > 0.4 * system[1], system


def test_the_aggregate_is_tokens_over_the_wall_window(sweep: Sweep) -> None:
    for measured in sweep.values():
        speeds = []
        for run in range(POINT.runs):
            rows = [sample for sample in measured.samples if sample.run == run]
            began_ns = min(row.sent_ns or 0 for row in rows)
            ended_ns = max(row.end_ns or 0 for row in rows)
            tokens = sum(row.output_tokens or 0 for row in rows)
            speeds.append(tokens / (ended_ns - began_ns) * 1e9)
        mean = sum(speeds) / len(speeds)
        assert measured.system == pytest.approx(mean, rel=0.1)


def test_the_speed_of_one_request_times_concurrency_is_not_the_aggregate(sweep: Sweep) -> None:
    # With one slot each request is fast while it runs, and three of four are waiting.
    claimed = sweep[1].values["decode_tokens_per_second"] * CONCURRENCY
    assert claimed > 2 * sweep[1].system
