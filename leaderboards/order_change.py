"""Pure: by how little the weights of a composite score must move before another one leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaderboards.composite import Norms, composite
from leaderboards.presets import LETTERS, Weights

_TOTAL = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderChange:
    """The smallest change of one weight at which a challenger draws level with the leader.

    The other weights keep their proportions; all are in per cent.
    """

    dimension: int
    """Which weight: 0 quality, 1 speed, 2 efficiency."""
    weight: float
    """What it must be."""
    was: float
    challenger: int
    """Index of the member that then leads."""

    @property
    def letter(self) -> str:
        """Return how an address calls the weight."""
        return list(LETTERS)[self.dimension]

    @property
    def moved(self) -> float:
        """Return by how many per cent the weight moves."""
        return abs(self.weight - self.was)


def smallest_change(
    weights: Weights, members: Sequence[Norms], *, leader: int
) -> OrderChange | None:
    """Return the smallest change of one weight that makes another member lead; None without one.

    Let d_k be what the leader is ahead by in dimension k and w the weight of k. With the others in
    proportion the leader is ahead by  w d_k / 100 + (1 - w / 100) r,  where r is what it is ahead
    by in the others together at full weight. That is zero at  w = 100 r / (r - d_k).  At 70/20/10
    a leader with (90, 40, 20) is 4.0 ahead of one with (80, 60, 10): of quality d = 10 and r = -10,
    so they are level at 50 %, of speed d = -20 and r = 10, level at 33.3 %, which is nearer.
    Members without a score, and those that lead with the leader already, take no part.
    """
    leading = composite(weights, members[leader])
    changes = [
        OrderChange(dimension=dimension, weight=level, was=weights[dimension], challenger=index)
        for index, norms in enumerate(members)
        if composite(weights, norms) not in (None, leading)
        for dimension in range(len(weights))
        if (level := _level(weights, dimension, _ahead(members[leader], norms))) is not None
    ]
    return min(changes, key=lambda change: (change.moved, change.challenger), default=None)


def _ahead(leader: Norms, other: Norms) -> tuple[float | None, ...]:
    return tuple(
        None if one is None or two is None else one - two
        for one, two in zip(leader, other, strict=True)
    )


def _level(weights: Weights, dimension: int, ahead: tuple[float | None, ...]) -> float | None:
    """Return the weight at which both are level, None where there is none from 0 to 100."""
    rest = _TOTAL - weights[dimension]
    own = ahead[dimension]
    others = [
        (weight, part)
        for index, (weight, part) in enumerate(zip(weights, ahead, strict=True))
        if index != dimension and weight
    ]
    if own is None or not rest or any(part is None for _, part in others):
        return None
    left = sum(weight * (part or 0.0) for weight, part in others) / rest
    if left == own:
        return None
    level = _TOTAL * left / (left - own)
    return level if 0 <= level <= _TOTAL else None
