"""Covariance of the estimates that does not trust the model's own variance."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve

from leaderboards.arrays import FloatArray
from leaderboards.cross_products import CrossProducts
from leaderboards.design import Design
from leaderboards.likelihood import Optimum, chances


def sandwich(design: Design, optimum: Optimum) -> FloatArray:
    """Covariance of (theta, gamma) in logits^2: V = H^+ B H^+, B the spread of the scores.

    Huber 1967; as used for arenas by Chiang et al. 2024 (arXiv 2403.04132, section 4). A score is
    weight * (outcome - chance), so weights need not be variances, and a tie counted as half a win
    is not given the binomial variance, which would be too large.
    """
    scores = CrossProducts(design)
    for block in design.blocks():
        win, lose = chances(design.predictor(block, optimum.parameters))
        wins_a, wins_b, draws = block.votes
        squares = wins_a * lose**2 + wins_b * win**2 + draws * (win - 0.5) ** 2
        scores.add(block, block.weight**2 * squares)
    half_way = cho_solve(optimum.hessian_factor, scores.total())
    covariance = cho_solve(optimum.hessian_factor, half_way.T)
    return np.asarray((covariance + covariance.T) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Bread:
    """H^+ of a fit, for scores of some of its models: those with the numbers of `order`."""

    optimum: Optimum
    order: tuple[int, ...]

    def spread(self, scores: FloatArray) -> FloatArray:
        """Return H^+ applied to each row of scores (n_rows, n_models), whose sums are zero."""
        whole = np.zeros((len(self.optimum.parameters), len(scores)))
        whole[list(self.order)] = scores.T
        solved = cho_solve(self.optimum.hessian_factor, whole)
        return np.asarray(solved[list(self.order)].T)
