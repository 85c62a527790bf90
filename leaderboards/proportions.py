"""Intervals of proportions."""

from math import sqrt
from typing import Final

from scipy.special import ndtri

from leaderboards.ratings import CONFIDENCE

_Z: Final = float(ndtri(0.5 + CONFIDENCE / 2))


def wilson_interval(successes: float, trials: int) -> tuple[float, float]:
    """Return the 95 % score interval of a proportion (Wilson 1927), within [0, 1].

    Successes may be half ones, as ties are. Raises ValueError without trials.
    """
    if trials < 1:
        raise ValueError(f"trials is {trials}, want 1 or more")
    share = successes / trials
    denominator = 1 + _Z**2 / trials
    centre = (share + _Z**2 / (2 * trials)) / denominator
    reach = _Z / denominator * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(0.0, centre - reach), min(1.0, centre + reach)
