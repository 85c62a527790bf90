"""Scales hold what they show, end at round values and refuse what has no logarithm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboards.axes import Axis, NotPositive, axis

VALUES = st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=20)
POSITIVE = st.lists(st.floats(1e-4, 1e7), min_size=1, max_size=20)


def scale(values: list[float], *bounds: float, is_log: bool = False) -> Axis:
    found = axis(values, bounds, is_log=is_log)
    assert found is not None
    return found


@settings(max_examples=300, deadline=None)
@given(values=VALUES)
def test_every_value_is_inside_in_equal_steps(values: list[float]) -> None:
    found = scale(values)
    slack = 1e-6 * (found.high - found.low)
    assert found.low - slack <= min(values)
    assert max(values) <= found.high + slack
    assert all(0 <= found.share(value) <= 1 for value in values)
    assert 2 <= len(found.ticks) <= 12


@settings(max_examples=300, deadline=None)
@given(values=POSITIVE)
def test_every_value_is_inside_in_equal_ratios(values: list[float]) -> None:
    found = scale(values, is_log=True)
    assert 0 < found.low <= min(values) * (1 + 1e-6)
    assert max(values) * (1 - 1e-6) <= found.high
    shares = [found.share(value) for value in sorted(values)]
    assert shares == sorted(shares)
    assert 2 <= len(found.ticks) <= 13


def test_ends_are_round() -> None:
    assert (scale([41.0, 106.7]).low, scale([41.0, 106.7]).high) == (40.0, 120.0)
    assert [tick.value for tick in scale([41.0, 106.7], is_log=True).ticks] == [20, 50, 100, 200]
    assert [tick.value for tick in scale([0.01, 100.0], is_log=True).ticks] == [
        pytest.approx(value) for value in (0.01, 0.1, 1, 10, 100)
    ]


def test_one_value_has_a_scale() -> None:
    assert scale([1000.0]).low <= 1000 < scale([1000.0]).high
    assert scale([0.0]).high > 0
    assert scale([10.0], is_log=True).ticks[0].value == 10
    assert axis([], [], is_log=False) is None


def test_a_bound_below_zero_ends_at_the_low_end_of_a_logarithmic_axis() -> None:
    found = scale([5.0], -1.0, 30.0, is_log=True)
    assert (found.low, found.high) == (5.0, 50.0)
    assert found.share(-1.0) == 0


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_values_without_a_logarithm_are_refused(value: float) -> None:
    with pytest.raises(NotPositive, match=f"{value:g}"):
        axis([value, 1.0], [], is_log=True)
