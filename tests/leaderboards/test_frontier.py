"""The frontier against brute force on random sets with ties, and how likely a point is on it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboards.draws import Measure, drawn
from leaderboards.frontier import Better, Directions, non_dominated, probability_on_frontier

BOTH_UP = Directions(x="higher", y="higher")
# Few distinct values, so that almost every set has ties on one axis and many on both.
POINTS = st.lists(
    st.tuples(st.integers(-4, 4) | st.floats(-4, 4), st.integers(-4, 4)), min_size=0, max_size=40
)
DIRECTIONS = st.builds(
    Directions, x=st.sampled_from(["higher", "lower"]), y=st.sampled_from(["higher", "lower"])
)


def dominates(one: tuple[float, float], other: tuple[float, float], directions: Directions) -> bool:
    signs = [1 if better == "higher" else -1 for better in (directions.x, directions.y)]
    gains = [sign * (a - b) for sign, a, b in zip(signs, one, other, strict=True)]
    return min(gains) >= 0 and max(gains) > 0


def by_brute_force(points: list[tuple[float, float]], directions: Directions) -> list[bool]:
    return [not any(dominates(other, point, directions) for other in points) for point in points]


@settings(max_examples=1_000, deadline=None)
@given(points=POINTS, directions=DIRECTIONS)
def test_frontier_is_that_of_brute_force(
    points: list[tuple[float, float]], directions: Directions
) -> None:
    x, y = [point[0] for point in points], [point[1] for point in points]
    assert non_dominated(x, y, directions).tolist() == by_brute_force(points, directions)


@settings(max_examples=50, deadline=None)
@given(
    sets=st.integers(1, 6).flatmap(
        lambda size: st.lists(
            st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=size, max_size=size),
            min_size=1,
            max_size=5,
        )
    ),
    directions=DIRECTIONS,
)
def test_many_sets_at_once_are_each_a_set_of_its_own(
    sets: list[list[tuple[int, int]]], directions: Directions
) -> None:
    array = np.array(sets)
    at_once = non_dominated(array[..., 0], array[..., 1], directions)
    one_by_one = [by_brute_force([(*point,) for point in points], directions) for points in sets]
    assert at_once.tolist() == one_by_one


def test_equal_points_stand_together_and_a_tie_on_one_axis_is_decided_by_the_other() -> None:
    x, y = [2, 2, 2, 1], [5, 5, 4, 5]
    assert non_dominated(x, y, BOTH_UP).tolist() == [True, True, False, False]


@pytest.mark.parametrize(("x", "y"), [*product(["higher", "lower"], repeat=2)])
def test_a_single_point_is_on_every_frontier(x: Better, y: Better) -> None:
    assert non_dominated([3], [4], Directions(x=x, y=y)).tolist() == [True]


def test_every_point_of_a_long_falling_line_is_on_the_frontier() -> None:
    x = np.random.default_rng(1).permutation(200_000)
    assert non_dominated(x, -x, BOTH_UP).all()


def test_exact_points_are_on_the_frontier_always_or_never() -> None:
    x, y = [Measure(1.0), Measure(2.0), Measure(0.5)], [Measure(2.0), Measure(1.0), Measure(0.5)]
    assert probability_on_frontier(x, y, BOTH_UP) == [1.0, 1.0, 0.0]


def test_probability_is_that_of_one_normal_exceeding_another() -> None:
    """Equal x: who is on the frontier is who has the higher y, P = Phi(d / sqrt(s1^2 + s2^2))."""
    x = [Measure(1.0), Measure(1.0)]
    y = [Measure(10.0, 10 - 1.96, 10 + 1.96), Measure(9.0, 9 - 1.96, 9 + 1.96)]
    high, low = probability_on_frontier(x, y, BOTH_UP, draws=40_000)
    assert high == pytest.approx(0.7602, abs=0.01)
    assert high + low == pytest.approx(1.0)


def test_rows_of_one_model_share_the_draws_of_its_rating() -> None:
    """Two deployments of one model: the faster one is always on the frontier, the other never."""
    rating = Measure(1000.0, 900.0, 1100.0, shared="model-a")
    shares = probability_on_frontier([Measure(50.0), Measure(40.0)], [rating, rating], BOTH_UP)
    assert shares == [1.0, 0.0]
    apart = [rating, rating._replace(shared="model-b")]
    assert probability_on_frontier([Measure(50.0), Measure(40.0)], apart, BOTH_UP)[1] > 0.4


def test_draws_keep_the_ends_of_a_lopsided_interval() -> None:
    [column] = drawn([Measure(1.0, 0.9, 3.0)], draws=40_000).T
    assert (column < 0.9).mean() == pytest.approx(0.025, abs=0.004)
    assert (column > 3.0).mean() == pytest.approx(0.025, abs=0.004)
    assert (column > 1.0).mean() == pytest.approx(0.5, abs=0.01)


def test_draws_are_the_same_every_time_and_apart_by_stream() -> None:
    measures = [Measure(1.0, 0.0, 2.0), Measure(2.0)]
    assert (drawn(measures) == drawn(measures)).all()
    assert (drawn(measures)[:, 1] == 2.0).all()
    assert (drawn(measures) != drawn(measures, stream=1))[:, 0].all()
    assert drawn([]).shape == (1_000, 0)
