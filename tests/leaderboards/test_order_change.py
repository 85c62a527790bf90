"""By how little weights must move before another score leads."""

import pytest

from leaderboards.composite import Norms, composite
from leaderboards.order_change import smallest_change
from leaderboards.presets import Weights

AGGREGATE = Weights(70, 20, 10)
LEADER, OTHER = Norms(90, 40, 20), Norms(80, 60, 10)


def test_the_nearest_weight_at_which_both_are_level_is_found() -> None:
    change = smallest_change(AGGREGATE, [LEADER, OTHER], leader=0)
    assert change is not None
    assert (change.dimension, change.letter, change.challenger) == (1, "g", 1)
    assert change.weight == pytest.approx(100 / 3)
    assert change.moved == pytest.approx(100 / 3 - 20)
    # The others in proportion, 7 to 1, the two have one score.
    rest = 100 - change.weight
    moved = Weights(rest * 7 / 8, change.weight, rest / 8)
    assert composite(moved, LEADER) == pytest.approx(composite(moved, OTHER))


def test_one_that_is_behind_everywhere_never_leads() -> None:
    assert smallest_change(AGGREGATE, [LEADER, Norms(80, 30, 10)], leader=0) is None


def test_members_without_a_score_and_equal_ones_take_no_part() -> None:
    members = [LEADER, Norms(None, 100, 100), LEADER]
    assert smallest_change(AGGREGATE, members, leader=0) is None


def test_a_dimension_without_weight_need_not_be_known() -> None:
    weights = Weights(50, 50, 0)
    change = smallest_change(weights, [Norms(90, 40, None), Norms(40, 80, None)], leader=0)
    assert change is not None
    # Quality is 50 ahead and speed 40 behind: level at 44.4 % of quality and 55.6 % of speed.
    assert change.weight == pytest.approx(100 * 40 / 90)
    assert change.dimension == 0
