"""The part of a plane that a reader marks: a range of each of its two columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leaderboards.cost import reading
from leaderboards.cost.reading import BadParameter
from leaderboards.pareto import Point
from leaderboards.plane import Plane

MOST: Final = 1e15
"""Any figure of a board is smaller."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """From `low` to `high`, both inside; None where it has no end."""

    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        """Return whether a value is inside."""
        return not (
            (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Brush:
    """What is marked: points inside both ranges, in the units of the columns."""

    x: Range
    y: Range

    @property
    def stated(self) -> Mapping[str, str]:
        """Return its part of the address, empty where a range has no end."""
        ends = {
            "x_from": self.x.low,
            "x_to": self.x.high,
            "y_from": self.y.low,
            "y_to": self.y.high,
        }
        return {name: "" if end is None else f"{end:.12g}" for name, end in ends.items()}

    @property
    def is_set(self) -> bool:
        """Return whether anything is marked off at all."""
        return any(self.stated.values())

    def holds(self, point: Point) -> bool:
        """Return whether a point is inside; an interval that reaches in does not count."""
        return self.x.holds(point.x_value) and self.y.holds(point.y_value)


def read(query: Mapping[str, str], plane: Plane) -> Brush:
    """Return what an address marks; raise BadParameter naming what is allowed."""
    return Brush(x=_range(query, "x", plane.x.unit), y=_range(query, "y", plane.y.unit))


def _range(query: Mapping[str, str], axis: str, unit: str) -> Range:
    low, high = (
        reading.number(query, f"{axis}_{end}", low=-MOST, high=MOST, unit=unit)
        for end in ("from", "to")
    )
    if low is not None and high is not None and low > high:
        raise BadParameter(f"{axis}_to", f"{high:g} is less than {axis}_from, which is {low:g}.")
    return Range(low=low, high=high)
