"""Pure geometry of a rating's history, for SVG that the server draws: a step line in its band.

Positions along x are percentages, so that the drawing fills any width; along y they are px. Band
and line stand in a plane of their own, 1,000 by 1,000, which is stretched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from leaderboards.axes import Axis, AxisTick, axis
from leaderboards.rating_history import Happening, RatingHistory, RatingPoint

HEIGHT_PX: Final = 240
TOP_PX: Final = 28
PLOT_PX: Final = 176
_PLANE: Final = 1_000
_TICKS_ALONG: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """A rating where it is drawn."""

    of: RatingPoint
    x: str
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A happening where it is drawn, with its number in the table."""

    of: Happening
    number: int
    x: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UpTick:
    """A line across and its value."""

    of: AxisTick
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AlongTick:
    """A position of the log below the drawing."""

    position: int
    x: str
    anchor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryChart:
    """The drawing; `band` and `line` are points of SVG shapes in the stretched plane."""

    dots: tuple[Dot, ...]
    rules: tuple[Rule, ...]
    up: tuple[UpTick, ...]
    along: tuple[AlongTick, ...]
    band: str
    line: str


def history_chart(history: RatingHistory) -> HistoryChart | None:
    """Lay a history out; None where the model has been in fewer than two fits."""
    points = history.points
    if len(points) < 2:
        return None
    up = axis(
        [point.rating for point in points],
        [end for point in points for end in (point.lower, point.upper)],
        is_log=False,
    )
    if up is None:
        return None
    along = _along(points)
    shown = [item for item in history.happenings if along.low <= item.position <= along.high]
    return HistoryChart(
        dots=tuple(
            Dot(of=point, x=_percent(along, point.position), y=_y(up, point.rating))
            for point in points
        ),
        rules=tuple(
            Rule(
                of=item, number=history.happenings.index(item) + 1, x=_percent(along, item.position)
            )
            for item in shown
        ),
        up=tuple(UpTick(of=tick, y=_y(up, tick.value)) for tick in up.ticks),
        along=_along_ticks(along),
        band=_band(points, along, up),
        line=_steps([(point.position, point.rating) for point in points], along, up),
    )


def _along(points: Sequence[RatingPoint]) -> Axis:
    low, high = float(points[0].position), float(points[-1].position)
    return Axis(low=low, high=high if high > low else low + 1, is_log=False)


def _along_ticks(along: Axis) -> tuple[AlongTick, ...]:
    width = along.high - along.low
    positions = sorted(
        {round(along.low + width * n / (_TICKS_ALONG - 1)) for n in range(_TICKS_ALONG)}
    )
    anchors = ["start", *["middle"] * (len(positions) - 2), "end"]
    return tuple(
        AlongTick(position=position, x=_percent(along, position), anchor=anchor)
        for position, anchor in zip(positions, anchors, strict=False)
    )


def _percent(along: Axis, position: float) -> str:
    return f"{100 * along.share(position):.2f}%"


def _y(up: Axis, value: float) -> float:
    return round(TOP_PX + (1 - up.share(value)) * PLOT_PX, 1)


def _place(along: Axis, up: Axis, position: float, value: float) -> str:
    return f"{_PLANE * along.share(position):.1f},{_PLANE * (1 - up.share(value)):.1f}"


def _corners(values: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the corners of a step line: a rating stands until the next fit."""
    corners = [values[0]]
    for (_, before), (position, value) in pairwise(values):
        corners += [(position, before), (position, value)]
    return corners


def _steps(values: Sequence[tuple[int, float]], along: Axis, up: Axis) -> str:
    return " ".join(_place(along, up, *corner) for corner in _corners(values))


def _band(points: Sequence[RatingPoint], along: Axis, up: Axis) -> str:
    upper = _corners([(point.position, point.upper) for point in points])
    lower = _corners([(point.position, point.lower) for point in points])
    return " ".join(_place(along, up, *corner) for corner in [*upper, *reversed(lower)])
