"""Percentiles and intervals, in plain Python: the agent has no numerical library.

Percentiles interpolate linearly between order statistics (Hyndman and Fan 1996, type 7), which is
what NumPy and with it vLLM's benchmark do. Spread is the sample standard deviation, n - 1 below.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, exp, fsum, isclose, lgamma, log, pi, sin, sqrt, tan
from typing import Final

CONFIDENCE: Final = 0.95

MINIMUM_SAMPLES: Final = {50: 1, 90: 35, 95: 72, 99: 367}
"""Observations from which a percentile is stated: n with q^n = 0.025, to the nearest integer.

With fewer, even the largest observation is no upper bound of the percentile at 95 % (two-sided)
confidence. The median is stated always, without an interval where there is none.
"""


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of values in ascending order; raise ValueError for none at all."""
    if not ordered:
        raise ValueError("no values")
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage")
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    if below + 1 >= len(ordered):
        return float(ordered[-1])
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (place - below)


def percentile_interval(ordered: Sequence[float], percent: float) -> tuple[float, float] | None:
    """Return the order statistics that hold a percentile with 95 % confidence, or None.

    No assumption on the distribution; observations are taken as independent.
    """
    ranks = _ranks(len(ordered), percent)
    return None if ranks is None else (ordered[ranks[0] - 1], ordered[ranks[1] - 1])


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean; raise ValueError for none at all."""
    if not values:
        raise ValueError("no values")
    return fsum(values) / len(values)


def sample_sd(values: Sequence[float]) -> float | None:
    """Return the sample standard deviation (n - 1); None for fewer than two values."""
    if len(values) < 2:
        return None
    middle = mean(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def t_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return Student's 95 % interval of the mean; None for fewer than two values."""
    spread = sample_sd(values)
    if spread is None:
        return None
    half = t_quantile(len(values) - 1) * spread / sqrt(len(values))
    middle = mean(values)
    return middle - half, middle + half


@lru_cache(maxsize=1_024)
def t_quantile(degrees: int) -> float:
    """Return t with P(|T| <= t) = 0.95 for whole degrees of freedom: 4.303 for 2.

    Solved by bisection from the finite series of the distribution function (Abramowitz and
    Stegun 26.7.3 and 26.7.4) in the angle atan(t / sqrt(degrees)).
    """
    if degrees < 1:
        raise ValueError("at least one degree of freedom")
    low, high = 0.0, pi / 2
    while not isclose(low, high, rel_tol=1e-15, abs_tol=0.0):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _within(middle, degrees) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return tan(low) * sqrt(degrees)


def _within(angle: float, degrees: int) -> float:
    """Return P(|T| <= t) where t = tan(angle) sqrt(degrees)."""
    square = cos(angle) ** 2
    if degrees % 2 == 0:
        term, first = 1.0, 1
        terms = [term]
    else:
        term, first = cos(angle), 2
        terms = [term] if degrees > 1 else []
    for factor in range(first, degrees - 2, 2):
        term *= square * factor / (factor + 1)
        terms.append(term)
    series = sin(angle) * fsum(terms)
    return series if degrees % 2 == 0 else 2 / pi * (angle + series)


@lru_cache(maxsize=4_096)
def _ranks(count: int, percent: float) -> tuple[int, int] | None:
    """Return ranks l and u, from 1, with P(X_(l) <= percentile <= X_(u)) >= 0.95, or None.

    P(percentile < X_(l)) = P(B <= l - 1) and P(X_(u) < percentile) = P(B >= u), B binomial. Each
    tail gets half of 5 %; where the largest observation alone leaves more, the other pays for it.
    """
    share = percent / 100
    if count < 1 or not 0 < share < 1:
        return None
    tail = (1 - CONFIDENCE) / 2
    lower, left = _last_rank(count, share, tail)
    mirrored, right = _last_rank(count, 1 - share, tail)
    if left + right > 1 - CONFIDENCE:
        return None
    return lower, count + 1 - mirrored


def _last_rank(count: int, share: float, tail: float) -> tuple[int, float]:
    """Return the largest rank l with P(B <= l - 1) <= tail, and that chance; rank 1 at least."""
    total = weight = exp(count * log(1 - share)) if count * log(1 - share) > -700 else 0.0
    if total > tail:
        return 1, total
    for successes in range(1, count):
        weight = _binomial(count, successes, share)
        if total + weight > tail:
            return successes, total
        total += weight
    return count, total


def _binomial(count: int, successes: int, share: float) -> float:
    return exp(
        lgamma(count + 1)
        - lgamma(successes + 1)
        - lgamma(count - successes + 1)
        + successes * log(share)
        + (count - successes) * log(1 - share)
    )
