"""Read runs of one arena: their state, attempts, points, log lines and artifacts.

`run` reads the stream, which never lags; lists read tables, which follow within moments.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from arena.eventstore import reader
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import Measurement, run_stream
from benchmarks.models import Artifact, Run, RunAttempt, RunLogLine, RunPoint
from benchmarks.queries.jobs import JobInfo, job, jobs
from benchmarks.queries.payloads import Payload, payload
from benchmarks.queries.run_words import RunWords, run_words
from benchmarks.queries.speeds import (
    HEADLINE_METRIC,
    HEADLINE_POINT,
    MeasuredSpeed,
    measured_speeds,
)
from benchmarks.queries.visibility import (
    STRANGER,
    Viewer,
    is_owner,
    is_visible,
    owned,
    seen_by,
    shows_figures,
    visible,
)
from benchmarks.run_rows import run_info
from benchmarks.state.run import RunInfo, RunState, UnknownRun, fold

__all__ = [
    "HEADLINE_METRIC",
    "HEADLINE_POINT",
    "STRANGER",
    "ArtifactInfo",
    "AttemptInfo",
    "JobInfo",
    "LogLine",
    "MeasuredSpeed",
    "Payload",
    "PointInfo",
    "RunInfo",
    "RunState",
    "RunWords",
    "UnknownArtifact",
    "UnknownRun",
    "Viewer",
    "artifact",
    "artifact_sizes",
    "attempts",
    "history",
    "is_owner",
    "is_visible",
    "job",
    "jobs",
    "last_log_lines",
    "log_lines",
    "measured_speeds",
    "payload",
    "points",
    "run",
    "run_state",
    "run_words",
    "runs",
    "runs_by_id",
    "same_identity",
    "seen_by",
    "shows_figures",
]
_LOG_LINES: Final = 500


class UnknownArtifact(LookupError):
    """The arena holds no artifact of that digest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptInfo:
    """One lease of a run and how it ended."""

    attempt: int
    runner_id: UUID
    fence: int
    state: str
    """leased, running, completed, failed, expired, cancelled."""
    code: str | None
    assigned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PointInfo:
    """A measured point; `measurements` by metric."""

    point_key: str
    attempt: int
    samples_sha256: str
    sample_count: int
    voided: str | None
    """Why the point does not count."""
    metrics_version: str
    measurements: dict[str, Measurement]
    energy_joules: float | None
    power_scope: str | None
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """What an agent said; for the run's owner alone. `id` rises with time."""

    id: int
    attempt: int
    at: datetime
    level: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArtifactInfo:
    """Bytes named by their SHA-256."""

    sha256: str
    kind: str
    media_type: str
    size_bytes: int
    content: bytes


def run_state(*, tenant: Tenant, run_id: UUID) -> RunState:
    """Return a run with its points as its stream tells it; raise UnknownRun."""
    return fold(history(tenant=tenant, run_id=run_id))


def run(*, tenant: Tenant, run_id: UUID, viewer: Viewer | None = None) -> RunInfo:
    """Return one run; raise UnknownRun, with `viewer` also for one that is not for them.

    Without a viewer nothing is checked or left out: callers do both.
    """
    info = run_state(tenant=tenant, run_id=run_id).info
    if viewer is None:
        return info
    if not is_visible(info, viewer):
        raise UnknownRun("there is no such run")
    return seen_by(info, viewer)


def runs(
    *,
    tenant: Tenant,
    viewer: Viewer = STRANGER,
    statuses: Collection[str] = (),
    deployment_slug: str | None = None,
    model_slug: str | None = None,
    profile: str | None = None,
    runner_id: UUID | None = None,
    mine: bool = False,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[RunInfo]:
    """Return the runs that the viewer may see, newest first, after the one at `before`.

    `before` is (requested_at, run_id) of the last run of the page before. `mine` leaves out those
    of others.
    """
    wanted = {
        "deployment_slug": deployment_slug,
        "model_slug": model_slug,
        "profile": profile,
        "runner_id": runner_id,
    }
    rows = Run.objects.filter(
        visible(viewer), tenant=tenant, **{key: item for key, item in wanted.items() if item}
    ).order_by("-requested_at", "-run_id")
    if statuses:
        rows = rows.filter(status__in=statuses)
    if mine:
        rows = rows.filter(owned(viewer))
    if runner_id is not None and not viewer.sees_all:
        # A filter by runner would tell whose an anonymous run is.
        rows = rows.filter(owned(viewer) | Q(attribution="named"))
    if before is not None:
        at, run_id = before
        rows = rows.filter(Q(requested_at__lt=at) | Q(requested_at=at, run_id__lt=run_id))
    return [seen_by(run_info(row), viewer) for row in rows[:limit]]


def runs_by_id(
    *, tenant: Tenant, run_ids: Collection[UUID], viewer: Viewer = STRANGER
) -> dict[UUID, RunInfo]:
    """Return those of the runs that the viewer may see, by id."""
    if not run_ids:
        return {}
    rows = Run.objects.filter(visible(viewer), tenant=tenant, run_id__in=run_ids)
    return {row.run_id: seen_by(run_info(row), viewer) for row in rows}


def same_identity(*, tenant: Tenant, identity_sha256: str) -> list[RunInfo]:
    """Return the runs that measured, or will measure, the same thing; newest first."""
    rows = Run.objects.filter(tenant=tenant, identity_sha256=identity_sha256)
    return [run_info(row) for row in rows.order_by("-requested_at", "-run_id")[:100]]


def points(*, tenant: Tenant, run_id: UUID) -> list[PointInfo]:
    """Return the measured points of a run in the order in which they were recorded."""
    rows = RunPoint.objects.filter(tenant=tenant, run_id=run_id).order_by("position")
    return [
        PointInfo(
            point_key=row.point_key,
            attempt=row.attempt,
            samples_sha256=row.samples_sha256,
            sample_count=row.sample_count,
            voided=row.voided,
            metrics_version=row.metrics_version,
            measurements={name: Measurement(**values) for name, values in row.measurements.items()},
            energy_joules=row.energy_joules,
            power_scope=row.power_scope,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def attempts(*, tenant: Tenant, run_id: UUID) -> list[AttemptInfo]:
    """Return every attempt of a run, first to last."""
    rows = RunAttempt.objects.filter(tenant=tenant, run_id=run_id).order_by("attempt")
    return [
        AttemptInfo(
            attempt=row.attempt,
            runner_id=row.runner_id,
            fence=row.fence,
            state=row.state,
            code=row.code,
            assigned_at=row.assigned_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def log_lines(
    *, tenant: Tenant, run_id: UUID, after: int = 0, limit: int = _LOG_LINES
) -> list[LogLine]:
    """Return what the agent said after the line of that id, oldest first."""
    rows = RunLogLine.objects.filter(tenant=tenant, run_id=run_id, id__gt=after).order_by("id")
    return [_log_line(row) for row in rows[:limit]]


def last_log_lines(*, tenant: Tenant, run_id: UUID, limit: int = 200) -> list[LogLine]:
    """Return the newest lines, oldest of them first."""
    rows = RunLogLine.objects.filter(tenant=tenant, run_id=run_id).order_by("-id")
    return [_log_line(row) for row in reversed(rows[:limit])]


def artifact(*, tenant: Tenant, sha256: str) -> ArtifactInfo:
    """Return an artifact with its bytes; raise UnknownArtifact. Callers check who may have it."""
    row = Artifact.objects.filter(tenant=tenant, sha256=sha256).first()
    if row is None:
        raise UnknownArtifact(f"no artifact has the SHA-256 {sha256}")
    return ArtifactInfo(
        sha256=row.sha256,
        kind=row.kind,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        content=bytes(row.content),
    )


def artifact_sizes(*, tenant: Tenant, digests: Collection[str]) -> dict[str, int]:
    """Return the size in bytes of each of these artifacts that the arena holds."""
    rows = Artifact.objects.filter(tenant=tenant, sha256__in=digests)
    return dict(rows.values_list("sha256", "size_bytes"))


def history(*, tenant: Tenant, run_id: UUID) -> list[StoredEvent]:
    """Return the events of a run, oldest first; empty for none. Callers check who may see them."""
    return reader.read_stream(tenant_id=tenant.pk, stream=run_stream(run_id))


def _log_line(row: RunLogLine) -> LogLine:
    return LogLine(id=row.id, attempt=row.attempt, at=row.at, level=row.level, text=row.text)
