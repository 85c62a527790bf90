"""Where a column gets its cells from what runs measured: medians, and capacities of sweeps."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final
from uuid import UUID

from typing_extensions import override

from arena_runner.contract import profiles
from arena_runner.contract.capacity import Capacity
from arena_runner.contract.profile import Point
from benchmarks.queries import MeasuredPoint, PointOf, PointReading
from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.column import CellOf
from leaderboards.sources import Sources, Subject
from leaderboards.speed.capacity import Capacities, capacity_of_run, over_runs
from leaderboards.speed.medians import Chosen, choose, range_words, spread
from leaderboards.speed.missing import missing
from leaderboards.speed.points import conditions_of

NONE_PASSES: Final = "no rate passes"
_RATE_UNIT: Final = "requests/s"
_STEP_METRICS: Final = (
    "ttft_ms_p95", "offered_rate_per_second", "request_rate_per_second",
    "system_tokens_per_second",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFigure:
    """What one run adds to the figure of a cell."""

    run_id: UUID
    words: str
    """Figure and unit."""
    metrics_version: str


class FromPoints(ABC):
    """The cells of a column that is made of measured points; it says which, so that all columns
    together cost a rebuild one look at the table of points."""

    @property
    @abstractmethod
    def reading(self) -> PointReading:
        """Return what has to be read for it."""

    @abstractmethod
    def cell(self, measured: Sequence[MeasuredPoint]) -> Cell:
        """Return the cell of a deployment out of what its runs measured, the newest run first."""

    @abstractmethod
    def figures(self, measured: Sequence[MeasuredPoint]) -> tuple[RunFigure, ...]:
        """Return what each run adds to the cell of a deployment, the newest run first."""

    def __call__(self, sources: Sources) -> CellOf:
        """Return the function that gives each row its cell."""

        def cell(subject: Subject) -> Cell:
            return self.cell(sources.points.get(subject.deployment or "", ()))

        return cell


@dataclass(frozen=True, kw_only=True)
class Medians(FromPoints):
    """The median of one metric over the runs of one point, the first of `points` that has any.

    The runs of the points are never put together; what comes from another point than the first
    says so after its figure.
    """

    metric: str
    points: tuple[PointOf, ...]
    unit: str
    digits: int
    factor: float = 1.0
    """From the unit of the metric to that of the column."""
    scope: str | None = None
    """Where power has to have been read; None for a metric that is no energy."""

    @property
    @override
    def reading(self) -> PointReading:
        """Return what has to be read for it."""
        return PointReading(metrics=(self.metric,), points=self.points)

    @override
    def cell(self, measured: Sequence[MeasuredPoint]) -> Cell:
        """Return the cell of a deployment out of what its runs measured, the newest run first."""
        chosen = choose(measured, self.points, self._counts)
        if chosen is None:
            why = missing(measured, self.points, scope=self.scope)
            return cells.absent(why, unit=self.unit)
        found = spread([self.factor * one.values[self.metric] for one in chosen.runs])
        count = len(chosen.runs)
        ends = f", {found.lowest:,.{self.digits}f} to {found.highest:,.{self.digits}f}"
        apart = range_words(found.lowest, found.highest, runs=count, digits=self.digits)
        profile, key = chosen.point
        cell = cells.measured(
            found.median,
            unit=self.unit,
            as_of=chosen.runs[0].measured_at,
            sample=count,
            counted="runs",
            note=_note(chosen, ends if count > 1 else ""),
            suffix=f"{apart} {'' if chosen.point == self.points[0] else profile}".strip(),
            decimals=self.digits + 1,
        )
        return cells.under(cell, conditions_of([profile], key=key))

    @override
    def figures(self, measured: Sequence[MeasuredPoint]) -> tuple[RunFigure, ...]:
        """Return what each run adds to the cell of a deployment, the newest run first."""
        chosen = choose(measured, self.points, self._counts)
        return tuple(
            RunFigure(
                run_id=one.run_id,
                words=f"{self.factor * one.values[self.metric]:,.{self.digits}f} {self.unit}",
                metrics_version=one.metrics_version,
            )
            for one in (chosen.runs if chosen else ())
        )

    def _counts(self, one: MeasuredPoint) -> bool:
        is_scope = self.scope is None or one.power_scope == self.scope
        return self.metric in one.values and is_scope and one.voided is None


@dataclass(frozen=True, kw_only=True)
class CapacityAt(FromPoints):
    """The highest offered rate of a sweep with its p95 time to first token within a limit."""

    profile: str
    limit_ms: int

    @property
    @override
    def reading(self) -> PointReading:
        """Return what has to be read for it."""
        keys = sorted(self._sweep)
        return PointReading(
            metrics=_STEP_METRICS, points=tuple(PointOf(self.profile, key) for key in keys)
        )

    @override
    def cell(self, measured: Sequence[MeasuredPoint]) -> Cell:
        """Return the cell of a deployment; that no rate passes is a result, in words."""
        own = self._own(measured)
        judged = self._judged(own)
        if not judged:
            why = "no step could be judged" if own else "not measured"
            return cells.absent(f"{why} by a published run of {self.profile}", unit=_RATE_UNIT)
        return self._told(over_runs([found for _, found in judged]), [one for one, _ in judged])

    @override
    def figures(self, measured: Sequence[MeasuredPoint]) -> tuple[RunFigure, ...]:
        """Return what each run adds to the cell of a deployment, the newest run first."""
        return tuple(
            RunFigure(
                run_id=one.run_id,
                words=f"{_words(found)} {_RATE_UNIT}" if found.rate_per_second else _words(found),
                metrics_version=one.metrics_version,
            )
            for one, found in self._judged(self._own(measured))
        )

    def _own(self, measured: Sequence[MeasuredPoint]) -> list[MeasuredPoint]:
        return [one for one in measured if one.point.profile == self.profile]

    def _judged(self, own: Iterable[MeasuredPoint]) -> list[tuple[MeasuredPoint, Capacity]]:
        """Return the runs of which a capacity can be told, each by one of its points."""
        judged: list[tuple[MeasuredPoint, Capacity]] = []
        for _, points in groupby(own, key=lambda one: one.run_id):
            of_run = list(points)
            found = capacity_of_run(self._sweep, of_run, limit_ms=self.limit_ms)
            if found.is_measured:
                judged.append((of_run[0], found))
        return judged

    def _told(self, found: Capacities, of_runs: Sequence[MeasuredPoint]) -> Cell:
        ends = f", {_words(found.lowest)} to {_words(found.highest)}" if len(of_runs) > 1 else ""
        chosen = Chosen(PointOf(self.profile, self._sweep_name), tuple(of_runs))
        rate = found.middle.rate_per_second
        cell = cells.measured(
            rate or 0.0,
            unit=_RATE_UNIT,
            as_of=of_runs[0].measured_at,
            sample=len(of_runs),
            counted="runs",
            note=_note(chosen, ends) + _refusal(found.middle),
            suffix="or more" if found.middle.is_lower_bound else "",
        )
        return cell if rate is not None else cells.in_words(cell, NONE_PASSES)

    @cached_property
    def _sweep(self) -> dict[str, Point]:
        return {point.key: point for point in profiles.load(self.profile).points if point.sweep}

    @cached_property
    def _sweep_name(self) -> str:
        return next(iter(self._sweep.values())).sweep or ""


def readings(sources_of_cells: Iterable[object]) -> list[PointReading]:
    """Return what has to be read for columns with these sources of cells."""
    return [one.reading for one in sources_of_cells if isinstance(one, FromPoints)]


def _note(chosen: Chosen, ends: str) -> str:
    count = len(chosen.runs)
    trust = max(one.trust_level for one in chosen.runs)
    runs = f"median of {count} run{'s' if count > 1 else ''}"
    return f"{runs}{ends}, {trust}, {chosen.point.profile} {chosen.point.key}"


def _words(capacity: Capacity) -> str:
    rate = capacity.rate_per_second
    if rate is None:
        return NONE_PASSES
    return f"{rate:g}{' or more' if capacity.is_lower_bound else ''}"


def _refusal(capacity: Capacity) -> str:
    """Return why the next rate does not pass: the lowest, where none does."""
    best = capacity.rate_per_second or 0.0
    above = [(rate, reason) for rate, reason in capacity.refused if rate > best]
    return f"; at {above[0][0]:g}/s {above[0][1]}" if above else ""
