"""Which models the votes make comparable, and why the others have no rating.

A finite maximum of the Bradley-Terry likelihood exists exactly for models joined both ways by
points given and taken (Ford 1957; Hunter 2004, assumption 1).
"""

from enum import StrEnum

import numpy as np
from scipy.sparse.csgraph import connected_components

from leaderboards.arrays import BoolArray, FloatArray


class Reason(StrEnum):
    """Why a model has no rating."""

    NO_VOTES = "no_votes"
    ALWAYS_WON = "always_won"
    ALWAYS_LOST = "always_lost"
    ONLY_TIES = "only_ties"
    """In the fit, but with ties alone there is no spread to estimate an interval from."""
    NOT_CONNECTED = "not_connected"
    """Not joined both ways with the models that share most votes."""


def main_component(models: tuple[str, ...], wins: FloatArray, draws: FloatArray) -> BoolArray:
    """Mask (n_models,) of the strongly connected component with most votes inside it.

    An edge leads from i to j where i took at least half a point from j. Of equals, the component
    with the alphabetically first model is taken, so the order of the models plays no part. All
    False where no component holds a vote.
    """
    _, label = connected_components(wins + draws, connection="strong")
    inner_votes = (wins + draws / 2) * (label[:, np.newaxis] == label)
    votes = np.bincount(label, weights=inner_votes.sum(axis=1))
    if not votes.any():
        return np.zeros(len(models), dtype=np.bool_)
    largest = votes[label] == votes.max()
    first = min(np.flatnonzero(largest), key=lambda index: models[index])
    return np.asarray(label == label[first])


def all_joined(takes_points: BoolArray) -> bool:
    """Whether all models are one component; row i, column j: whether i took points from j."""
    return _reaches_all(takes_points) and _reaches_all(takes_points.T)


def _reaches_all(edges: BoolArray) -> bool:
    """Whether edges (n, n) lead from the first node to all: wave by wave, most often two."""
    reached = np.zeros(len(edges), dtype=np.bool_)
    wave = np.arange(1)
    while len(wave):
        reached[wave] = True
        wave = np.flatnonzero(edges[wave].any(axis=0) & ~reached)
    return bool(reached.all())


def reasons(wins: FloatArray, draws: FloatArray, component: BoolArray) -> list[Reason | None]:
    """The reason per model, None for one that gets a rating; `component` as main_component."""
    won, lost, drawn = wins.sum(axis=1), wins.sum(axis=0), draws.sum(axis=1)
    decided = (wins + wins.T)[:, component].sum(axis=1) > 0

    def reason(index: int) -> Reason | None:
        if component[index]:
            return None if decided[index] else Reason.ONLY_TIES
        if drawn[index] > 0 or (won[index] > 0 and lost[index] > 0):
            return Reason.NOT_CONNECTED
        if won[index] > 0:
            return Reason.ALWAYS_WON
        return Reason.ALWAYS_LOST if lost[index] > 0 else Reason.NO_VOTES

    return [reason(index) for index in range(len(component))]
