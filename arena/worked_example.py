"""A small set of games with published ratings, computed again by the code that rates the boards."""

from dataclasses import dataclass
from functools import cache
from math import fsum
from typing import Final

import numpy as np

from leaderboards.ratings import BASE, SCALE, Fit, PairCounts, fit
from leaderboards.tiers import tiers

TEAMS: Final = ("A", "B", "C", "D")
WINS: Final = ((0, 2, 0, 1), (3, 0, 5, 0), (0, 3, 0, 1), (4, 0, 3, 0))
"""Wins of the row's team over the column's in 22 games: Wikipedia, "Bradley-Terry model"."""
PUBLISHED_STRENGTHS: Final = {"A": 0.139, "B": 0.226, "C": 0.143, "D": 0.492}
"""The strengths that the article gives for them, scaled to sum to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExampleRow:
    """One team: Elo points, strength among the four (sum 1), and the published strength."""

    team: str
    tier: int
    rank_best: int
    rank_worst: int
    rating: float
    lower: float
    upper: float
    games: int
    strength: float
    published_strength: float

    @property
    def half_width(self) -> float:
        """Return half the width of the 95 % interval."""
        return (self.upper - self.lower) / 2


@cache
def worked_fit() -> Fit:
    """Return the fit of the games."""
    pairs = [(a, b) for a in range(len(TEAMS)) for b in range(a + 1, len(TEAMS))]
    none = np.zeros(len(pairs), dtype=np.int64)
    return fit(
        PairCounts(
            models=TEAMS,
            a=np.array([a for a, _ in pairs]),
            b=np.array([b for _, b in pairs]),
            wins_a=np.array([WINS[a][b] for a, b in pairs]),
            wins_b=np.array([WINS[b][a] for a, b in pairs]),
            ties=none,
            both_bad=none,
        )
    )


@cache
def worked_example() -> tuple[ExampleRow, ...]:
    """Return the four teams, best first.

    A strength is the odds form of a rating, p_i = BASE^(R_i / SCALE) / sum_j BASE^(R_j / SCALE).
    """
    result = worked_fit()
    odds = {row.model: BASE ** (row.rating / SCALE) for row in result.ratings}
    total = fsum(odds.values())
    return tuple(
        ExampleRow(
            team=row.model,
            tier=placing.tier,
            rank_best=placing.rank_best,
            rank_worst=placing.rank_worst,
            rating=row.rating,
            lower=row.lower,
            upper=row.upper,
            games=row.votes,
            strength=odds[row.model] / total,
            published_strength=PUBLISHED_STRENGTHS[row.model],
        )
        for row, placing in zip(result.ratings, tiers(result), strict=True)
    )
