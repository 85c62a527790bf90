"""Votes drawn from known ratings, and the slow textbook likelihood to check the fast one with."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from leaderboards.context import StyledCounts
from leaderboards.ratings import Fit

STYLE = ("length", "headers", "lists", "bold")
ELO_PER_LOGIT = 400 / np.log(10)


class Truth(NamedTuple):
    """Log-odds: theta (n_models,), what is added for the left side, and per unit of each style."""

    theta: NDArray[np.float64]
    left: float = 0.0
    same_maker: float = 0.0
    gamma: NDArray[np.float64] = np.zeros(4)


def votes(
    n_votes: int, truth: Truth, makers: Mapping[str, str] | None = None, *, seed: int
) -> StyledCounts:
    """Single votes, a quarter of them ties whatever the models, with features of style."""
    random = np.random.RandomState(seed)
    n_models = len(truth.theta)
    a = random.randint(n_models, size=n_votes)
    b = (a + random.randint(1, n_models, size=n_votes)) % n_models
    features = np.tanh(random.normal(size=(n_votes, len(truth.gamma))))
    names = np.array([f"m{index}" for index in range(n_models)])
    odds = truth.theta[a] - truth.theta[b] + truth.left + features @ truth.gamma
    if makers is not None:
        maker = np.array([makers[name] for name in names])
        odds = odds + truth.same_maker * (maker[a] == maker[b])
    # The mean score of a vote is exactly the model's: ties take as much from either side.
    win = expit(odds)
    tie = np.minimum(win, 1 - win) / 2
    drawn = random.random_sample(n_votes)
    winner = np.where(drawn < tie, "tie", np.where(drawn < win + tie / 2, "model_a", "model_b"))
    return StyledCounts.from_votes(
        names[a].tolist(), names[b].tolist(), winner.tolist(), features, STYLE[: len(truth.gamma)]
    )


class Textbook(NamedTuple):
    """Estimates (theta, gamma) in logits and their sandwich covariance, from a dense matrix."""

    parameters: NDArray[np.float64]
    covariance: NDArray[np.float64]


def textbook(
    styled: StyledCounts, columns: NDArray[np.float64], weight: NDArray[np.float64]
) -> Textbook:
    """Maximise by a quasi-Newton method with one design row per row of counts.

    `columns` (n_rows, n_terms) are added as they are, `weight` (n_rows,) is what a vote counts.
    """
    counts = styled.counts
    n_models, n_rows = len(counts.models), len(counts.a)
    design = np.zeros((n_rows, n_models + columns.shape[1]))
    design[np.arange(n_rows), counts.a] = 1
    design[np.arange(n_rows), counts.b] = -1
    design[:, n_models:] = columns
    draws = counts.ties + counts.both_bad
    won, lost = weight * (counts.wins_a + draws / 2), weight * (counts.wins_b + draws / 2)

    def loss(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = design @ x
        value = won @ np.logaddexp(0, -odds) + lost @ np.logaddexp(0, odds)
        return float(value), design.T @ ((won + lost) * expit(odds) - won)

    found = minimize(
        loss, np.zeros(design.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-7 * won.sum()}
    ).x
    p = expit(design @ found)
    bread = np.linalg.pinv(design.T @ (design * ((won + lost) * p * (1 - p))[:, np.newaxis]))
    squares = weight**2 * (
        counts.wins_a * (1 - p) ** 2 + counts.wins_b * p**2 + draws * (0.5 - p) ** 2
    )
    covariance = bread @ (design.T @ (design * squares[:, np.newaxis])) @ bread
    found[:n_models] -= found[:n_models].mean()
    return Textbook(found, covariance)


def logits(result: Fit) -> NDArray[np.float64]:
    """Ratings in logits about their mean, in the order of the models' numbers."""
    rows = sorted(result.ratings, key=lambda row: int(row.model[1:]))
    return np.array([(row.rating - 1000) / ELO_PER_LOGIT for row in rows])
