"""Pure: which points no other point beats on two axes at once, and how likely each is one of them.

A point is dominated when another is at least as good on both axes and better on one. Ties follow
from that: two points equal on both axes do not dominate each other and stand or fall together; of
two that are equal on one axis only, the better one on the other axis dominates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboards.draws import DRAWS, SEED, Measure, drawn

Better = Literal["higher", "lower"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Directions:
    """Which end of each axis is the better one."""

    x: Better
    y: Better


def non_dominated(x: ArrayLike, y: ArrayLike, directions: Directions) -> NDArray[np.bool_]:
    """Return for each point whether it is on the frontier, in O(n log n).

    `x` and `y` have one shape, of one dimension or of two; of two, each row is a set of its own.
    Sorted by x, best first, and by y among equals, a point is on the frontier when its y is the
    best of its x and better than every y before.
    """
    first, second = _upwards(x, directions.x), _upwards(y, directions.y)
    if not first.size:
        return np.zeros(first.shape, dtype=np.bool_)
    order = np.lexsort((-second, -first), axis=-1)
    first = np.take_along_axis(first, order, axis=-1)
    second = np.take_along_axis(second, order, axis=-1)
    best_before = np.full_like(second, -np.inf)
    best_before[..., 1:] = np.maximum.accumulate(second, axis=-1)[..., :-1]
    is_new = np.ones(first.shape, dtype=np.bool_)
    is_new[..., 1:] = first[..., 1:] != first[..., :-1]
    places = np.broadcast_to(np.arange(first.shape[-1]), first.shape)
    # Of each point, the place of the first with its x: there stands the best y of that x.
    start = np.maximum.accumulate(np.where(is_new, places, 0), axis=-1)
    best_of_x = np.take_along_axis(second, start, axis=-1)
    is_on = (second == best_of_x) & (second > np.take_along_axis(best_before, start, axis=-1))
    result: NDArray[np.bool_] = np.empty(is_on.shape, dtype=np.bool_)
    np.put_along_axis(result, order, is_on, axis=-1)
    return result


def probability_on_frontier(
    x: Sequence[Measure],
    y: Sequence[Measure],
    directions: Directions,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[float]:
    """Return the share of draws in which each point is on the frontier, in the order given.

    Both coordinates of every point are drawn from their intervals (`leaderboards.draws`), and the
    frontier is taken anew each time. The standard error of a share is at most 0.5 / sqrt(draws);
    the same points and seed give the same shares.
    """
    is_on = non_dominated(
        drawn(x, draws=draws, seed=seed, stream=0),
        drawn(y, draws=draws, seed=seed, stream=1),
        directions,
    )
    shares: list[float] = is_on.mean(axis=0).tolist()
    return shares


def _upwards(values: ArrayLike, better: Better) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    return array if better == "higher" else -array
