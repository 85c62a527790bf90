"""The highest rate at which the first token still comes in time."""

import pytest

from arena_runner.contract import capacity, metrics
from arena_runner.contract.capacity import Step, at_slo, at_slos, step_of
from arena_runner.contract.profile import OpenLoad
from tests.runner.metrics.streams import answer, point


def step(rate: float, p95_ms: float | None, *, achieved: float | None = None) -> Step:
    return Step(
        key=f"r{rate}",
        offered_per_second=rate,
        arrived_per_second=rate,
        achieved_per_second=rate if achieved is None else achieved,
        ttft_p95_ms=p95_ms,
        system_tokens_per_second=None,
        voided=None,
    )


def test_the_highest_rate_that_holds_each_limit() -> None:
    sweep = [step(0.1, 900), step(0.2, 1_900), step(0.3, 4_000), step(0.5, 748_000)]
    two, five, ten = at_slos(sweep)
    assert [two.rate_per_second, five.rate_per_second, ten.rate_per_second] == [0.2, 0.3, 0.3]
    assert two.refused[0] == (0.3, "p95 time to first token 4000 ms is above 2000 ms")
    assert not ten.is_lower_bound


def test_that_no_rate_passes_is_a_result() -> None:
    result = at_slo([step(0.1, 60_000), step(0.2, 90_000)], 2_000)
    assert result.rate_per_second is None
    assert result.is_measured
    assert [rate for rate, _ in result.refused] == [0.1, 0.2]


def test_too_few_requests_are_no_result() -> None:
    result = at_slo([step(0.1, None), step(0.2, None)], 2_000)
    assert result.rate_per_second is None
    assert not result.is_measured
    assert result.refused[0][1] == "p95 wants 72 requests"


def test_a_server_that_falls_behind_does_not_pass() -> None:
    result = at_slo([step(0.1, 900), step(0.2, 1_500, achieved=0.18)], 2_000)
    assert result.rate_per_second == 0.1
    assert result.refused == ((0.2, "0.18 of 0.2 requests per second were completed"),)


def test_a_sweep_that_never_fails_gives_a_lower_bound() -> None:
    assert at_slo([step(0.1, 900), step(0.2, 900)], 2_000).is_lower_bound


@pytest.mark.parametrize(("requests", "passes"), [(72, True), (71, False)])
def test_a_step_comes_from_the_metrics_of_its_point(requests: int, passes: bool) -> None:
    load = OpenLoad(rate_per_second=1.0, requests=requests)
    swept = point(load, runs=1).model_copy(update={"sweep": "rates"})
    samples = [answer(index=i, scheduled_ms=i * 1_000) for i in range(requests)]
    result = metrics.compute(swept, samples)
    made = step_of(swept, {row.metric: row.value for row in result.measurements}, result.voided)
    assert made is not None
    assert (capacity.at_slo([made], 2_000).rate_per_second == 1.0) is passes


def test_a_point_outside_a_sweep_is_no_step() -> None:
    assert step_of(point(), {}) is None
