"""Pure: where the names of the frontier stand in a plane, so that no two of them overlap.

Widths are in px of the narrowest plane that has names at all; in a wider one they stand farther
apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from leaderboards.frontier import Better
from leaderboards.pareto import GEOMETRY, Point
from leaderboards.templatetags.numbers import fixed

_WIDTH_PX: Final = 680
_AWAY_PX: Final = 16
"""From the middle of a point to the near end of its name."""
_UP_PX: Final = 10
_TOP_PX: Final = 26
"""The title of the axis stands above it."""
_LINE_PX: Final = 15
_LETTER_PX: Final = 7.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """The name of one point and its place: px right of the point and px below it."""

    point: Point
    right: str
    below: str


def labels(points: Sequence[Point], better_y: Better) -> list[Label]:
    """Return the names of the points on the frontier that have room.

    A name stands a little above its point, and where another one is, farther towards the better
    end of y, where nothing is: so names are in the order of their points.
    """
    step = -_LINE_PX if better_y == "higher" else _LINE_PX
    found: list[Label] = []
    placed: list[tuple[float, float, float]] = []
    leading = sorted((one for one in points if one.is_on), key=lambda one: float(one.y))
    for point in leading if step > 0 else reversed(leading):
        start, end = _reach(point)
        line = float(point.y) - _UP_PX
        for other_start, other_end, other_line in sorted(placed, key=lambda one: one[2] * step):
            if start < other_end and other_start < end and abs(line - other_line) < _LINE_PX:
                line = other_line + step
        if not _TOP_PX <= line <= GEOMETRY["bottom_px"] - _UP_PX / 2:
            continue
        placed.append((start, end, line))
        found.append(
            Label(
                point=point,
                right=str(_AWAY_PX if point.is_left else -_AWAY_PX),
                below=fixed(line - float(point.y), 1),
            )
        )
    return found


def _reach(point: Point) -> tuple[float, float]:
    """Return from where to where a name is: right of a point in the left half, or left of it."""
    middle = float(point.x.rstrip("%")) * _WIDTH_PX / 100
    length = _LETTER_PX * len(point.row["model"]["name"])
    if point.is_left:
        return middle + _AWAY_PX, middle + _AWAY_PX + length
    return middle - _AWAY_PX - length, middle - _AWAY_PX
