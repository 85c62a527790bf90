"""How likely each model is the best one, given the uncertainty of the ratings."""

from typing import Final

import numpy as np

from leaderboards.arrays import FloatArray
from leaderboards.ratings import Fit

# A model this many standard errors under the leader, both counted, is first in none of the draws;
# nor is one this many of its own under the lowest of the highest ratings that were drawn.
_OUT_OF_REACH_ERRORS: Final = 6.0
_DIAGONAL_SPECK: Final = 1e-6
_BLOCK: Final = 128
"""Models whose ratings are drawn together, best first, until the next ones are out of reach."""


def probability_of_rank_one(fit: Fit, *, draws: int = 10_000, seed: int = 0) -> dict[str, float]:
    """Share of draws from N(ratings, covariance) in which a model has the highest rating.

    Every rated model is named, the shares sum to 1, and the same fit and seed give the same
    shares. Their own standard error is at most 0.5 / sqrt(draws).
    """
    if not fit.ratings:
        return {}
    leader = fit.ratings[0]
    contenders = [
        index
        for index, row in enumerate(fit.ratings)
        if leader.rating - row.rating
        <= _OUT_OF_REACH_ERRORS * (leader.standard_error + row.standard_error)
    ]
    covariance = fit.covariance[np.ix_(contenders, contenders)]
    # The ratings sum to a constant, so this can be singular. A speck more on the diagonal lets
    # Cholesky pass, whose draws, unlike those from eigenvectors, are the same on every machine.
    np.fill_diagonal(covariance, np.diag(covariance) * (1 + _DIAGONAL_SPECK))
    mean = np.array([fit.ratings[index].rating for index in contenders])
    first = _counts_first(mean, covariance, np.random.default_rng(seed), draws) / draws
    share = dict(zip(contenders, first.tolist(), strict=True))
    return {row.model: share.get(index, 0.0) for index, row in enumerate(fit.ratings)}


def _counts_first(
    mean: FloatArray, covariance: FloatArray, rng: np.random.Generator, draws: int
) -> FloatArray:
    """In how many draws from N(mean, covariance) each one, sorted by mean, is the highest (n,).

    The draws are those of rng.multivariate_normal(method="cholesky"). A Cholesky factor is
    triangular, so the first ratings of a draw need none of what the later ones are made of.
    """
    count = len(mean)
    normal = rng.standard_normal((draws, count))
    factor = np.linalg.cholesky(covariance)
    reach = mean + _OUT_OF_REACH_ERRORS * np.sqrt(np.diag(covariance))
    highest, who = np.full(draws, -np.inf), np.zeros(draws, dtype=np.int64)
    for start in range(0, count, _BLOCK):
        if reach[start:].max() < highest.min():
            break
        end = min(start + _BLOCK, count)
        drawn = mean[start:end] + normal[:, :end] @ factor[start:end, :end].T
        best = drawn.argmax(axis=1)
        rating = drawn[np.arange(draws), best]
        is_higher = rating > highest
        highest[is_higher], who[is_higher] = rating[is_higher], start + best[is_higher]
    return np.bincount(who, minlength=count).astype(np.float64)
