"""Pure: the likelihood of builds whose opponents are held at the ratings of a joint fit.

Build g won the votes y (1, 1/2, 0) against opponents o with weights w. Its strength t_g solves

    U_g = sum w (y - p) = 0,   p = 1 / (1 + exp(-(t_g - theta_o)))

and theta_o are estimates themselves. Both sets of equations stacked, the covariance is Huber's
sandwich with the bread of both (Murphy and Topel 1985, J. Bus. Econ. Stat. 3:370; Stefanski and
Boos 2002, The American Statistician 56:29):

    t^ - t = K (theta^ - theta) + U / A,   A_g = sum w p (1 - p),   K_go = w p (1 - p) / A_g
    V_tt = K V K' + C K' / A + K C' / A + M / A A',   V_t,theta = K V + C / A
    C = cov(U, theta^) = N H^+,   N_g = sum w^2 (y - p)(y - p_joint)(e_model - e_o)

V and H are those of the joint fit, M_gh = sum w^2 (y - p)_g (y - p)_h over the votes that g and h
share. C is there because the votes of a build are votes of the joint fit, too.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
from scipy.special import expit

from leaderboards.arrays import FloatArray, IntArray
from leaderboards.fit_settings import FitSettings
from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import ELO_PER_LOGIT, MEAN_RATING, Fit, votes_that_count

_STEP_TOLERANCE_LOGITS: Final = 1e-10
_MAX_ITERATIONS: Final = 200


class Build(NamedTuple):
    """A model in one quantization; None where a deployment does not state its own."""

    model: str
    quantization: str | None


class BuildVotes(NamedTuple):
    """Votes between one build and another, whoever stood on the left.

    A pair of builds that are both told of stands in both orders.
    """

    build: Build
    opponent: Build
    wins: int
    losses: int
    ties: int
    both_bad: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Return wins, losses, ties and both bad."""
        return self.wins, self.losses, self.ties, self.both_bad


class Estimates(NamedTuple):
    """Ratings of the builds (n_builds,) in Elo points; covariance of models, then builds."""

    ratings: FloatArray
    covariance: FloatArray
    """(n_models + n_builds) square, in squared Elo points."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Votes of builds by row: of build `build[k]` against model `opponent[k]` of the joint fit.

    `outcomes` (3, n_rows) are wins, losses and draws that count, `weight` is what each of them
    counts; `partner` is the number of the opponent where that is one of the builds, else -1.
    """

    builds: tuple[Build, ...]
    own: IntArray
    """Number of each build's model in the joint fit (n_builds,)."""
    build: IntArray
    opponent: IntArray
    partner: IntArray
    outcomes: FloatArray
    weight: FloatArray

    @classmethod
    def of(
        cls,
        joint: Fit,
        counted: PairCounts,
        votes: Iterable[BuildVotes],
        *,
        settings: FitSettings,
        builds: Collection[Build] | None = None,
    ) -> Self:
        """The votes between two models that the fit rates, as its settings count them.

        `counted` are the votes of the joint fit, from which a pair has its weight; `builds` are
        all, or only these.
        """
        number = {row.model: index for index, row in enumerate(joint.ratings)}
        rows = [
            row
            for row in votes
            if row.build.model in number
            and row.opponent.model in number
            and (builds is None or row.build in builds)
        ]
        index = {build: k for k, build in enumerate(sorted({row.build for row in rows}))}
        counts = np.array([row.counts for row in rows], dtype=np.float64).reshape(-1, 4).T
        wins, losses, tied, bad = counts
        draws = tied * (settings.ties == "half") + bad * (settings.both_bad == "half")
        own = _integers(number[row.build.model] for row in rows)
        opponent = _integers(number[row.opponent.model] for row in rows)
        return cls(
            builds=tuple(index),
            own=_integers(number[build.model] for build in index),
            build=_integers(index[row.build] for row in rows),
            opponent=opponent,
            partner=_integers(index.get(row.opponent, -1) for row in rows),
            outcomes=np.array([wins, losses, draws]),
            weight=_weights(joint, counted, settings)[own, opponent],
        )

    def totals(self) -> FloatArray:
        """Wins, losses and draws of each build (3, n_builds)."""
        n = len(self.builds)
        return np.array([np.bincount(self.build, row, minlength=n) for row in self.outcomes])


def estimated(joint: Fit, scores: Scores) -> Estimates:
    """Maximise the likelihood of every build; each must have a finite maximum.

    Raises ArithmeticError if Newton's method does not converge.
    """
    theta = _logits(joint)
    strength = _strengths(scores, theta)
    wins, losses, draws = scores.outcomes
    p = expit(strength[scores.build] - theta[scores.opponent])
    of_joint = expit((theta[scores.own])[scores.build] - theta[scores.opponent])
    curvature = scores.weight * (wins + losses + draws) * p * (1 - p)
    a = _sums(scores, curvature)
    n, shape = len(theta), (len(scores.builds), len(theta))
    k = np.zeros(shape)
    np.add.at(k, (scores.build, scores.opponent), curvature / a[scores.build])
    shared = scores.weight**2 * (
        wins * (1 - p) * (1 - of_joint)
        + losses * p * of_joint
        + draws * (0.5 - p) * (0.5 - of_joint)
    )
    scored = np.zeros(shape)
    np.add.at(scored, (scores.build, scores.opponent), -shared)
    np.add.at(scored, (np.arange(shape[0]), scores.own), _sums(scores, shared))
    assert joint.bread is not None  # noqa: S101  it has just been fitted
    both = joint.bread.spread(scored) / a[:, np.newaxis]
    models = joint.covariance / ELO_PER_LOGIT**2
    with_models = k @ models + both
    own = k @ models @ k.T + both @ k.T + k @ both.T + _meat(scores, p) / np.outer(a, a)
    covariance = np.empty((n + shape[0], n + shape[0]))
    covariance[:n, :n], covariance[n:, n:] = models, (own + own.T) / 2
    covariance[n:, :n], covariance[:n, n:] = with_models, with_models.T
    return Estimates(MEAN_RATING + ELO_PER_LOGIT * strength, ELO_PER_LOGIT**2 * covariance)


def _strengths(scores: Scores, theta: FloatArray) -> FloatArray:
    """Newton's method on every build at once (n_builds,), from the strength of its model.

    A step of length d becomes ln(1 + d): the third derivative of a logistic likelihood is below
    its second, so that each such step gains and the last ones stay full (Sun and Tran-Dinh 2019,
    Mathematical Programming 178:145).
    """
    wins, losses, draws = scores.outcomes
    votes, points = wins + losses + draws, wins + draws / 2
    here = theta[scores.own]
    for _ in range(_MAX_ITERATIONS):
        p = expit(here[scores.build] - theta[scores.opponent])
        slope = _sums(scores, scores.weight * (points - votes * p))
        step = slope / _sums(scores, scores.weight * votes * p * (1 - p))
        if np.abs(step).max(initial=0) <= _STEP_TOLERANCE_LOGITS:
            return here
        here = here + np.sign(step) * np.log1p(np.abs(step))
    raise ArithmeticError(f"builds: no convergence in {_MAX_ITERATIONS} Newton steps")


def _meat(scores: Scores, p: FloatArray) -> FloatArray:
    """M (n_builds, n_builds): products of scores over the votes of a build, or of two that met."""
    wins, losses, draws = scores.outcomes
    square = scores.weight**2
    meat = np.diag(
        _sums(scores, square * (wins * (1 - p) ** 2 + losses * p**2 + draws * (0.5 - p) ** 2))
    )
    met = np.flatnonzero(scores.partner >= 0)
    g, h = scores.build[met], scores.partner[met]
    # The row of the partner's side: its chance there is not 1 - p, each being its own estimate.
    row_of = {pair: k for k, pair in zip(met, zip(g, h, strict=True), strict=True)}
    other = p[[row_of[pair] for pair in zip(h, g, strict=True)]]
    mine = p[met]
    meat[g, h] += square[met] * (
        draws[met] * (0.5 - mine) * (0.5 - other)
        - wins[met] * (1 - mine) * other
        - losses[met] * mine * (1 - other)
    )
    return meat


def _weights(joint: Fit, counted: PairCounts, settings: FitSettings) -> FloatArray:
    """What a vote between two models counts (n_models, n_models), in the order of the ratings."""
    n = len(joint.ratings)
    if settings.reweight_below is None:
        return np.ones((n, n))
    kept = votes_that_count(counted, settings)
    between = kept.wins() + kept.wins().T + kept.draws()
    index = {model: number for number, model in enumerate(counted.models)}
    order = [index[row.model] for row in joint.ratings]
    return np.asarray(1 / np.maximum(between[np.ix_(order, order)], settings.reweight_below))


def _logits(joint: Fit) -> FloatArray:
    return np.array([(row.rating - MEAN_RATING) / ELO_PER_LOGIT for row in joint.ratings])


def _sums(scores: Scores, values: FloatArray) -> FloatArray:
    """Sums by build (n_builds,) of values by row."""
    sums = np.bincount(scores.build, weights=values, minlength=len(scores.builds))
    return sums.astype(np.float64)


def _integers(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)
