"""The differences of a few ratings with their test, by the code of the page that compares."""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

from arena.worked_example import TEAMS, worked_fit
from leaderboards.differences import Difference, difference, holm


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceRow:
    """One pair of the worked example, the higher rated first; p also as corrected for all pairs."""

    found: Difference
    p_value: float
    p_adjusted: float

    @property
    def half_width(self) -> float:
        """Return half the width of the 95 % interval, in Elo points."""
        return (self.found.upper - self.found.lower) / 2


@cache
def worked_differences() -> tuple[DifferenceRow, ...]:
    """Return every pair of the four teams, best first."""
    result = worked_fit()
    ordered = [row.model for row in result.ratings]
    pairs = [difference(result, one, other) for one, other in combinations(ordered, 2)]
    p_values = [pair.p_value for pair in pairs if pair.p_value is not None]
    assert len(p_values) == len(TEAMS) * (len(TEAMS) - 1) // 2  # noqa: S101  nobody only tied
    return tuple(
        DifferenceRow(found=pair, p_value=p_value, p_adjusted=adjusted)
        for pair, p_value, adjusted in zip(pairs, p_values, holm(p_values), strict=True)
    )
