"""Fold runs, their attempts and their points into read tables."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from arena.eventstore.domain import DomainEvent
from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import (
    RunAssigned,
    RunCancelled,
    RunCompleted,
    RunFailed,
    RunLeaseExpired,
    RunPointRecorded,
    RunRequested,
    RunStarted,
)
from benchmarks.models import Run, RunAttempt, RunPoint
from benchmarks.run_rows import FIELDS, run_info, run_row
from benchmarks.state.run import EVENTS, RunInfo, changes, requested

_Attempts = dict[tuple[UUID, int], RunAttempt]


@projection(name="runs", events=EVENTS, tables=[Run, RunAttempt, RunPoint])
def fold_runs(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each run as it stands, what became of each attempt, and the points measured."""
    ids = {UUID(stored.data["run_id"]) for stored in events}
    runs = {row.run_id: run_info(row) for row in Run.objects.filter(tenant=tenant, run_id__in=ids)}
    attempts: _Attempts = {
        (row.run_id, row.attempt): row
        for row in RunAttempt.objects.filter(tenant=tenant, run_id__in=ids)
    }
    points: dict[tuple[UUID, str], RunPoint] = {}
    for stored in events:
        run_id, event = UUID(stored.data["run_id"]), stored.event
        runs[run_id] = _after(runs.get(run_id), stored, event)
        _move_attempt(tenant, attempts, runs[run_id], stored, event)
        if isinstance(event, RunPointRecorded):
            points[run_id, event.point_key] = _point(tenant, stored, event)
    _save(tenant, runs.values(), attempts.values(), points.values())


def _after(info: RunInfo | None, stored: StoredEvent, event: DomainEvent) -> RunInfo:
    at = stored.recorded_at
    if isinstance(event, RunRequested):
        fields = requested(event, actor=stored.metadata["actor"], at=at)
        return RunInfo(**fields, position=stored.position)
    if info is None:
        raise TypeError(f"position {stored.position}: {stored.type} where no run was requested")
    return replace(info, **changes(info, event, at=at), position=stored.position)


def _move_attempt(
    tenant: Tenant, attempts: _Attempts, info: RunInfo, stored: StoredEvent, event: DomainEvent
) -> None:
    key = (info.run_id, info.attempt)
    match event:
        case RunAssigned() | RunStarted() if key not in attempts:
            # What was measured elsewhere was never assigned here; its start is its first event.
            attempts[key] = RunAttempt(
                tenant=tenant,
                run_id=info.run_id,
                attempt=event.attempt,
                runner_id=event.runner_id,
                fence=event.fence,
                state="leased",
                assigned_at=stored.recorded_at,
                position=stored.position,
            )
    row = attempts.get(key)
    if row is not None and (state := _attempt_state(row, event)) is not None:
        row.state, row.position = state, stored.position
        if state == "running":
            row.started_at = stored.recorded_at
        else:
            row.ended_at = stored.recorded_at
        row.code = event.code if isinstance(event, RunFailed) else row.code


def _attempt_state(row: RunAttempt, event: DomainEvent) -> str | None:
    """Return the state that an attempt comes to by an event; None when it stays as it is."""
    match event:
        case RunStarted():
            return "running"
        case RunCompleted():
            return "completed"
        case RunFailed():
            return "failed"
        case RunLeaseExpired():
            return "expired"
        case RunCancelled() if row.ended_at is None:
            return "cancelled"
    return None


def _point(tenant: Tenant, stored: StoredEvent, event: RunPointRecorded) -> RunPoint:
    return RunPoint(
        tenant=tenant,
        run_id=event.run_id,
        point_key=event.point_key,
        attempt=event.attempt,
        samples_sha256=event.samples_sha256,
        sample_count=event.sample_count,
        voided=event.voided,
        metrics_version=event.metrics_version,
        measurements={item.metric: asdict(item) for item in event.measurements},
        energy_joules=event.energy_joules,
        power_scope=event.power_scope,
        recorded_at=stored.recorded_at,
        position=stored.position,
    )


def _save(
    tenant: Tenant,
    runs: Iterable[RunInfo],
    attempts: Iterable[RunAttempt],
    points: Iterable[RunPoint],
) -> None:
    Run.objects.bulk_create(
        [run_row(tenant, info) for info in runs],
        update_conflicts=True,
        unique_fields=["tenant", "run_id"],
        update_fields=[name for name in FIELDS if name != "run_id"],
    )
    RunAttempt.objects.bulk_create(
        attempts,
        update_conflicts=True,
        unique_fields=["tenant", "run_id", "attempt"],
        update_fields=["state", "code", "started_at", "ended_at", "position"],
    )
    RunPoint.objects.bulk_create(
        points,
        update_conflicts=True,
        unique_fields=["tenant", "run_id", "point_key"],
        update_fields=[
            "attempt",
            "samples_sha256",
            "sample_count",
            "voided",
            "metrics_version",
            "measurements",
            "energy_joules",
            "power_scope",
            "recorded_at",
            "position",
        ],
    )
