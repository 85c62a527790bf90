"""Pure: by how much one rating of a fit is above another, and what the votes say against chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from scipy.special import ndtr, ndtri

from leaderboards.ratings import BASE, CONFIDENCE, SCALE, Fit

_Z: Final = float(ndtri(0.5 + CONFIDENCE / 2))
_LEAST_ERROR: Final = 1e-6
"""Elo points; below it a standard error is rounding, as between models that only ever tied."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How far `first` is above `second`, in Elo points, with its 95 % interval.

    `p_value` is that of a two-sided Wald test against no difference; None where the votes have no
    spread to test against. `first_share` is the share of points that the ratings expect for
    `first`, a tie being half a point, with the ends that follow from the interval.
    """

    first: str
    second: str
    elo: float
    standard_error: float
    lower: float
    upper: float
    p_value: float | None
    first_share: float
    first_share_lower: float
    first_share_upper: float


def difference(fit: Fit, first: str, second: str) -> Difference:
    """Return the difference of two ratings of one fit.

        d = R_i - R_j,   se(d)^2 = V_ii + V_jj - 2 V_ij,   z = d / se(d),   p = 2 (1 - Phi(|z|))

    V is the covariance of the ratings (leaderboards.sandwich), so what both share in uncertainty
    does not part them; two intervals that overlap can still be of models that differ (Schenker
    and Gentleman 2001, The American Statistician 55:182). The test is Wald's (1943). The expected
    share is that of the fit's own likelihood, 1 / (1 + BASE^(-d / SCALE)) (Bradley and Terry 1952).

    Raises KeyError for a model that the fit does not rate.
    """
    index = {row.model: number for number, row in enumerate(fit.ratings)}
    i, j = index[first], index[second]
    elo = fit.ratings[i].rating - fit.ratings[j].rating
    variance = fit.covariance[i, i] + fit.covariance[j, j] - 2 * fit.covariance[i, j]
    error = sqrt(max(float(variance), 0.0))
    lower, upper = elo - _Z * error, elo + _Z * error
    return Difference(
        first=first,
        second=second,
        elo=elo,
        standard_error=error,
        lower=lower,
        upper=upper,
        p_value=None if error < _LEAST_ERROR else float(2 * ndtr(-abs(elo) / error)),
        first_share=expected_share(elo),
        first_share_lower=expected_share(lower),
        first_share_upper=expected_share(upper),
    )


def expected_share(elo: float) -> float:
    """Return the share of points that a lead of so many Elo points makes expected, 0 to 1."""
    return float(1 / (1 + BASE ** (-elo / SCALE)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for how many there are, in their order (Holm 1979).

    The k-th smallest of m becomes the largest of (m - i + 1) p_(i) over i <= k, 1 at most: the
    chance of one false difference among all of them is then at most the level that is asked for,
    whatever their dependence. 0.01, 0.04 and 0.03 become 0.03, 0.06 and 0.06.
    """
    order = sorted(range(len(p_values)), key=lambda number: p_values[number])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, number in enumerate(order):
        highest = max(highest, (len(p_values) - rank) * p_values[number])
        adjusted[number] = min(1.0, highest)
    return adjusted
