"""Maximum of the Bradley-Terry likelihood with terms, by Newton's method."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from leaderboards.arrays import FloatArray
from leaderboards.design import Design

_STEP_TOLERANCE_LOGITS: Final = 1e-10
# Farther out the curvature of a pair is another one: a longer step can leave the Hessian singular.
_LONGEST_STEP_LOGITS: Final = 2.0
# A gradient this small beside the terms it sums is zero to rounding: no step can improve on it.
_GRADIENT_ROUNDING: Final = 1e-14
_MAX_ITERATIONS: Final = 200
_LONGEST_STEP_NEARBY_LOGITS: Final = 0.5
_LAST_STEP_NEARBY_LOGITS: Final = 1e-3
_MAX_STEPS_NEARBY: Final = 6
# A term that brings the odds of some vote to e^20 is on its way to infinity: no fit has the votes
# to show such odds, and not much farther out its gradient is lost in rounding.
_LARGEST_TERM_LOGITS: Final = 20.0
# With no gradient left, a step this long goes along a likelihood that is flat: towards infinity.
_STEP_AT_REST_LOGITS: Final = 1e-4


@dataclass
class SeparatedError(ArithmeticError):
    """The likelihood grows without bound along the term `name`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where the likelihood is greatest: `parameters` = (theta, gamma) in logits, sum(theta) = 0.

    `win`, `lose` (n_rows,) are the chances of the left side there. `hessian_factor` is a Cholesky
    factor of minus the Hessian, valid on vectors whose thetas sum to 0.
    """

    parameters: FloatArray
    win: FloatArray
    lose: FloatArray
    hessian_factor: tuple[FloatArray, bool]
    iterations: int
    gradient_norm: float


class _Newton(NamedTuple):
    """Chances of the left side at a point, and the full step from there to the next."""

    win: FloatArray
    lose: FloatArray
    gradient_norm: float
    rounding: float
    factor: tuple[FloatArray, bool]
    step: FloatArray


def maximise(design: Design, start: FloatArray | None = None) -> Optimum:
    """Newton's method with step halving on sum(theta) = 0 from `start`, by default from 0.

    The models must be strongly connected by their votes and the terms be independent. Raises
    SeparatedError for a term without finite maximum, ArithmeticError if there is no convergence.
    """
    here = np.zeros(design.n_models + len(design.names)) if start is None else start
    loss = _negative_log_likelihood(design, here)
    reach = np.abs(design.features).max(axis=0, initial=0)
    for iteration in range(_MAX_ITERATIONS):
        try:
            newton = _newton(design, here)
        except np.linalg.LinAlgError:
            _refuse_largest_term(design, here, reach)
            raise
        longest = float(np.abs(newton.step).max())
        at_rounding = newton.gradient_norm <= newton.rounding
        if at_rounding and longest > _STEP_AT_REST_LOGITS:
            _refuse_largest_term(design, here, reach)
        if longest <= _STEP_TOLERANCE_LOGITS or at_rounding:
            return Optimum(
                parameters=here,
                win=newton.win,
                lose=newton.lose,
                hessian_factor=newton.factor,
                iterations=iteration,
                gradient_norm=newton.gradient_norm,
            )
        length = min(1.0, _LONGEST_STEP_LOGITS / longest)
        # The slack lets the last steps through, whose gain is below the rounding of the loss.
        while (
            next_loss := _negative_log_likelihood(design, here + length * newton.step)
        ) > loss * (1 + 1e-12):
            length /= 2
        here, loss = here + length * newton.step, next_loss
        if (np.abs(here[design.n_models :]) * reach).max(initial=0) > _LARGEST_TERM_LOGITS:
            _refuse_largest_term(design, here, reach)
    raise ArithmeticError(f"Bradley-Terry fit: no convergence in {_MAX_ITERATIONS} Newton steps")


def maximise_nearby(design: Design, start: FloatArray) -> FloatArray:
    """Parameters of the maximum to 1e-6 logits, quickly where `start` is near; as maximise."""
    here = start
    for _ in range(_MAX_STEPS_NEARBY):
        step = _newton(design, here).step
        longest = float(np.abs(step).max())
        if longest > _LONGEST_STEP_NEARBY_LOGITS:
            break
        here = here + step
        # What is left after a full step is of the order of its square.
        if longest <= _LAST_STEP_NEARBY_LOGITS:
            return here
    return maximise(design, start).parameters


def _negative_log_likelihood(design: Design, parameters: FloatArray) -> float:
    predictor = design.predictor(parameters)
    # ln(1 + e^-|x|) and the side's |x| apart, so that no large numbers cancel.
    loss = design.points() @ np.log1p(np.exp(-np.abs(predictor)))
    loss += design.points_a @ np.maximum(-predictor, 0)
    loss += design.points_b @ np.maximum(predictor, 0)
    return float(loss)


def _newton(design: Design, parameters: FloatArray) -> _Newton:
    predictor = design.predictor(parameters)
    win, lose = expit(predictor), expit(-predictor)
    # Points taken less points expected, written so that no large numbers cancel.
    gained, given = design.points_a * lose, design.points_b * win
    gradient = design.sums(gained - given)
    factor = factor_on_sum_zero(
        design.cross_products(design.points() * win * lose), design.n_models
    )
    step = cho_solve(factor, gradient, check_finite=False)
    step[: design.n_models] -= step[: design.n_models].mean()
    return _Newton(
        win=win,
        lose=lose,
        gradient_norm=float(np.abs(gradient).max()),
        rounding=_GRADIENT_ROUNDING * _largest_sum(design, gained + given),
        factor=factor,
        step=step,
    )


def _largest_sum(design: Design, summed: FloatArray) -> float:
    """The largest of the sums that make up a gradient, all of `summed` (n_rows,) positive."""
    if design.names:
        return float(summed.sum())
    per_model = np.bincount(design.a, weights=summed, minlength=design.n_models)
    per_model += np.bincount(design.b, weights=summed, minlength=design.n_models)
    return float(per_model.max())


def factor_on_sum_zero(hessian: FloatArray, n_models: int) -> tuple[FloatArray, bool]:
    """Cholesky factor of the Hessian plus a rank-one term along theta = (1, ..., 1).

    The likelihood is flat along that line. The term changes nothing on thetas of sum zero, so it
    is exact and not a regularisation. Overwrites the Hessian.
    """
    models = hessian[:n_models, :n_models]
    models += np.trace(models) / n_models**2
    return cho_factor(hessian, overwrite_a=True, check_finite=False)


def _refuse_largest_term(design: Design, parameters: FloatArray, reach: FloatArray) -> None:
    """Raise SeparatedError for the term that adds most, if there is one; of equals, for the last.

    `reach` (n_terms,) is the largest |feature| of each.
    """
    if design.names:
        added = np.abs(parameters[design.n_models :]) * reach
        raise SeparatedError(design.names[np.flatnonzero(added >= 0.9 * added.max())[-1]])
