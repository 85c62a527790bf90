"""Ratings agree with the public arena's library and with the ratings that it published itself."""

import numpy as np
import pytest

from leaderboards.ratings import FitSettings, StyledCounts, fit
from tests import real_votes
from tests.golden.ratings import contextual, goldens
from tests.leaderboards.agreement import largest_difference, largest_half_width_difference
from tests.leaderboards.counting import from_real

# The name under which the arena anchored its scale, and the points it gave it.
_ANCHOR, _ANCHOR_ELO = "mixtral-8x7b-instruct-v0.1", 1114.0


def test_reweighted_ratings_of_all_real_votes_agree_with_arena_rank() -> None:
    """Where every pair weighs alike its ridge on the Hessian is next to nothing."""
    golden = goldens.load("arena_rank_leaderbot_reweighted")
    result = fit(from_real(real_votes.counts()), FitSettings(reweight_below=50))
    assert result.votes == 1_670_250
    assert largest_difference(result, golden, column="rating") <= 0.04
    assert largest_difference(result, golden, column="rating_converged") <= 0.0002
    assert largest_half_width_difference(result, golden) <= 0.002


def test_ratings_agree_with_those_the_arena_published_the_day_before_the_votes() -> None:
    """127 names are in both: one model of that very week stands under two names."""
    official = goldens.load("official_20240813")["ratings"]
    result = fit(from_real(real_votes.counts()))
    ours = {row.model: row.rating for row in result.ratings}
    assert len(ours.keys() & official.keys()) == 127
    shift = _ANCHOR_ELO - ours[_ANCHOR]
    differences = [
        abs(ours[model] + shift - official[model]["rating"])
        for model in ours.keys() & official.keys()
    ]
    assert np.mean(differences) <= 0.21
    assert max(differences) <= 2.7


def test_a_result_agrees_with_that_of_arena_rank_without_its_penalty() -> None:
    games = contextual.games()
    counts = StyledCounts.from_votes(
        **games.columns(), features=games.features, names=games.feature_names()
    )
    result = fit(counts, FitSettings(terms=frozenset({"style"}), reweight_below=50))
    golden = goldens.load("arena_rank_contextual")
    assert largest_difference(result, golden, column="rating") <= 0.001
    assert largest_half_width_difference(result, golden) <= 0.001
    ours = [row.value_logits for row in result.coefficients]
    assert ours == pytest.approx(golden["coefficients"], abs=1e-6)
