"""Percentiles and intervals against NumPy, SciPy and their own promises."""

import random
from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from arena_runner.contract import statistics

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.floats(min_value=0, max_value=100))
def test_percentiles_are_those_of_numpy(values: list[float], percent: float) -> None:
    ordered = sorted(values)
    expected = float(np.percentile(ordered, percent))
    assert isclose(statistics.percentile(ordered, percent), expected, rel_tol=1e-9, abs_tol=1e-6)


@given(st.lists(NUMBERS, min_size=2, max_size=30))
def test_spread_and_interval_are_those_of_scipy(values: list[float]) -> None:
    spread = statistics.sample_sd(values)
    assert spread is not None
    assert isclose(spread, float(np.std(values, ddof=1)), rel_tol=1e-9, abs_tol=1e-5)
    interval = statistics.t_interval(values)
    assert interval is not None
    if spread > 1e-3:
        low, high = stats.t.interval(
            0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values)
        )
        assert interval == pytest.approx((low, high), rel=1e-7, abs=1e-4)


@pytest.mark.parametrize("degrees", [*range(1, 31), 60, 99, 120, 999, 10_000])
def test_students_quantile(degrees: int) -> None:
    expected = float(stats.t.ppf(0.975, degrees))
    assert statistics.t_quantile(degrees) == pytest.approx(expected, rel=1e-11)


def test_three_runs_have_the_wide_interval_that_tools_leave_out() -> None:
    """n = 3: t is 4.303, so the half-width is 2.48 standard deviations."""
    low, high = statistics.t_interval([49.0, 50.0, 51.0]) or (0.0, 0.0)
    assert (high - low) / 2 == pytest.approx(2.48, abs=0.005)


@pytest.mark.parametrize(
    ("values", "call"),
    [
        ([], lambda v: statistics.percentile(v, 50)),
        ([], statistics.mean),
        ([1.0], lambda v: statistics.percentile(v, 101)),
        ([1.0], lambda _: statistics.t_quantile(0)),
    ],
)
def test_what_has_no_answer_is_an_error(values: list[float], call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=r"no values|no percentage|at least one"):
        call(values)


def test_one_value_has_no_spread() -> None:
    assert statistics.sample_sd([1.0]) is None
    assert statistics.t_interval([1.0]) is None


@pytest.mark.parametrize("percent", [50, 90, 95, 99])
@pytest.mark.parametrize("count", [1, 5, 6, 35, 36, 71, 72, 100, 366, 367, 1_000, 20_000])
def test_order_statistics_hold_the_percentile_with_95_percent(count: int, percent: int) -> None:
    ordered = [float(rank) for rank in range(1, count + 1)]
    interval = statistics.percentile_interval(ordered, percent)
    binomial = stats.binom(count, percent / 100)
    if interval is None:
        assert binomial.pmf(count) + binomial.pmf(0) > 0.05
        return
    lower, upper = (int(bound) for bound in interval)
    coverage = binomial.cdf(upper - 1) - binomial.cdf(lower - 1)
    assert 0.95 <= coverage <= 1
    if count >= 20_000:
        assert coverage < 0.965, "no wider than it must be"


def test_stated_percentiles_have_an_interval() -> None:
    for percent, least in statistics.MINIMUM_SAMPLES.items():
        ordered = [float(value) for value in range(least)]
        if percent != 50:
            assert statistics.percentile_interval(ordered, percent) is not None


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=2_000), st.sampled_from([50, 90, 95, 99]))
def test_an_interval_holds_its_own_estimate(count: int, percent: int) -> None:
    draw = random.Random(count)
    ordered = sorted(draw.expovariate(1.0) for _ in range(count))
    interval = statistics.percentile_interval(ordered, percent)
    if interval is not None:
        assert interval[0] <= statistics.percentile(ordered, percent) <= interval[1]


def test_intervals_of_percentiles_hold_the_truth_as_often_as_they_say() -> None:
    """72 exponential waits, p95 known: at least 95 of 100 intervals hold it, within chance."""
    draw = random.Random(42)
    truth = -np.log(0.05)
    held = 0
    for _ in range(1_000):
        ordered = sorted(draw.expovariate(1.0) for _ in range(72))
        interval = statistics.percentile_interval(ordered, 95)
        assert interval is not None
        held += interval[0] <= truth <= interval[1]
    assert held >= 930
