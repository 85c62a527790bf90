"""A board as a plane of two columns: who is on its frontier, how surely, and who is not shown.

Positions along x are percentages of the drawing, so that it fills any width and its text keeps its
size; positions along y are px.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final, NamedTuple

from leaderboards.axes import Axis, NotPositive, axis
from leaderboards.columns import Column
from leaderboards.draws import Measure
from leaderboards.figures import Missing, figures, without_marks
from leaderboards.frontier import Directions, non_dominated, probability_on_frontier
from leaderboards.machines import NOTHING, MachineFacts
from leaderboards.plane import Plane
from leaderboards.presentation import CellView, Setting, cell_view
from leaderboards.rows import Row
from leaderboards.templatetags.numbers import fixed

VERSION: Final = "frontier-1"
HEIGHT_PX: Final = 440
_TOP_PX: Final = 36
_BOTTOM_PX: Final = 56
_MARGIN_PERCENT: Final = 6.0
GEOMETRY: Final = {
    "left_percent": _MARGIN_PERCENT,
    "top_px": _TOP_PX,
    "bottom_px": HEIGHT_PX - _BOTTOM_PX,
}
"""Where the ends of the axes are: the low end of x and both of y, for who draws on the plane."""
RADIUS_PX: Final = 5.0
"""Of a point whose machine's memory is not known."""
_SMALLEST_PX: Final = 4.0
_LARGEST_PX: Final = 14.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """An interval as drawn along one axis."""

    low: str
    high: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One row in the plane; `x` a percentage, `y` and `radius` in px."""

    row: Row
    x_cell: CellView
    y_cell: CellView
    x: str
    y: str
    x_span: Span | None
    y_span: Span | None
    radius: str
    machine: MachineFacts
    is_on: bool
    probability_percent: float
    is_left: bool
    is_high: bool

    @property
    def x_value(self) -> float:
        """Return its figure across, in the unit of the column."""
        return float(self.x_cell.raw["value"] or 0)

    @property
    def y_value(self) -> float:
        """Return its figure upwards, in the unit of the column."""
        return float(self.y_cell.raw["value"] or 0)

    @property
    def reach(self) -> str:
        """Return the radius in px within which the point is pointed at, 24 px wide at least."""
        return fixed(max(float(self.radius) + 4, 12.0), 1)

    @property
    def is_claim(self) -> bool:
        """Return whether one of its figures was not measured here."""
        return "claim" in (self.x_cell.raw["kind"], self.y_cell.raw["kind"])

    @property
    def probability(self) -> str:
        """Return the probability in words; draws never prove a certainty but of exact figures."""
        percent = self.probability_percent
        if 0 < percent < 1:
            return "< 1 %"
        return "> 99 %" if 99 < percent < 100 else f"{percent:.0f} %"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A line across the plane, at a percentage of its width or px of its height."""

    value: float
    digits: int
    place: str


class Line(NamedTuple):
    """One straight piece of the frontier: x as percentages, y in px."""

    x1: str
    y1: str
    x2: str
    y2: str


class NotShown(NamedTuple):
    """Rows without a point that have one reason in common, by the title of the axis."""

    reasons: tuple[tuple[str, str], ...]
    rows: list[Row]


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoChart:
    """The plane as its page shows it; `points` the frontier first, then the likeliest."""

    plane: Plane
    points: tuple[Point, ...]
    not_shown: tuple[NotShown, ...]
    frontier: tuple[Line, ...]
    along: Axis | None
    up: Axis | None
    without_interval: int
    """Points that are exact on at least one axis, for want of an interval."""
    without_memory: int

    @property
    def x_ticks(self) -> tuple[Tick, ...]:
        """Return the lines that stand across the plane."""
        return _ticks(self.along, _percent)

    @property
    def y_ticks(self) -> tuple[Tick, ...]:
        """Return the lines that lie across the plane."""
        return _ticks(self.up, _px)

    @property
    def frontier_count(self) -> int:
        """Return how many points no other one dominates."""
        return sum(point.is_on for point in self.points)

    @property
    def not_shown_count(self) -> int:
        """Return how many rows have no point."""
        return sum(len(group.rows) for group in self.not_shown)


class _Placed(NamedTuple):
    row: Row
    x: Measure
    y: Measure


def chart(
    rows: Sequence[Row], plane: Plane, machines: Mapping[str, MachineFacts], setting: Setting
) -> ParetoChart:
    """Lay the rows out; raises leaderboards.axes.NotPositive for a logarithm of what has none."""
    placed, not_shown = _placed(without_marks(rows, (plane.x, plane.y)), plane)
    xs, ys = [item.x for item in placed], [item.y for item in placed]
    is_on = non_dominated([m.value for m in xs], [m.value for m in ys], plane.directions)
    shares = probability_on_frontier(xs, ys, plane.directions)
    along = _axis(xs, plane.x, name="x", is_log=plane.log_x)
    up = _axis(ys, plane.y, name="y", is_log=plane.log_y)
    if along is None or up is None:
        return _empty(plane, not_shown)
    facts = [machines.get(item.row["key"].partition(":")[2], NOTHING) for item in placed]
    largest = max((fact.memory_gb or 0.0 for fact in facts), default=0.0)
    points = [
        Point(
            row=item.row,
            x_cell=cell_view(item.row, plane.x, setting),
            y_cell=cell_view(item.row, plane.y, setting),
            x=_percent(along.share(item.x.value)),
            y=_px(up.share(item.y.value)),
            x_span=_span(item.x, along, _percent),
            y_span=_span(item.y, up, _px),
            radius=_radius(fact.memory_gb, largest),
            machine=fact,
            is_on=bool(on),
            probability_percent=100 * share,
            is_left=along.share(item.x.value) < 0.5,
            is_high=up.share(item.y.value) >= 0.5,
        )
        for item, fact, on, share in zip(placed, facts, is_on, shares, strict=True)
    ]
    points.sort(key=lambda point: (not point.is_on, -point.probability_percent, point.row["order"]))
    return ParetoChart(
        plane=plane,
        points=tuple(points),
        not_shown=not_shown,
        frontier=_frontier([point for point in points if point.is_on], plane.directions),
        along=along,
        up=up,
        without_interval=sum(item.x.lower is None or item.y.lower is None for item in placed),
        without_memory=sum(fact.memory_gb is None for fact in facts),
    )


def _empty(plane: Plane, not_shown: tuple[NotShown, ...]) -> ParetoChart:
    return ParetoChart(
        plane=plane,
        points=(),
        not_shown=not_shown,
        frontier=(),
        along=None,
        up=None,
        without_interval=0,
        without_memory=0,
    )


def _placed(rows: Sequence[Row], plane: Plane) -> tuple[list[_Placed], tuple[NotShown, ...]]:
    placed: list[_Placed] = []
    without: dict[tuple[tuple[str, str], ...], list[Row]] = {}
    of_axes = (figures(rows, column, plane.kinds) for column in (plane.x, plane.y))
    for row, x, y in zip(rows, *of_axes, strict=True):
        if isinstance(x, Measure) and isinstance(y, Measure):
            placed.append(_Placed(row, x, y))
            continue
        found = ((plane.x.title, x), (plane.y.title, y))
        reasons = ((title, item.reason) for title, item in found if isinstance(item, Missing))
        without.setdefault(tuple(reasons), []).append(row)
    return placed, tuple(NotShown(reasons, alike) for reasons, alike in without.items())


def _axis(measures: Sequence[Measure], column: Column, *, name: str, is_log: bool) -> Axis | None:
    values = [measure.value for measure in measures]
    bounds = [bound for item in measures for bound in (item.lower, item.upper) if bound is not None]
    try:
        return axis(values, bounds, is_log=is_log)
    except NotPositive as error:
        raise NotPositive(
            f"log={name}: {column.title} goes down to {error}, and nothing at or below zero has "
            f"a logarithm. Leave log={name} out."
        ) from error


def _frontier(points: Sequence[Point], directions: Directions) -> tuple[Line, ...]:
    """Return the edge of what the points dominate: from each to the next by way of a corner.

    The corner has the worse x and the worse y of the two: a straight line would promise what
    nobody has measured.
    """
    rightwards = sorted(points, key=lambda point: (float(point.x.rstrip("%")), point.y))
    lines = []
    for left, right in pairwise(rightwards):
        if (left.x, left.y) == (right.x, right.y):
            continue
        # The one that is worse on x gives the corner's x, the other one its y.
        corner_x, corner_y = (left.x, right.y) if directions.x == "higher" else (right.x, left.y)
        lines.append(Line(left.x, left.y, corner_x, corner_y))
        lines.append(Line(corner_x, corner_y, right.x, right.y))
    return tuple(lines)


def _ticks(scale: Axis | None, place: Callable[[float], str]) -> tuple[Tick, ...]:
    return tuple(
        Tick(value=tick.value, digits=tick.digits, place=place(tick.share))
        for tick in (scale.ticks if scale else ())
    )


def _span(measure: Measure, scale: Axis, place: Callable[[float], str]) -> Span | None:
    if measure.lower is None or measure.upper is None:
        return None
    return Span(low=place(scale.share(measure.lower)), high=place(scale.share(measure.upper)))


def _percent(share: float) -> str:
    return f"{fixed(_MARGIN_PERCENT + share * (100 - 2 * _MARGIN_PERCENT), 2)}%"


def _px(share: float) -> str:
    return fixed(HEIGHT_PX - _BOTTOM_PX - share * (HEIGHT_PX - _TOP_PX - _BOTTOM_PX), 1)


def _radius(memory_gb: float | None, largest: float) -> str:
    """Return the radius of a bubble whose area grows with the memory, in px."""
    if memory_gb is None:
        return fixed(RADIUS_PX, 1)
    return fixed(_SMALLEST_PX + (_LARGEST_PX - _SMALLEST_PX) * sqrt(memory_gb / largest), 1)
