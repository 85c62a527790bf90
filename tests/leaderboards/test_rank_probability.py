"""The chance of being first, against cases whose answer is known."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import norm

from leaderboards.rank_probability import probability_of_rank_one
from leaderboards.ratings import FitSettings, fit
from tests import real_votes
from tests.leaderboards.counting import from_real, from_rows


def test_two_models_are_first_as_often_as_their_difference_is_positive() -> None:
    result = fit(from_rows("AB", [[0, 1, 53, 47, 0, 0]]))
    # The two ratings mirror each other, so the difference has twice the error of each.
    better, worse = result.ratings
    chance = norm.cdf((better.rating - worse.rating) / (2 * better.standard_error))
    first = probability_of_rank_one(result, draws=40_000)
    assert first["A"] == pytest.approx(chance, abs=0.01)
    assert first["A"] + first["B"] == pytest.approx(1)


def test_equal_models_share_the_first_rank() -> None:
    pairs = [[i, j, 50, 50, 10, 0] for i in range(4) for j in range(i)]
    first = probability_of_rank_one(fit(from_rows("ABCD", pairs)), draws=40_000)
    assert list(first.values()) == pytest.approx([0.25] * 4, abs=0.01)


def test_what_two_models_share_in_uncertainty_does_not_part_them() -> None:
    """A and B are sure of their difference and unsure of all else: their intervals overlap."""
    pairs = [[0, 1, 5_500, 4_500, 0, 0], [0, 2, 6, 4, 0, 0], [1, 2, 6, 4, 0, 0]]
    result = fit(from_rows("ABC", pairs))
    rating = {row.model: row for row in result.ratings}
    assert rating["B"].upper > rating["A"].lower
    first = probability_of_rank_one(result)
    assert first["B"] < 0.001
    assert first["A"] + first["C"] == pytest.approx(1, abs=0.001)


def test_all_real_models_are_named_best_first_and_sum_to_one() -> None:
    result = fit(from_real(real_votes.counts()))
    first = probability_of_rank_one(result)
    assert list(first) == [row.model for row in result.ratings]
    assert sum(first.values()) == pytest.approx(1)
    assert max(first, key=lambda model: first[model]) == result.ratings[0].model
    assert first[result.ratings[-1].model] == 0
    assert probability_of_rank_one(result) == first


def test_models_out_of_reach_are_first_in_none_of_the_draws() -> None:
    """Leaving them out of the draws is exact for as many draws as anybody takes."""
    result = fit(from_real(real_votes.counts()))
    rows = np.random.default_rng(1).multivariate_normal(
        [row.rating for row in result.ratings], result.covariance, 20_000, method="eigh"
    )
    share = np.bincount(rows.argmax(axis=1), minlength=len(result.ratings)) / 20_000
    first = probability_of_rank_one(result, draws=20_000)
    assert list(first.values()) == pytest.approx(share, abs=0.015)


def test_the_covariance_belongs_to_the_ratings_in_their_order() -> None:
    result = fit(from_real(real_votes.counts()), FitSettings(reweight_below=50))
    errors = np.sqrt(np.diag(result.covariance))
    assert [row.standard_error for row in result.ratings] == pytest.approx(errors)
    # All 129 are rated, and their mean is the anchor.
    assert result.covariance.sum() == pytest.approx(0, abs=1e-6)


def test_nobody_rated_nobody_first() -> None:
    result = fit(from_rows("AB", [[0, 1, 1, 0, 0, 0]]))
    assert probability_of_rank_one(result) == {}
    assert probability_of_rank_one(dataclasses.replace(result, unrated=())) == {}
