"""Maximum of the Bradley-Terry likelihood with terms, by Newton's method."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from leaderboards.arrays import FloatArray
from leaderboards.design import Design

STEP_TOLERANCE_LOGITS: Final = 1e-10
# Farther out the curvature of a pair is another one: a longer step can leave the Hessian singular.
_LONGEST_STEP_LOGITS: Final = 2.0
# A gradient this small beside the terms it sums is zero to rounding: no step can improve on it.
_GRADIENT_ROUNDING: Final = 1e-14
_MAX_ITERATIONS: Final = 200
# Odds of e^25 are more than the votes of any fit can show: the coefficient is on its way out.
_LARGEST_COEFFICIENT_LOGITS: Final = 25.0


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


class _Point(NamedTuple):
    parameters: FloatArray
    loss: float
    win: FloatArray
    lose: FloatArray


class _Newton(NamedTuple):
    step: FloatArray
    factor: tuple[FloatArray, bool]
    gradient_norm: float
    at_rounding: bool


def maximise(
    design: Design,
    start: FloatArray | None = None,
    *,
    step_tolerance_logits: float = STEP_TOLERANCE_LOGITS,
) -> Optimum:
    """Newton's method with step halving on sum(theta) = 0 from `start`, by default from 0.

    The models must be strongly connected by their votes and the terms be independent. Raises
    SeparatedError for a term without finite maximum, ArithmeticError if there is no convergence.
    """
    points_a = design.weight * (design.wins_a + design.draws / 2)
    points_b = design.weight * (design.wins_b + design.draws / 2)
    if start is None:
        start = np.zeros(design.n_models + len(design.names))
    here = _evaluate(design, start, points_a, points_b)
    for iteration in range(_MAX_ITERATIONS):
        newton = _newton(design, here, points_a, points_b)
        longest = float(np.abs(newton.step).max())
        if longest <= step_tolerance_logits or newton.at_rounding:
            return Optimum(
                here.parameters,
                here.win,
                here.lose,
                newton.factor,
                iteration,
                newton.gradient_norm,
            )
        length = min(1.0, _LONGEST_STEP_LOGITS / longest)
        there = _evaluate(design, here.parameters + length * newton.step, points_a, points_b)
        # The slack lets the last steps through, whose gain is below the rounding of the loss.
        while there.loss > here.loss * (1 + 1e-12):
            length /= 2
            there = _evaluate(design, here.parameters + length * newton.step, points_a, points_b)
        here = there
        _check_finite(design, here.parameters)
    raise ArithmeticError(f"Bradley-Terry fit: no convergence in {_MAX_ITERATIONS} Newton steps")


def _evaluate(
    design: Design, parameters: FloatArray, points_a: FloatArray, points_b: FloatArray
) -> _Point:
    predictor = design.predictor(parameters)
    # ln(1 + e^-|x|) and the side's |x| apart, so that no large numbers cancel.
    common = np.log1p(np.exp(-np.abs(predictor)))
    loss = points_a @ (common + np.maximum(-predictor, 0))
    loss += points_b @ (common + np.maximum(predictor, 0))
    return _Point(parameters, float(loss), expit(predictor), expit(-predictor))


def _newton(design: Design, here: _Point, points_a: FloatArray, points_b: FloatArray) -> _Newton:
    # Points taken less points expected, written so that no large numbers cancel.
    gained, given = points_a * here.lose, points_b * here.win
    surplus = gained - given
    gradient = np.append(design.contrasts(surplus), design.features.T @ surplus)
    hessian = design.cross_products((points_a + points_b) * here.win * here.lose)
    factor = factor_on_sum_zero(hessian, design.n_models)
    step = cho_solve(factor, gradient)
    step[: design.n_models] -= step[: design.n_models].mean()
    gradient_norm = float(np.abs(gradient).max())
    return _Newton(step, factor, gradient_norm, gradient_norm <= _rounding(design, gained + given))


def _rounding(design: Design, summed: FloatArray) -> float:
    """How large a gradient is that rounding alone leaves; `summed` (n_rows,) enters its sums."""
    if design.names:
        return _GRADIENT_ROUNDING * float(summed.sum())
    per_model = np.bincount(design.a, weights=summed, minlength=design.n_models)
    per_model += np.bincount(design.b, weights=summed, minlength=design.n_models)
    return _GRADIENT_ROUNDING * float(per_model.max())


def factor_on_sum_zero(hessian: FloatArray, n_models: int) -> tuple[FloatArray, bool]:
    """Cholesky factor of the Hessian plus a rank-one term along theta = (1, ..., 1).

    The likelihood is flat along that line. The term changes nothing on thetas of sum zero, so it
    is exact and not a regularisation. Overwrites the Hessian.
    """
    models = hessian[:n_models, :n_models]
    models += np.trace(models) / n_models**2
    return cho_factor(hessian, overwrite_a=True, check_finite=False)


def _check_finite(design: Design, parameters: FloatArray) -> None:
    coefficients = np.abs(parameters[design.n_models :])
    if len(coefficients) and coefficients.max() > _LARGEST_COEFFICIENT_LOGITS:
        raise SeparatedError(design.names[int(coefficients.argmax())])
