"""Pure: one figure out of several runs, all of them of the same point."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from benchmarks.queries import MeasuredPoint, PointOf
from leaderboards.templatetags.numbers import number


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A figure and how far the runs behind it lie apart."""

    median: float
    lowest: float
    highest: float


class Chosen(NamedTuple):
    """The runs that a figure is made of: all of one point."""

    point: PointOf
    runs: tuple[MeasuredPoint, ...]
    """Newest first."""


def spread(values: Sequence[float]) -> Spread:
    """Return the median with the lowest and the highest value; raise ValueError without any.

    The median of 40, 90 and 50 is 50 (40 to 90); of an even number of runs it lies half-way
    between the middle two: of 40 and 50 it is 45.
    """
    if not values:
        raise ValueError("no run, no median")
    return Spread(median=median(values), lowest=min(values), highest=max(values))


def range_words(lowest: float, highest: float, *, runs: int, digits: int) -> str:
    """Return how far the runs lie apart, such as "40.0–90.0"; nothing for a single run."""
    return f"{number(lowest, digits)}–{number(highest, digits)}" if runs > 1 else ""


def choose(
    measured: Sequence[MeasuredPoint],
    preferred: Sequence[PointOf],
    counts: Callable[[MeasuredPoint], bool],
) -> Chosen | None:
    """Return the runs of the first of the preferred points that any run counts at.

    Runs of another point are left out even where there are many: a prompt of 64 tokens and one of
    2,048 have no common median.
    """
    for point in preferred:
        runs = tuple(one for one in measured if one.point == point and counts(one))
        if runs:
            return Chosen(point, runs)
    return None
