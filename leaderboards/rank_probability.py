"""How likely each model is the best one, given the uncertainty of the ratings."""

from typing import Final

import numpy as np

from leaderboards.ratings import Fit

# A model this many standard errors under the leader, both counted, is first in none of the draws.
_OUT_OF_REACH_ERRORS: Final = 6.0
_DIAGONAL_SPECK: Final = 1e-6


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
    drawn = np.random.default_rng(seed).multivariate_normal(
        mean=[fit.ratings[index].rating for index in contenders],
        cov=covariance,
        size=draws,
        method="cholesky",
    )
    first = np.bincount(drawn.argmax(axis=1), minlength=len(contenders)) / draws
    share = dict(zip(contenders, first.tolist(), strict=True))
    return {row.model: share.get(index, 0.0) for index, row in enumerate(fit.ratings)}
