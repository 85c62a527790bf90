"""What the published runs that count measured at points of the profiles that ship."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import FloatField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from arena.tenancy.models import Tenant
from benchmarks.models import RunPoint
from benchmarks.queries.speeds import CountedRun, counted_runs


class PointOf(NamedTuple):
    """One point of one version of a profile: only figures of the same one are alike."""

    profile: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PointReading:
    """Which metrics somebody wants to know of which points."""

    metrics: tuple[str, ...]
    points: tuple[PointOf, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredPoint:
    """What one run measured at one point."""

    run_id: UUID
    point: PointOf
    voided: str | None
    """Why the point does not count, as a code; None where it does."""
    power_scope: str | None
    trust_level: str
    measured_at: datetime
    """End of the run."""
    metrics_version: str
    """Of the formulas that made the values of the samples."""
    values: Mapping[str, float]
    """By metric, of those asked for; without what was not measured."""


def measured_points(
    *,
    tenant: Tenant,
    readings: Iterable[PointReading],
    runs: Mapping[UUID, CountedRun] | None = None,
) -> dict[str, list[MeasuredPoint]]:
    """Return what was measured of each deployment, by slug, the newest run first.

    Counted are the runs behind `measured_speeds`, whether they have the headline's point or not,
    or else `runs`, such as those that counted at another moment.
    Two queries, however many readings there are; void points are among the answers.
    """
    every = list(readings)
    wanted = {point for reading in every for point in reading.points}
    metrics = sorted({metric for reading in every for metric in reading.metrics})
    profiles = {point.profile for point in wanted}
    counted = counted_runs(tenant=tenant) if runs is None else runs
    used = [run for run in counted.values() if run.profile in profiles]
    rows: dict[UUID, list[MeasuredPoint]] = defaultdict(list)
    run_of = {run.run_id: run for run in used}
    for run_id, key, voided, scope, version, *values in RunPoint.objects.filter(
        tenant=tenant, run_id__in=run_of, point_key__in={point.key for point in wanted}
    ).values_list(
        "run_id",
        "point_key",
        "voided",
        "power_scope",
        "metrics_version",
        *map(_value, metrics),
    ):
        run = run_of[run_id]
        if PointOf(run.profile, key) in wanted:
            measured = zip(metrics, values, strict=True)
            rows[run_id].append(_point(run, key, voided, scope, version, dict(measured)))
    found: dict[str, list[MeasuredPoint]] = defaultdict(list)
    for run in sorted(used, key=lambda run: (run.finished_at, run.position), reverse=True):
        found[run.deployment_slug] += sorted(rows[run.run_id], key=lambda one: one.point)
    return {slug: points for slug, points in found.items() if points}


def _value(metric: str) -> Cast:
    """The value as a number right away: JSON of it would be parsed once a value."""
    return Cast(KT(f"measurements__{metric}__value"), FloatField())


def _point(
    run: CountedRun,
    key: str,
    voided: str | None,
    scope: str | None,
    metrics_version: str,
    values: Mapping[str, float | None],
) -> MeasuredPoint:
    assert run.finished_at is not None  # noqa: S101  a completed run has an end
    return MeasuredPoint(
        run_id=run.run_id,
        point=PointOf(run.profile, key),
        voided=voided,
        power_scope=scope,
        trust_level=run.trust_level,
        measured_at=run.finished_at,
        metrics_version=metrics_version,
        values={metric: value for metric, value in values.items() if value is not None},
    )
