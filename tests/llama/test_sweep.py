"""A sweep over the slots of a real llama.cpp, and what its aggregate speed is and is not."""

import asyncio

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
    prompt=SyntheticPrompt(input_tokens=64, output_tokens=128),
    runs=3,
    warmups=1,
)

Measured = dict[str, float]


@pytest.fixture(scope="module")
def sweep() -> dict[int, tuple[Measured, tuple[Sample, ...]]]:
    """Metrics and samples of the same load against 1, 2 and 4 slots."""
    return {slots: measure(slots) for slots in SLOTS}


def measure(slots: int) -> tuple[Measured, tuple[Sample, ...]]:
    with running_llama(slots=slots) as server:
        target = Target(server.base_url, server.model)
        result = asyncio.run(run_point(POINT, target=target, seed=7))
    computed = metrics.compute(POINT, result.samples, None)
    values = {one.metric: one.value for one in computed.measurements}
    return values, result.samples


Sweep = dict[int, tuple[Measured, tuple[Sample, ...]]]


def test_every_request_is_answered_in_full(sweep: Sweep) -> None:
    for _, samples in sweep.values():
        assert len(samples) == 24
        assert {sample.error for sample in samples} == {None}
        assert {sample.output_tokens for sample in samples} == {128}


def test_more_slots_shorten_the_queue_and_raise_the_aggregate(sweep: Sweep) -> None:
    # One slot makes three of four wait for a whole answer; four slots make nobody wait.
    first = {slots: values["ttft_ms_p50"] for slots, (values, _) in sweep.items()}
    assert first[4] < first[1] / 2
    # Two servers on a shared machine of two cores: the order of magnitude, not the figure.
    system = {slots: values["system_tokens_per_second"] for slots, (values, _) in sweep.items()}
    assert all(100 < speed < 1_000_000 for speed in system.values()), system
    assert system[4] > 0.7 * system[1], system


def test_the_aggregate_is_tokens_over_the_wall_window(sweep: Sweep) -> None:
    for values, samples in sweep.values():
        speeds = []
        for run in range(POINT.runs):
            rows = [sample for sample in samples if sample.run == run]
            began_ns = min(row.sent_ns or 0 for row in rows)
            ended_ns = max(row.end_ns or 0 for row in rows)
            tokens = sum(row.output_tokens or 0 for row in rows)
            speeds.append(tokens / (ended_ns - began_ns) * 1e9)
        mean = sum(speeds) / len(speeds)
        assert values["system_tokens_per_second"] == pytest.approx(mean, rel=0.1)


def test_the_speed_of_one_request_times_concurrency_is_not_the_aggregate(sweep: Sweep) -> None:
    # With one slot each request is fast while it runs, and three of four are waiting.
    values, _ = sweep[1]
    claimed = values["decode_tokens_per_second"] * CONCURRENCY
    assert claimed > 2 * values["system_tokens_per_second"]
