"""Pure: one score out of quality, speed and efficiency, each relative to the best of the cohort.

    score = wq Q + wg G + we E,   each of Q, G, E = 100 · value / largest value of the cohort

The cohort are the members given; scores of different cohorts do not compare. No member is left
out for being slow, and nothing multiplies the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from leaderboards.draws import DRAWS, SEED, Measure, drawn
from leaderboards.presets import Weights
from leaderboards.ratings import BASE, SCALE

VERSION: Final = "composite-1"
TOP_ABOVE: Final = 0.75
BOTTOM_BELOW: Final = 0.25
_NOTHING: Final = Measure(float("nan"))
_BOUNDS: Final = (0.025, 0.975)

Array = NDArray[np.float64]
Level = Literal["top", "middle", "bottom"]


class Norms(NamedTuple):
    """The three dimensions of one member, 0 to 100; None where it has no measurement."""

    quality: float | None
    speed: float | None
    efficiency: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One of a cohort: its quality, decode speed in tok/s, and what the speed takes.

    Quality is a rating in points or, the same for all, a score of which more is better.

    `resource` is in watts or in gigabytes, the same for all; efficiency is speed / resource.
    """

    rating: Measure | None
    speed: Measure | None
    resource: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """What one member comes to; `score` and its 95 % interval from 0 to 100.

    `score` is None where a dimension that weighs something has no measurement: nothing is taken
    for zero. The bounds are None where no figure behind any score has an interval.
    """

    norms: Norms
    expected: float | None
    """Chance to be preferred to an average member of the cohort, 0 to 1; None without ratings."""
    efficiency: float | None
    """Speed a unit of the resource."""
    score: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a score stands among those of its cohort; no level when all are equal."""

    level: Level | None
    is_leader: bool
    is_last: bool


def composite(weights: Weights, norms: Norms) -> float | None:
    """Return the weighted sum, None where a dimension that weighs something is missing."""
    total = 0.0
    for weight, norm in zip(weights, norms, strict=True):
        if weight and norm is None:
            return None
        total += weight * (norm or 0.0)
    return total / 100


def contributions(weights: Weights, norms: Norms) -> Norms:
    """Return what each dimension adds to the score, in points of it."""
    return Norms(
        *(None if norm is None else w * norm / 100 for w, norm in zip(weights, norms, strict=True))
    )


def scored(
    members: Sequence[Member],
    weights: Weights,
    *,
    is_rated: bool = True,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[Scored]:
    """Return the score of each member in the order given; `is_rated`: its quality is a rating.

    The interval holds the middle 95 % of the scores of `draws` cohorts whose figures are drawn
    from their own intervals (`leaderboards.draws`), each relative to its own best.
    """
    if not members:
        return []
    ratings = [member.rating or _NOTHING for member in members]
    speeds = [member.speed or _NOTHING for member in members]
    resources = np.array([member.resource or np.nan for member in members])
    models = _first_of_each(ratings)
    quality = _expected if is_rated else _as_it_is
    point = _norms(quality(_exact(ratings), models), _exact(speeds), resources)
    bounds = _bounds(
        _norms(
            quality(drawn(ratings, draws=draws, seed=seed, stream=0), models),
            drawn(speeds, draws=draws, seed=seed, stream=1),
            resources,
        ),
        weights,
    )
    has_bounds = any(m.lower is not None and m.upper is not None for m in (*ratings, *speeds))
    expected = _expected(_exact(ratings), models)[0]
    result = []
    for index, lower, upper in zip(range(len(members)), *bounds, strict=True):
        norms = Norms(*(_known(values[0, index]) for values in point))
        score = composite(weights, norms)
        has_interval = has_bounds and score is not None
        result.append(
            Scored(
                norms=norms,
                expected=_known(expected[index]) if is_rated else None,
                efficiency=_known(speeds[index].value / resources[index]),
                score=score,
                lower=min(lower, score) if has_interval and score is not None else None,
                upper=max(upper, score) if has_interval and score is not None else None,
            )
        )
    return result


def standings(scores: Sequence[float | None]) -> list[Standing | None]:
    """Return where each score stands, by norm = (score - lowest) / (highest - lowest).

    Above 0.75 is top, below 0.25 bottom, the rest middle; None for a member without a score.
    """
    known = [score for score in scores if score is not None]
    if not known:
        return [None for _ in scores]
    low, high = min(known), max(known)
    return [None if score is None else _standing(score, low, high) for score in scores]


def _standing(score: float, low: float, high: float) -> Standing:
    if high == low:
        return Standing(level=None, is_leader=True, is_last=False)
    norm = (score - low) / (high - low)
    level: Level = "top" if norm > TOP_ABOVE else "bottom" if norm < BOTTOM_BELOW else "middle"
    return Standing(level=level, is_leader=score == high, is_last=score == low)


def _norms(quality: Array, speeds: Array, resources: Array) -> list[Array]:
    """Return the three dimensions, 0 to 100, one row a draw and one column a member."""
    speeds = np.maximum(speeds, 0.0)
    return [_to_peak(values) for values in (quality, speeds, speeds / resources)]


def _expected(ratings: Array, models: list[int]) -> Array:
    """Return the expected score of each rating against the mean of the cohort's models.

    1 / (1 + 10^((mean - R) / 400)); a model in several rows counts once in the mean.
    """
    mean = ratings[:, models].mean(axis=1, keepdims=True) if models else np.nan
    result: Array = 1 / (1 + BASE ** ((mean - ratings) / SCALE))
    return result


def _as_it_is(scores: Array, models: list[int]) -> Array:
    return np.maximum(scores, 0.0)


def _to_peak(values: Array) -> Array:
    is_known = ~np.isnan(values)
    peak = np.where(is_known, values, 0.0).max(axis=1, keepdims=True)
    # Without anything above zero there is no best to be relative to.
    result: Array = 100 * values / np.where(peak > 0, peak, np.nan)
    return result


def _bounds(norms: list[Array], weights: Weights) -> tuple[list[float], list[float]]:
    total = np.zeros_like(norms[0])
    for weight, values in zip(weights, norms, strict=True):
        if weight:
            # A draw in which nothing of the cohort is above zero has no best: it gives no points.
            total += weight * np.nan_to_num(values) / 100
    lower, upper = np.quantile(total, _BOUNDS, axis=0).tolist()
    return lower, upper


def _first_of_each(ratings: Sequence[Measure]) -> list[int]:
    """Return the place of the first rating of each model that has one."""
    first: dict[str | int, int] = {}
    for index, rating in enumerate(ratings):
        if rating is not _NOTHING:
            first.setdefault(index if rating.shared is None else rating.shared, index)
    return list(first.values())


def _exact(measures: Sequence[Measure]) -> Array:
    return np.array([[measure.value for measure in measures]], dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
