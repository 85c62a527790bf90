"""Ranks that the intervals of a fit can tell apart."""

from dataclasses import dataclass

import numpy as np

from leaderboards.ratings import Fit


@dataclass(frozen=True, slots=True)
class Placing:
    """Where one rated model stands; 1 is the top of `tier`, `rank_best` and `rank_worst`."""

    model: str
    tier: int
    rank_best: int
    rank_worst: int


def tiers(fit: Fit) -> tuple[Placing, ...]:
    """Statistical tier and rank spread of every rated model, in the order of the ratings.

    Tiers are cut greedily from the top: a new one starts at the first model whose upper bound is
    below the lower bound of the current tier's leader. The rank spread is the strict rule of the
    public arenas: rank_best = 1 + models certainly above, rank_worst = rated models - models
    certainly below, where certainly means that the two intervals do not touch.
    """
    sorted_lower = np.sort([row.lower for row in fit.ratings])
    sorted_upper = np.sort([row.upper for row in fit.ratings])
    n_models = len(fit.ratings)
    placings: list[Placing] = []
    tier = 0
    leader_lower = np.inf
    for row in fit.ratings:
        if row.upper < leader_lower:
            tier += 1
            leader_lower = row.lower
        above = n_models - int(np.searchsorted(sorted_lower, row.upper, side="right"))
        below = int(np.searchsorted(sorted_upper, row.lower, side="left"))
        placings.append(Placing(row.model, tier, rank_best=1 + above, rank_worst=n_models - below))
    return tuple(placings)
