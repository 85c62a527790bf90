"""Bootstrap intervals: as wide as the sandwich, repeatable, and honest about resamples lost."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from leaderboards.bootstrap import TooFewResamplesError
from leaderboards.multinomial import Multinomial
from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import Fit, FitSettings, fit
from tests import real_votes
from tests.leaderboards.counting import from_real, from_rows
from tests.leaderboards.simulated import Truth, votes

BOOTSTRAP = FitSettings(interval="bootstrap")
MANY = FitSettings(interval="bootstrap", bootstrap_samples=1_000)


@pytest.fixture(scope="module")
def counts() -> PairCounts:
    """10,000 games of four players, evenly strong in steps of a third of a logit."""
    return votes(10_000, Truth(np.linspace(0, 1, 4)), seed=42).counts


def half_widths(result: Fit) -> dict[str, float]:
    return {row.model: (row.upper - row.lower) / 2 for row in result.ratings}


def test_both_kinds_of_interval_agree_within_ten_per_cent(counts: PairCounts) -> None:
    sandwich, bootstrap = fit(counts), fit(counts, MANY)
    assert half_widths(bootstrap) == pytest.approx(half_widths(sandwich), rel=0.1)
    for ours, theirs in zip(bootstrap.ratings, sandwich.ratings, strict=True):
        assert ours.rating == theirs.rating
        assert ours.standard_error == pytest.approx(theirs.standard_error, rel=0.1)
        assert ours.lower < ours.rating < ours.upper
    assert (
        np.abs(bootstrap.covariance - sandwich.covariance).max()
        < 0.1 * np.abs(sandwich.covariance).max()
    )


def test_they_agree_under_weights_and_terms(counts: PairCounts) -> None:
    truth = Truth(np.linspace(-0.5, 0.5, 5), left=0.2, gamma=np.array([0.5]))
    styled = votes(4_000, truth, seed=8)
    settings = FitSettings(terms=frozenset({"side", "style"}), reweight_below=450)
    resampled = dataclasses.replace(settings, interval="bootstrap", bootstrap_samples=400)
    sandwich, bootstrap = fit(styled, settings), fit(styled, resampled)
    assert half_widths(bootstrap) == pytest.approx(half_widths(sandwich), rel=0.15)
    for ours, theirs in zip(bootstrap.coefficients, sandwich.coefficients, strict=True):
        assert ours.value_logits == theirs.value_logits
        assert ours.standard_error_logits == pytest.approx(theirs.standard_error_logits, rel=0.15)


def test_on_real_votes_they_differ_by_the_noise_of_a_hundred_samples() -> None:
    """On average narrower by up to 4.5 %, as percentiles of a hundred samples are."""
    real = from_real(real_votes.counts())
    ours, theirs = half_widths(fit(real, BOOTSTRAP)), half_widths(fit(real))
    ratios = np.array([ours[model] / theirs[model] for model in theirs])
    assert 0.94 < ratios.mean() < 1
    assert np.abs(ratios - 1).max() < 0.4


def test_the_same_seed_gives_the_same_intervals(counts: PairCounts) -> None:
    assert fit(counts, BOOTSTRAP) == fit(counts, BOOTSTRAP)
    other = fit(counts, dataclasses.replace(BOOTSTRAP, seed=1))
    assert [row.rating for row in other.ratings] == [
        row.rating for row in fit(counts, BOOTSTRAP).ratings
    ]
    assert half_widths(other) != half_widths(fit(counts, BOOTSTRAP))


def test_draws_are_multinomial() -> None:
    """Their number is fixed; means, variances and covariances are those of the multinomial."""
    random = np.random.default_rng(5)
    votes = np.array([0.0, 3.0, 40.0, 400.0, 557.0])
    multinomial = Multinomial(votes)
    drawn = np.array([multinomial.draw(random) for _ in range(20_000)])
    assert set(drawn.sum(axis=1)) == {1_000}
    assert not drawn[:, 0].any()
    share = votes / 1_000
    expected = 1_000 * (np.diag(share) - np.outer(share, share))
    assert drawn.mean(axis=0) == pytest.approx(votes, abs=0.6)
    assert np.cov(drawn, rowvar=False) == pytest.approx(expected, rel=0.1, abs=4)
    seen = np.bincount(drawn[:, 1].astype(int), minlength=9)[:9]
    binomial = stats.binom(1_000, 0.003).pmf(np.arange(9)) * 20_000
    assert stats.chisquare(seen, binomial * seen.sum() / binomial.sum()).pvalue > 1e-3


@pytest.mark.parametrize("count", [1, 4, 30, 100, 101])
def test_counts_that_many_cells_share_are_binomial(count: int) -> None:
    """Also where zeros and larger counts lie between them; 101 has no table of its own."""
    votes = np.tile([float(count), 0.0, 150.0], 400)
    total, random, multinomial = int(votes.sum()), np.random.default_rng(3), Multinomial(votes)
    draws = np.array([multinomial.draw(random) for _ in range(250)])
    assert set(draws.sum(axis=1)) == {total}
    assert not draws[:, 1::3].any()
    drawn = draws[:, ::3].ravel().astype(int)
    binomial = stats.binom(total, count / total)
    assert drawn.mean() == pytest.approx(count, abs=5 * (count / len(drawn)) ** 0.5)
    assert drawn.var() == pytest.approx(binomial.var(), rel=0.02)
    # The ends are taken together, so that many draws are expected in every class.
    low, high = int(binomial.ppf(0.02)), int(binomial.ppf(0.98))
    seen = np.bincount(np.clip(drawn, low, high) - low, minlength=high - low + 1)
    chance = np.diff(binomial.cdf(np.arange(low - 1, high + 1)))
    chance[0], chance[-1] = binomial.cdf(low), binomial.sf(high - 1)
    assert stats.chisquare(seen, chance * len(drawn)).pvalue > 1e-3
    neighbours = np.corrcoef(draws[:, 0], draws[:, 3])[0, 1]
    assert abs(neighbours) < 5 / len(draws) ** 0.5


def test_three_votes_are_drawn_as_well() -> None:
    random = np.random.default_rng(5)
    multinomial = Multinomial(np.array([1.0, 2.0]))
    drawn = np.array([multinomial.draw(random) for _ in range(4_000)])
    assert set(drawn.sum(axis=1)) == {3}
    assert drawn[:, 0].mean() == pytest.approx(1, abs=0.05)


def test_resamples_that_cut_a_model_off_are_dropped_and_counted() -> None:
    """One win of twenty keeps C comparable; a resample without it has probability 0.36."""
    counts = from_rows("ABC", [[0, 1, 30, 20, 0, 0], [1, 2, 19, 1, 0, 0]])
    result = fit(counts, MANY)
    assert result.resamples_dropped / 1_000 == pytest.approx((1 - 1 / 70) ** 70, abs=0.05)
    assert all(math.isfinite(row.lower) and math.isfinite(row.upper) for row in result.ratings)
    assert fit(counts).resamples_dropped == 0


def test_where_most_are_dropped_there_is_no_bootstrap() -> None:
    rows = [[0, 1, 30, 20, 0, 0], [1, 2, 19, 1, 0, 0], [1, 3, 1, 19, 0, 0]]
    counts = from_rows("ABCD", rows)
    with pytest.raises(TooFewResamplesError, match="of 100 resamples cut a model or a term off"):
        fit(counts, BOOTSTRAP)
    assert len(fit(counts).ratings) == 4
