"""Tiers and rank spreads on intervals made by hand."""

from leaderboards.ratings import Fit, Rating, fit
from leaderboards.tiers import Placing, tiers
from tests import real_votes
from tests.leaderboards.counting import from_real


def fit_of(*bounds: tuple[float, float]) -> Fit:
    """A fit with these (lower, upper) bounds, best first, models named A, B, C and so on."""
    ratings = tuple(
        Rating(
            model=chr(ord("A") + index),
            rating=(lower + upper) / 2,
            standard_error=(upper - lower) / 3.92,
            lower=lower,
            upper=upper,
            votes=100,
        )
        for index, (lower, upper) in enumerate(bounds)
    )
    return Fit(ratings=ratings, unrated=(), votes=100, iterations=1, gradient_norm=0.0)


def test_models_that_overlap_share_a_tier_and_the_next_starts_where_they_end() -> None:
    assert tiers(fit_of((95, 105), (90, 100), (80, 90), (84, 86), (60, 70))) == (
        Placing("A", tier=1, rank_best=1, rank_worst=2),
        Placing("B", tier=1, rank_best=1, rank_worst=3),
        Placing("C", tier=2, rank_best=2, rank_worst=4),
        Placing("D", tier=2, rank_best=3, rank_worst=4),
        Placing("E", tier=3, rank_best=5, rank_worst=5),
    )


def test_intervals_that_touch_are_not_told_apart() -> None:
    first, second = tiers(fit_of((100, 110), (90, 100)))
    assert (first.tier, first.rank_best, first.rank_worst) == (1, 1, 2)
    assert (second.tier, second.rank_best, second.rank_worst) == (1, 1, 2)


def test_a_tier_is_measured_from_its_leader_and_does_not_creep_down_a_chain() -> None:
    chain = tiers(fit_of((100, 110), (94, 104), (88, 98), (82, 92)))
    assert [row.tier for row in chain] == [1, 1, 2, 2]


def test_a_wide_interval_below_a_cut_stays_in_the_lower_tier() -> None:
    placings = tiers(fit_of((100, 110), (80, 90), (50, 115)))
    assert [row.tier for row in placings] == [1, 2, 2]
    assert (placings[2].rank_best, placings[2].rank_worst) == (1, 3)


def test_no_rated_model_no_tier() -> None:
    assert tiers(fit_of()) == ()


def test_rank_spreads_of_real_votes_count_the_intervals_above_and_below() -> None:
    result = fit(from_real(real_votes.counts()))
    for row, placing in zip(result.ratings, tiers(result), strict=True):
        assert placing.model == row.model
        assert placing.rank_best == 1 + sum(o.lower > row.upper for o in result.ratings)
        assert placing.rank_worst == 129 - sum(o.upper < row.lower for o in result.ratings)
