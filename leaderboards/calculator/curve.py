"""The break-even curve: what a month costs by volume, bought and on a machine of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

from benchmarks.charts import Axis
from leaderboards.calculator.machine import OwnCost

PLOT_PX: Final = 260
TOP_PX: Final = 16
BOTTOM_PX: Final = 28
_STEPS: Final = 8
_NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One volume and what it costs; `own` is None above what one stream can write in a month."""

    millions: float
    """Output tokens a month."""
    hosted: float
    own: float | None
    x: str
    hosted_y: float
    own_y: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A straight line of the drawing: `x` in per cent of its width, `y` in px from the top."""

    x1: str
    y1: float
    x2: str
    y2: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A value on an axis and where it stands."""

    value: float
    at: str
    anchor: str
    digits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakEven:
    """The whole drawing, and as `steps` the table that says the same."""

    steps: tuple[Step, ...]
    hosted: tuple[Line, ...]
    own: tuple[Line, ...]
    along: tuple[Mark, ...]
    up: tuple[Mark, ...]
    crossing: str | None
    """Where both cost the same, in per cent; None when that is not in the drawing."""
    mine: str
    """Where the reader's own volume stands."""
    height_px: int = PLOT_PX


def break_even(
    mine: OwnCost, *, hosted_per_million: float, millions: float, even_at: float | None
) -> BreakEven:
    """Draw both costs from nothing to twice the larger of the reader's volume and the crossing.

    A crossing further away than 20 times the reader's volume would press everything together.
    """
    near = even_at if even_at is not None and even_at <= 20 * millions else None
    along = _axis(2 * max(millions, near or 0.0))
    volumes = [along.high * step / _STEPS for step in range(_STEPS + 1)]
    costs = [(volume * hosted_per_million, _own(mine, volume)) for volume in volumes]
    up = _axis(max(max(bought, own or 0.0) for bought, own in costs))

    def y(value: float) -> float:
        return round(PLOT_PX - BOTTOM_PX - up.share(value) * (PLOT_PX - TOP_PX - BOTTOM_PX), 1)

    steps = tuple(
        Step(
            millions=volume,
            hosted=bought,
            own=own,
            x=along.percent(volume),
            hosted_y=y(bought),
            own_y=None if own is None else y(own),
        )
        for volume, (bought, own) in zip(volumes, costs, strict=True)
    )
    return BreakEven(
        steps=steps,
        hosted=_lines([(step.x, step.hosted_y) for step in steps]),
        own=_lines([(step.x, step.own_y) for step in steps if step.own_y is not None]),
        along=tuple(
            Mark(value=value, at=along.percent(value), anchor=_anchor(value, along),
                 digits=_digits(value))
            for value in along.ticks()
        ),
        up=tuple(
            Mark(value=value, at=f"{y(value):g}", anchor="start", digits=_digits(value))
            for value in up.ticks()
        ),
        crossing=None if near is None else along.percent(near),
        mine=along.percent(millions),
    )  # fmt: skip


def _own(mine: OwnCost, millions: float) -> float | None:
    if millions > mine.capacity_millions:
        return None
    return mine.hardware_a_month + mine.electricity_per_million * millions


def _lines(points: Sequence[tuple[str, float]]) -> tuple[Line, ...]:
    return tuple(Line(x1=x1, y1=y1, x2=x2, y2=y2) for (x1, y1), (x2, y2) in pairwise(points))


def _axis(largest: float) -> Axis:
    """Return an axis from 0 to a round value that is not below the largest."""
    if largest <= 0:
        return Axis(low=0.0, high=1.0, is_log=False)
    power = 10.0 ** floor(log10(largest / 4))
    step = next(m * power for m in _NICE if m * power * 4 >= largest * (1 - 1e-9))
    return Axis(low=0.0, high=ceil(largest / step - 1e-9) * step, is_log=False)


def _anchor(value: float, axis: Axis) -> str:
    if value == axis.low:
        return "start"
    return "end" if value >= axis.high * (1 - 1e-9) else "middle"


def _digits(value: float) -> int:
    return next((n for n in range(4) if abs(value * 10**n - round(value * 10**n)) < 1e-6), 4)
