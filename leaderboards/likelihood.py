"""Maximum of the Bradley-Terry likelihood with terms, by Newton's method."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from leaderboards.arrays import FloatArray
from leaderboards.cross_products import CrossProducts
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
# Beyond, e^x or e^-x is near the end of the numbers, and the chances are 0 and 1 to all digits.
_LARGEST_EXPONENT: Final = 700.0
# With no gradient left, a step this long goes along a likelihood that is flat: towards infinity.
_STEP_AT_REST_LOGITS: Final = 1e-4


@dataclass
class SeparatedError(ArithmeticError):
    """The likelihood grows without bound along the term `name`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where the likelihood is greatest: `parameters` = (theta, gamma) in logits, sum(theta) = 0.

    `hessian_factor` is a Cholesky factor of minus the Hessian, valid on vectors whose thetas sum
    to 0.
    """

    parameters: FloatArray
    hessian_factor: tuple[FloatArray, bool]
    iterations: int
    gradient_norm: float


class _Point(NamedTuple):
    """Minus the log-likelihood at a point, its negative derivative, and its Hessian."""

    loss: float
    gradient: FloatArray
    hessian: FloatArray
    summed: FloatArray
    """Per pair, the sum of what its gradient adds up, all positive."""

    def gradient_norm(self) -> float:
        return float(np.abs(self.gradient).max())


def maximise(design: Design, start: FloatArray | None = None) -> Optimum:
    """Newton's method with step halving on sum(theta) = 0 from `start`, by default from 0.

    The models must be strongly connected by their votes and the terms be independent. Raises
    SeparatedError for a term without finite maximum, ArithmeticError if there is no convergence.
    """
    here = np.zeros(design.n_models + len(design.names)) if start is None else start
    point = _evaluate(design, here)
    reach = np.maximum(
        design.features.max(axis=1, initial=0), -design.features.min(axis=1, initial=0)
    )
    for iteration in range(_MAX_ITERATIONS):
        try:
            step, factor = _newton_step(point, design.n_models)
        except np.linalg.LinAlgError:
            _refuse_largest_term(design, here, reach)
            raise
        longest = float(np.abs(step).max())
        rounding = _GRADIENT_ROUNDING * _largest_sum(design, point.summed)
        at_rounding = point.gradient_norm() <= rounding
        if at_rounding and longest > _STEP_AT_REST_LOGITS:
            _refuse_largest_term(design, here, reach)
        if longest <= _STEP_TOLERANCE_LOGITS or at_rounding:
            return Optimum(
                parameters=here,
                hessian_factor=factor,
                iterations=iteration,
                gradient_norm=point.gradient_norm(),
            )
        length = min(1.0, _LONGEST_STEP_LOGITS / longest)
        # The slack lets the last steps through, whose gain is below the rounding of the loss.
        while (ahead := _evaluate(design, here + length * step)).loss > point.loss * (1 + 1e-12):
            length /= 2
        here, point = here + length * step, ahead
        if (np.abs(here[design.n_models :]) * reach).max(initial=0) > _LARGEST_TERM_LOGITS:
            _refuse_largest_term(design, here, reach)
    raise ArithmeticError(f"Bradley-Terry fit: no convergence in {_MAX_ITERATIONS} Newton steps")


def maximise_nearby(design: Design, start: FloatArray) -> FloatArray:
    """Parameters of the maximum to 1e-6 logits, quickly where `start` is near; as maximise."""
    here = start
    for _ in range(_MAX_STEPS_NEARBY):
        step, _ = _newton_step(_evaluate(design, here), design.n_models)
        longest = float(np.abs(step).max())
        if longest > _LONGEST_STEP_NEARBY_LOGITS:
            break
        here = here + step
        # What is left after a full step is of the order of its square.
        if longest <= _LAST_STEP_NEARBY_LOGITS:
            return here
    return maximise(design, start).parameters


def chances(predictor: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Chances of the left and of the right side, each to full relative precision."""
    odds = np.exp(np.clip(predictor, -_LARGEST_EXPONENT, _LARGEST_EXPONENT))
    lose = 1 / (1 + odds)
    return odds * lose, lose


def _evaluate(design: Design, parameters: FloatArray) -> _Point:
    """All that a step of Newton's method needs, in one pass over the rows."""
    curvature = CrossProducts(design)
    loss = 0.0
    by_pair, summed = np.empty((2, len(design.a)))
    of_terms = np.zeros(len(design.names))
    for block in design.blocks():
        predictor = design.predictor(block, parameters)
        win, lose = chances(predictor)
        points_a, points_b = block.points()
        # Points taken less points expected, written so that no large numbers cancel.
        gained, given = points_a * lose, points_b * win
        residual = gained - given
        by_pair[block.pairs] = block.per_pair(residual)
        summed[block.pairs] = block.per_pair(gained + given)
        of_terms += block.features @ residual
        points = points_a + points_b
        curvature.add(block, points * win * lose)
        # ln(1 + e^-|x|) and the side's |x| apart, so that none cancel here either.
        positive = np.maximum(predictor, 0)
        loss += float(points @ np.log1p(np.minimum(win, lose) / np.maximum(win, lose)))
        loss += float(points_a @ (positive - predictor) + points_b @ positive)
    return _Point(
        loss=loss,
        gradient=np.append(design.contrasts(by_pair), of_terms),
        hessian=curvature.total(),
        summed=summed,
    )


def _newton_step(point: _Point, n_models: int) -> tuple[FloatArray, tuple[FloatArray, bool]]:
    """The full step to the next point, and the factor of the Hessian, which it overwrites."""
    factor = factor_on_sum_zero(point.hessian, n_models)
    step = cho_solve(factor, point.gradient, check_finite=False)
    step[:n_models] -= step[:n_models].mean()
    return step, factor


def _largest_sum(design: Design, summed: FloatArray) -> float:
    """The largest of the sums that make up a gradient, all of `summed` (n_pairs,) positive."""
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
