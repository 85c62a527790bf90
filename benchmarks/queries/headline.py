"""What the headline point tells beside its speed: how fast a prompt is read, and at what power."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from arena.tenancy.models import Tenant
from benchmarks.models import RunPoint
from benchmarks.queries.speeds import HEADLINE_POINT, MeasuredSpeed


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """Medians over the runs behind a deployment's speed; None where no run measured the figure."""

    prefill_tokens_per_second: float | None
    watts: float | None
    """Joules a token times tokens a second of the whole point.

    The energy covers warm-ups, their tokens do not count: with one warm-up to five runs the
    figure is at most a fifth high, never low.
    """
    power_scope: str | None
    """Where the watts were read; None also where runs read them at different places."""


def headlines(*, tenant: Tenant, speeds: Mapping[str, MeasuredSpeed]) -> dict[str, Headline]:
    """Return the headline of each deployment in `speeds`, over the very same runs."""
    slug_of = {run_id: slug for slug, speed in speeds.items() for run_id in speed.run_ids}
    points: dict[str, list[RunPoint]] = {slug: [] for slug in speeds}
    for point in RunPoint.objects.filter(
        tenant=tenant, point_key=HEADLINE_POINT, run_id__in=slug_of, voided=None
    ).order_by("position"):
        points[slug_of[point.run_id]].append(point)
    return {slug: _headline(found) for slug, found in points.items()}


def _headline(points: list[RunPoint]) -> Headline:
    prefill = _values(points, "prefill_tokens_per_second")
    powered = [(point, watts) for point in points if (watts := _watts(point)) is not None]
    scopes = {point.power_scope for point, _ in powered}
    # Watts of a card and watts at the wall have no common median.
    watts = median(value for _, value in powered) if len(scopes) == 1 else None
    return Headline(
        prefill_tokens_per_second=median(prefill) if prefill else None,
        watts=watts,
        power_scope=scopes.pop() if watts is not None else None,
    )


def _watts(point: RunPoint) -> float | None:
    joules = _value(point.measurements, "joules_per_output_token")
    rate = _value(point.measurements, "system_tokens_per_second")
    return None if joules is None or rate is None else joules * rate


def _values(points: list[RunPoint], metric: str) -> list[float]:
    found = (_value(point.measurements, metric) for point in points)
    return [value for value in found if value is not None]


def _value(measurements: Mapping[str, Any], metric: str) -> float | None:
    found = measurements.get(metric)
    return None if found is None else found["value"]
