"""Shares of tasks and of preferences, perplexity indices, the price of a point: pure and golden."""

from statistics import fmean, median

import pytest

from leaderboards import cells
from leaderboards.cost.quality import Score, per_quality
from leaderboards.proportions import wilson_interval
from leaderboards.quality.figures import (
    Preferences,
    perplexity_index,
    points,
    preferred,
    solved,
)


def test_repeats_with_as_many_tasks_are_averaged_as_the_mirror_averages_them() -> None:
    """A10: mean score; its speeds are medians and its first tokens means."""
    share = solved([(140, 200), (150, 200), (154, 200)])
    assert share.value == pytest.approx(fmean([0.70, 0.75, 0.77]))
    assert (share.lower, share.upper) == pytest.approx(wilson_interval(444, 600))
    assert share.sample == 600
    assert median([41.0, 76.0, 95.0]) == 76.0


def test_a_score_of_few_tasks_says_how_little_it_knows() -> None:
    """S0's two quantizations, 0.40 and 0.34 of 50 tasks, overlap."""
    low, high = solved([(17, 50)]), solved([(20, 50)])
    assert (low.lower, low.upper) == pytest.approx((0.224, 0.478), abs=5e-4)
    assert (high.lower, high.upper) == pytest.approx((0.276, 0.538), abs=5e-4)
    with pytest.raises(ValueError, match="trials"):
        solved([])


def test_a_judges_points_have_the_interval_of_their_error() -> None:
    share = points(8.1, out_of=10, error=0.1, answers=160)
    assert share.value == pytest.approx(0.81)
    assert share.sample == 160
    assert (share.lower, share.upper) == pytest.approx((0.7904, 0.8296), abs=1e-4)
    assert points(9.9, out_of=10, error=0.2, answers=9).upper == 1
    assert points(8.1, out_of=10, error=None, answers=160).lower is None


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (Preferences(wins=4), None),
        (Preferences(wins=5), 1.0),
        (Preferences(wins=2, ties=1, losses=2), 0.5),
        (Preferences(ties=5), 0.5),
        (Preferences(wins=3, ties=3, losses=4), 0.45),
        (Preferences(losses=5), 0.0),
    ],
)
def test_the_human_column_is_blank_below_five_preferences(
    found: Preferences, value: float | None
) -> None:
    """A11: (wins + 0.5 x ties) / preferences."""
    share = preferred(found)
    assert (share and share.value) == value
    if share is not None:
        assert (share.lower, share.upper) == wilson_interval(
            found.wins + found.ties / 2, found.count
        )


def test_the_perplexity_index_stays_inside_one_group() -> None:
    """A2: 7.3009 and 7.3998 differ by 1.35 % and are 1 and 0."""
    group = [7.3009, 7.3998, 7.35]
    assert perplexity_index(7.3009, group) == 1
    assert perplexity_index(7.3998, group) == 0
    assert perplexity_index(7.35, group) == pytest.approx((7.3998 - 7.35) / (7.3998 - 7.3009))
    assert "nothing else of this model" in str(perplexity_index(7.3, [7.3]))
    assert "the same perplexity" in str(perplexity_index(7.3, [7.3, 7.3]))


@pytest.mark.parametrize(("cost", "shown"), [(0.0013, "0.0013"), (0.0149, "0.0149")])
def test_the_price_of_a_point_is_that_of_the_mirror(cost: float, shown: str) -> None:
    """A12: mean cost / mean score, only above 0; with a score of about 1 it is the cost."""
    found = per_quality(cost, Score(value=1.0, measures="reference"))
    assert f"{found:.4f}" == shown
    assert per_quality(cost, Score(value=0.0, measures="reference")) == "the score is nothing"
    # The mirror's own score only asked for one letter or digit: such a point has no price here.
    assert "form" in str(per_quality(cost, Score(value=1.0, measures="format")))


def test_small_bounds_keep_their_decimals() -> None:
    cell = cells.measured(0.0019, unit="USD", as_of=None, lower=0.0018, upper=0.0021, decimals=6)
    assert (cell["lower"], cell["upper"]) == (0.0018, 0.0021)
