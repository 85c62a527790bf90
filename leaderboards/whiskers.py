"""Intervals drawn on one scale that all rows of a column share."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from leaderboards.cells import Cell
from leaderboards.ratings import MEAN_RATING
from leaderboards.templatetags.numbers import fixed

WIDTH_PX: Final = 120
STEP: Final = 50
"""The ends of the scale are multiples of this, so that it rarely moves under a live update."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whisker:
    """Horizontal positions of one interval in px, as SVG attributes."""

    lower: str
    value: str
    upper: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """From `low` to `high`, in the unit of the column, over WIDTH_PX."""

    low: float
    high: float

    def x(self, value: float) -> str:
        """Return the position of a value in px."""
        return fixed((value - self.low) / (self.high - self.low) * WIDTH_PX, 1)

    @property
    def anchor_x(self) -> str:
        """Return the position of the mean of the rated models in px."""
        return self.x(MEAN_RATING)

    def whisker(self, cell: Cell) -> Whisker | None:
        """Return the drawing of a cell's interval, None where it has none."""
        value, lower, upper = cell["value"], cell["lower"], cell["upper"]
        if value is None or lower is None or upper is None:
            return None
        return Whisker(lower=self.x(lower), value=self.x(value), upper=self.x(upper))


def shared_scale(cells: Iterable[Cell]) -> Scale | None:
    """Return the scale that holds every interval, None when no cell has one."""
    bounds = [
        bound for cell in cells for bound in (cell["lower"], cell["upper"]) if bound is not None
    ]
    if not bounds:
        return None
    low, high = floor(min(bounds) / STEP) * STEP, ceil(max(bounds) / STEP) * STEP
    return Scale(low=low, high=max(high, low + STEP))
