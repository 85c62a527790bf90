"""Covariance of the estimates that does not trust the model's own variance."""

import numpy as np
from scipy.linalg import cho_solve

from leaderboards.arrays import FloatArray
from leaderboards.design import Design
from leaderboards.likelihood import Optimum


def sandwich(design: Design, optimum: Optimum) -> FloatArray:
    """Covariance of (theta, gamma) in logits^2: V = H^+ B H^+, B the spread of the scores.

    Huber 1967; as used for arenas by Chiang et al. 2024 (arXiv 2403.04132, section 4). A score is
    weight * (outcome - chance), so weights need not be variances, and a tie counted as half a win
    is not given the binomial variance, which would be too large.
    """
    squares = design.weight**2 * (
        design.wins_a * optimum.lose**2
        + design.wins_b * optimum.win**2
        + design.draws * (optimum.win - 0.5) ** 2
    )
    half_way = cho_solve(optimum.hessian_factor, design.cross_products(squares))
    covariance = cho_solve(optimum.hessian_factor, half_way.T)
    return np.asarray((covariance + covariance.T) / 2)
