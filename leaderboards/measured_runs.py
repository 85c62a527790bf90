"""Published runs with their headline: which of them count, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import benchmarks.queries
from arena.tenancy.models import Tenant
from arena_runner.contract.metric_names import NO_PACE
from benchmarks.events import Measurement
from benchmarks.queries import HeadlinePoint
from benchmarks.queries.runs import HEADLINE_METRIC, STRANGER, RunInfo, runs, shows_figures

RUNS_MAX: Final = 200
PREFILL: Final = "prefill_tokens_per_second"
JOULES: Final = "joules_per_output_token"


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredRun:
    """One run as a stranger sees it; a measurement is None where the run has none to show."""

    info: RunInfo
    decode: Measurement | None
    prefill: Measurement | None
    joules: Measurement | None
    why_not: str
    """Why its speed is not part of the median; empty where it is."""


def runs_of_deployment(*, tenant: Tenant, deployment: str) -> list[MeasuredRun]:
    """Return the newest runs of a deployment that everybody may see."""
    return with_headlines(
        tenant=tenant,
        found=runs(tenant=tenant, viewer=STRANGER, deployment_slug=deployment, limit=RUNS_MAX),
    )


def with_headlines(*, tenant: Tenant, found: Sequence[RunInfo]) -> list[MeasuredRun]:
    """Return these runs with their figures, as far as a stranger may have them."""
    shown = [info.run_id for info in found if shows_figures(info, STRANGER)]
    points = benchmarks.queries.headline_points(tenant=tenant, run_ids=shown)
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    counted = {run_id for speed in speeds.values() for run_id in speed.run_ids}
    return [
        _measured(info, points.get(info.run_id), is_counted=info.run_id in counted)
        for info in found
    ]


def _measured(info: RunInfo, point: HeadlinePoint | None, *, is_counted: bool) -> MeasuredRun:
    measurements = point.measurements if point else {}
    return MeasuredRun(
        info=info,
        decode=measurements.get(HEADLINE_METRIC),
        prefill=measurements.get(PREFILL),
        joules=measurements.get(JOULES),
        why_not="" if is_counted else _reason(info, point),
    )


def _reason(info: RunInfo, point: HeadlinePoint | None) -> str:
    """Return the first rule of benchmarks.queries.measured_speeds that a run fails, in words."""
    rules = (
        (info.visibility == "retracted", f"retracted: {info.retraction_reason}"),
        (info.invalidation_reason is not None, f"invalidated: {info.invalidation_reason}"),
        (info.status != "completed", f"{info.status}, not completed"),
        (
            info.verdict != "accepted",
            f"{info.verdict or 'not assessed'}: {', '.join(info.reason_codes) or 'no reason'}",
        ),
        (point is None, "no headline point was measured"),
        (point is not None and point.voided is not None, f"void: {point.voided if point else ''}"),
        (info.trust_level < "T1", "T0: not signed by a runner"),
        (point is not None and HEADLINE_METRIC not in point.measurements, NO_PACE),
    )
    return next((words for fails, words in rules if fails), "a profile of its owner's own")
