"""Runs in the shapes of the API."""

from arena.api.access import ApiRequest
from arena.api.run_access import viewer_of
from arena.api.run_schemas import (
    Measurement,
    Run,
    RunAttempt,
    RunDetail,
    RunEvent,
    RunJob,
    RunJudged,
    RunPoint,
)
from arena.eventstore.reader import StoredEvent
from benchmarks.events import RunPointRecorded
from benchmarks.queries import runs
from benchmarks.queries.runs import PointInfo, RunInfo, Viewer

_HIDDEN = frozenset({"requested_by", "required_tags", "publish"})
_OF_RUNNER = frozenset({"runner_id", "key_id", "report_sha256"})


def run_shape(info: RunInfo) -> Run:
    """Return a run as it stands in lists."""
    return Run.model_validate(info)


def run_detail(request: ApiRequest, info: RunInfo, viewer: Viewer | None = None) -> RunDetail:
    """Return a run with its attempts; `info` is what this viewer may see."""
    viewer = viewer_of(request) if viewer is None else viewer
    tenant, run_id = request.tenant, info.run_id
    job = (
        runs.job(tenant=tenant, run_id=run_id)
        if viewer.sees_all or runs.is_owner(info, viewer)
        else None
    )
    attempts = [
        RunAttempt.model_validate(item) for item in runs.attempts(tenant=tenant, run_id=run_id)
    ]
    if info.runner_id is None:
        attempts = [item.model_copy(update={"runner_id": None}) for item in attempts]
    return RunDetail(
        **run_shape(info).model_dump(),
        attempts=attempts,
        job=None if job is None else RunJob.model_validate(job),
    )


def judged(request: ApiRequest, info: RunInfo) -> RunJudged:
    """Return the verdict on a completed run, and where people read it."""
    prefix = request.path.partition("/api/v1/")[0]
    return RunJudged(
        run_id=info.run_id,
        verdict=info.verdict or "void",
        trust_level=info.trust_level,
        reason_codes=list(info.reason_codes),
        run_url=request.build_absolute_uri(f"{prefix}/runs/{info.run_id}/"),
    )


def point_shape(point: PointInfo) -> RunPoint:
    """Return a point as it was recorded."""
    return RunPoint(
        point_key=point.point_key,
        samples_sha256=point.samples_sha256,
        sample_count=point.sample_count,
        voided=point.voided,
        metrics_version=point.metrics_version,
        measurements=[Measurement.model_validate(item) for item in point.measurements.values()],
        energy_joules=point.energy_joules,
        power_scope=point.power_scope,
        recorded_at=point.recorded_at,
    )


def recorded_shape(point: RunPointRecorded) -> RunPoint:
    """Return a point that was recorded just now."""
    return RunPoint(
        point_key=point.point_key,
        samples_sha256=point.samples_sha256,
        sample_count=point.sample_count,
        voided=point.voided,
        metrics_version=point.metrics_version,
        measurements=[Measurement.model_validate(item) for item in point.measurements],
        energy_joules=point.energy_joules,
        power_scope=point.power_scope,
        recorded_at=None,
    )


def event_shape(stored: StoredEvent, info: RunInfo, *, is_owner: bool) -> RunEvent:
    """Return an event of the run; `info` is what this viewer may see of it.

    Others see neither who asked nor, of an anonymous run, which runner and key it was.
    """
    hidden = frozenset() if is_owner else _HIDDEN
    if info.runner_id is None:
        hidden |= _OF_RUNNER
    return RunEvent(
        position=stored.position,
        type=stored.type,
        type_version=stored.type_version,
        recorded_at=stored.recorded_at,
        data={name: value for name, value in stored.data.items() if name not in hidden},
    )
