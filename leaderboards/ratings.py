"""Bradley-Terry ratings on the Elo scale with sandwich intervals, from counts of votes.

Model i beats model j with probability 1 / (1 + exp(theta_j - theta_i)); theta is the maximum of
the likelihood (Bradley and Terry 1952). A tie and a "both bad" each count as half a win for both
sides, as the public arenas count them. Only counts enter, so the time of a fit does not grow with
the number of votes. Theta is in logits, ratings are in Elo points.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit, ndtri

from leaderboards.connectivity import Reason, main_component, reasons
from leaderboards.pair_counts import FloatArray, PairCounts

__all__ = [
    "BASE",
    "CONFIDENCE",
    "MEAN_RATING",
    "SCALE",
    "Fit",
    "PairCounts",
    "Rating",
    "Reason",
    "Unrated",
    "fit",
]

SCALE: Final = 400.0
"""Elo points over which the odds of winning grow by the factor BASE."""
BASE: Final = 10.0
MEAN_RATING: Final = 1000.0
"""The anchor: mean rating of all models in the fit, in Elo points."""
CONFIDENCE: Final = 0.95
"""Two-sided coverage of every interval."""

_ELO_PER_LOGIT: Final = SCALE / float(np.log(BASE))
_STEP_TOLERANCE_LOGITS: Final = 1e-10
# Farther out the curvature of a pair is another one: a longer step can leave the Hessian singular.
_LONGEST_STEP_LOGITS: Final = 2.0
# A gradient this small beside the terms it sums is zero to rounding: no step can improve on it.
_GRADIENT_ROUNDING: Final = 1e-14
_MAX_ITERATIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Rating:
    """One rated model; rating, error and bounds in Elo points, `votes` are those in the fit."""

    model: str
    rating: float
    standard_error: float
    lower: float
    upper: float
    votes: int


@dataclass(frozen=True, slots=True)
class Unrated:
    """One model without a rating, the reason, and all its votes."""

    model: str
    reason: Reason
    votes: int


@dataclass(frozen=True, slots=True)
class Fit:
    """Ratings of one set of counts, best first, and how the solver ended.

    `votes` entered the fit: those between two models of the main component.
    `gradient_norm` is the largest |points taken - points expected| of any model, in votes.
    """

    ratings: tuple[Rating, ...]
    unrated: tuple[Unrated, ...]
    votes: int
    iterations: int
    gradient_norm: float


class _Optimum(NamedTuple):
    theta: FloatArray
    hessian_factor: tuple[FloatArray, bool]
    iterations: int
    gradient_norm: float


def fit(counts: PairCounts) -> Fit:
    """Rate every model that the votes join both ways with the main component.

    Votes across the border of the component say only that one side always lost, which no finite
    rating can express; they stay out.

    Raises ArithmeticError if Newton's method does not converge.
    """
    wins, draws = counts.wins(), counts.draws()
    component = main_component(counts.models, wins, draws)
    reason_of = dict(zip(counts.models, reasons(wins, draws, component), strict=True))
    votes_of = dict(zip(counts.models, (wins + wins.T + draws).sum(axis=1), strict=True))
    unrated = tuple(
        Unrated(model=model, reason=reason, votes=int(votes_of[model]))
        for model, reason in reason_of.items()
        if reason is not None
    )
    if not component.any():
        return Fit(ratings=(), unrated=unrated, votes=0, iterations=0, gradient_norm=0.0)

    inside = np.ix_(component, component)
    wins, draws = wins[inside], draws[inside]
    optimum = _maximise_likelihood(wins, draws)
    rating = MEAN_RATING + _ELO_PER_LOGIT * optimum.theta
    standard_error = _ELO_PER_LOGIT * _sandwich_standard_errors(wins, draws, optimum)
    half_width = float(ndtri(0.5 + CONFIDENCE / 2)) * standard_error
    votes = (wins + wins.T + draws).sum(axis=1)
    names = [model for model, kept in zip(counts.models, component, strict=True) if kept]
    rows = (
        Rating(
            model=model,
            rating=float(rating[index]),
            standard_error=float(standard_error[index]),
            lower=float(rating[index] - half_width[index]),
            upper=float(rating[index] + half_width[index]),
            votes=int(votes[index]),
        )
        for index, model in enumerate(names)
        if reason_of[model] is None
    )
    return Fit(
        ratings=tuple(sorted(rows, key=lambda row: (-row.rating, row.model))),
        unrated=unrated,
        votes=int(votes.sum()) // 2,
        iterations=optimum.iterations,
        gradient_norm=optimum.gradient_norm,
    )


def _maximise_likelihood(wins: FloatArray, draws: FloatArray) -> _Optimum:
    """Newton's method with step halving on sum(theta) = 0; matrices (n, n), strongly connected."""
    points = wins + draws / 2
    games = points + points.T
    theta = np.zeros(len(wins))
    loss = _negative_log_likelihood(theta, points)
    for iteration in range(_MAX_ITERATIONS):
        win_probability = expit(theta[:, np.newaxis] - theta)
        # Points taken less points expected, written so that no large numbers cancel.
        surplus = points * win_probability.T
        gradient = (surplus - surplus.T).sum(axis=1)
        hessian = _laplacian(games * win_probability * win_probability.T)
        factor = _factor_on_sum_zero(hessian)
        step = cho_solve(factor, gradient)
        step -= step.mean()
        gradient_norm = float(np.abs(gradient).max())
        at_rounding = gradient_norm <= _GRADIENT_ROUNDING * surplus.sum(axis=1).max()
        if np.abs(step).max() <= _STEP_TOLERANCE_LOGITS or at_rounding:
            return _Optimum(theta, factor, iteration, gradient_norm)
        length = min(1.0, _LONGEST_STEP_LOGITS / float(np.abs(step).max()))
        # The slack lets the last steps through, whose gain is below the rounding of the loss.
        while (next_loss := _negative_log_likelihood(theta + length * step, points)) > loss * (
            1 + 1e-12
        ):
            length /= 2
        theta, loss = theta + length * step, next_loss
    raise ArithmeticError(f"Bradley-Terry fit: no convergence in {_MAX_ITERATIONS} Newton steps")


def _negative_log_likelihood(theta: FloatArray, points: FloatArray) -> float:
    return float((points * np.logaddexp(0, theta - theta[:, np.newaxis])).sum())


def _laplacian(weights: FloatArray) -> FloatArray:
    """Sum over pairs of weight * (e_i - e_j)(e_i - e_j)^T, from symmetric weights (n, n)."""
    return np.asarray(np.diag(weights.sum(axis=1)) - weights)


def _factor_on_sum_zero(hessian: FloatArray) -> tuple[FloatArray, bool]:
    """Cholesky factor of the Hessian plus a rank-one term along (1, ..., 1), which it lacks.

    The term changes nothing on vectors of sum zero, so it is exact and not a regularisation.
    """
    return cho_factor(hessian + np.trace(hessian) / len(hessian) ** 2)


def _sandwich_standard_errors(wins: FloatArray, draws: FloatArray, optimum: _Optimum) -> FloatArray:
    """Standard errors (n,) in logits: root of diag(H^+ B H^+), B the spread of the scores.

    Huber 1967; as used for arenas by Chiang et al. 2024 (arXiv 2403.04132, section 4). Robust to
    ties counted as half wins, for which the binomial variance would be too large.
    """
    lose_probability = expit(optimum.theta - optimum.theta[:, np.newaxis])
    won = wins * lose_probability**2
    spread = _laplacian(won + won.T + draws * (lose_probability - 0.5) ** 2)
    half_way = cho_solve(optimum.hessian_factor, spread)
    variances = np.diag(cho_solve(optimum.hessian_factor, half_way.T))
    # A model with ties alone may have none, to rounding on either side of zero.
    return np.asarray(np.sqrt(np.maximum(variances, 0)))
