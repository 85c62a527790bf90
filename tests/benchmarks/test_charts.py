"""Where the marks of a chart stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.charts import AXIS_PX, PLOT_PX, Value, curve, forest


def value(
    number: float, *, lower: float | None = None, upper: float | None = None, x: float = 0.0
) -> Value:
    return Value(label="a", value=number, lower=lower, upper=upper, sample=3, x=x)


def percent(text: str) -> float:
    return float(text.removesuffix("%"))


def test_a_chart_of_nothing_is_none() -> None:
    assert forest([]) is None
    assert forest([value(float("nan"))]) is None
    assert curve([value(1.0)]) is None


def test_a_bar_ends_where_its_interval_does() -> None:
    drawn = forest([value(50.0, lower=25.0, upper=75.0), value(100.0)])

    assert drawn is not None
    first, second = drawn.marks
    assert percent(first.x) == pytest.approx(
        (percent(first.lower or "") + percent(first.upper or "")) / 2
    )
    assert percent(second.x) == 96.0
    assert [tick.value for tick in drawn.ticks] == [0, 25, 50, 75, 100]
    assert not drawn.is_log


def test_values_far_apart_stand_on_a_logarithmic_axis() -> None:
    drawn = forest([value(1.5), value(900.0)])

    assert drawn is not None
    assert drawn.is_log
    assert [tick.value for tick in drawn.ticks] == [1, 10, 100, 1000]


def test_a_sweep_is_joined_in_order_of_its_rates_and_shows_near_limits_only() -> None:
    drawn = curve(
        [value(4_000.0, x=1.0), value(500.0, x=0.1), value(900.0, x=0.5)],
        targets=(2_000, 60_000),
    )

    assert drawn is not None
    assert [dot.of.x for dot in drawn.dots] == [0.1, 0.5, 1.0]
    assert len(drawn.segments) == 2
    assert [target.value for target in drawn.targets] == [2_000]
    assert [tick.digits for tick in drawn.ticks] == [0, 2, 1, 2, 0]


finite = st.floats(min_value=0, max_value=1e9, allow_nan=False)


@given(st.lists(finite, min_size=1, max_size=20))
def test_no_mark_leaves_the_drawing(numbers: list[float]) -> None:
    drawn = forest([value(number) for number in numbers])
    over = curve([value(number, x=index) for index, number in enumerate(numbers)])

    assert drawn is not None
    assert all(0 <= percent(mark.x) <= 100 for mark in drawn.marks)
    if over is not None:
        assert all(0 <= dot.y <= PLOT_PX - AXIS_PX for dot in over.dots)
