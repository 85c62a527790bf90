"""Geometry of the charts on a run's page, for SVG that the server draws.

Positions along x are percentages of the drawing, so that it fills any width and its text keeps
its size; positions along y are px.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import Final

from benchmarks.scales import Scale, decimals_of, nice_step

ROW_PX: Final = 40
AXIS_PX: Final = 24
PLOT_PX: Final = 220
_LOG_FROM: Final = 50.0
"""From this ratio of the largest to the smallest value on, an axis is logarithmic."""
_LOG_LEAST: Final = 1e-9
"""Below it a value is nothing in any of our units, and its power of ten may be no number."""
_TICKS: Final = 4
_MARGIN: Final = 4.0
"""Per cent kept free at both ends, so that no mark is cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One figure to draw; the bounds are those of its 95 % interval, where it has one."""

    label: str
    value: float
    lower: float | None = None
    upper: float | None = None
    sample: int = 0
    x: float = 0.0
    """Where it stands along the axis of a `Curve`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis(Scale):
    """A scale along x or y of a drawing."""

    def percent(self, value: float) -> str:
        """Return the share as a percentage for SVG, margins included."""
        return f"{_MARGIN + self.share(value) * (100 - 2 * _MARGIN):.2f}%"

    def ticks(self) -> tuple[float, ...]:
        """Return values at which a line helps the eye."""
        if self.is_log:
            powers = range(round(log10(self.low)), round(log10(self.high)) + 1)
            return tuple(10.0**power for power in powers)
        step = nice_step((self.high - self.low) / _TICKS)
        count = floor((self.high - self.low) / step + 1e-9)
        return tuple(self.low + step * number for number in range(count + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A value and where it is drawn; `x` and the bounds as percentages, `y` in px."""

    of: Value
    x: str
    y: float
    lower: str | None
    upper: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A line across the drawing and what stands at it."""

    value: float
    x: str
    anchor: str

    @property
    def digits(self) -> int:
        """Return with how many decimals the value is written."""
        return decimals_of(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forest:
    """Values below each other on one scale along x."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    height_px: int
    is_log: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """A value of a curve: `x` a percentage, the others px from the top."""

    of: Value
    x: str
    y: float
    y_lower: float | None
    y_upper: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A horizontal line of a curve and its value."""

    value: float
    y: float

    @property
    def digits(self) -> int:
        """Return with how many decimals the value is written."""
        return decimals_of(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Values over a quantity: the steps of a sweep, joined by straight lines."""

    dots: tuple[Dot, ...]
    segments: tuple[tuple[Dot, Dot], ...]
    rules: tuple[Rule, ...]
    targets: tuple[Rule, ...]
    """Limits that a service may promise, such as 2 000 ms to the first token."""
    ticks: tuple[Tick, ...]
    is_log: bool
    height_px: int = PLOT_PX


def forest(values: Sequence[Value]) -> Forest | None:
    """Lay values out below each other; None when there is none."""
    finite = [value for value in values if isfinite(value.value)]
    axis = _axis(_bounds(finite), from_zero=True)
    if axis is None:
        return None
    marks = tuple(
        Mark(
            of=value,
            x=axis.percent(value.value),
            y=float(row * ROW_PX),
            lower=None if value.lower is None else axis.percent(max(value.lower, axis.low)),
            upper=None if value.upper is None else axis.percent(value.upper),
        )
        for row, value in enumerate(finite)
    )
    return Forest(
        marks=marks,
        ticks=_ticks(axis),
        height_px=len(finite) * ROW_PX + AXIS_PX,
        is_log=axis.is_log,
    )


def curve(values: Sequence[Value], *, targets: Sequence[float] = ()) -> Curve | None:
    """Lay values out over their `x`; None when fewer than two can be joined."""
    ordered = sorted((v for v in values if isfinite(v.value)), key=lambda value: value.x)
    along = _axis([value.x for value in ordered], from_zero=True, log=False)
    # A limit far away from all values would only press them together.
    near = [target for target in targets if target <= 3 * max(_bounds(ordered), default=0)]
    up = _axis([*_bounds(ordered), *near], from_zero=True)
    if along is None or up is None or len(ordered) < 2:
        return None

    def y(value: float) -> float:
        return round(PLOT_PX - AXIS_PX - up.share(max(value, up.low)) * (PLOT_PX - 2 * AXIS_PX), 1)

    dots = tuple(
        Dot(
            of=value,
            x=along.percent(value.x),
            y=y(value.value),
            y_lower=None if value.lower is None else y(value.lower),
            y_upper=None if value.upper is None else y(value.upper),
        )
        for value in ordered
    )
    return Curve(
        dots=dots,
        segments=tuple(pairwise(dots)),
        rules=tuple(Rule(value=tick, y=y(tick)) for tick in up.ticks()),
        targets=tuple(Rule(value=target, y=y(target)) for target in near),
        ticks=_ticks(along),
        is_log=up.is_log,
    )


def _bounds(values: Iterable[Value]) -> list[float]:
    return [
        bound
        for value in values
        for bound in (value.value, value.lower, value.upper)
        if bound is not None and isfinite(bound)
    ]


def _axis(bounds: Sequence[float], *, from_zero: bool, log: bool = True) -> Axis | None:
    """Return a scale that holds all bounds and ends at round values; None without any."""
    if not bounds:
        return None
    smallest, largest = min(bounds), max(bounds)
    if log and smallest >= _LOG_LEAST and largest / smallest >= _LOG_FROM:
        return Axis(
            low=10.0 ** floor(log10(smallest)), high=10.0 ** ceil(log10(largest)), is_log=True
        )
    low = min(0.0, smallest) if from_zero else smallest
    step = nice_step((largest - low or 1.0) / _TICKS)
    return Axis(
        low=floor(low / step) * step, high=ceil(largest / step) * step or step, is_log=False
    )


def _ticks(axis: Axis) -> tuple[Tick, ...]:
    values = axis.ticks()
    anchors = ["start", *["middle"] * (len(values) - 2), "end"]
    return tuple(
        Tick(value=value, x=axis.percent(value), anchor=anchor)
        for value, anchor in zip(values, anchors, strict=False)
    )
