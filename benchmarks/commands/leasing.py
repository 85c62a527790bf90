"""Lease a run to a runner, keep the lease alive, and take it back when the runner falls silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.tenancy.models import Tenant
from benchmarks.bell import ring_run
from benchmarks.commands.leases import (
    DatabaseClock,
    append,
    check_holder,
    database_now,
    end_lease,
    lease_length,
    locked_job,
    state_of,
)
from benchmarks.events import RunAssigned, RunLeaseExpired, RunSource
from benchmarks.models import RunJob
from benchmarks.state.run import RunState

PROGRESS: tuple[str, ...] = ("point_key", "requests_done", "requests_total", "eta_s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A lease: who writes for the run must show its fence."""

    run_id: UUID
    attempt: int
    fence: int
    lease_expires_at: datetime
    lease_s: int
    manifest_sha256: str
    points_done: tuple[str, ...]
    """Measured by this runner in an earlier attempt."""
    source: RunSource


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """The answer to a heartbeat."""

    lease_expires_at: datetime
    cancel: bool
    """The run is no longer wanted; the lease is over."""


def claim_run(
    *, tenant: Tenant, runner_id: UUID, candidates: Sequence[UUID], actor: str
) -> Claimed | None:
    """Lease the first of these runs that is still free; None when none is.

    Whether the runner may have them was decided before (workers.scheduling). A run that somebody
    else is claiming at this moment is passed over, never waited for.
    """
    for run_id in candidates:
        with transaction.atomic(durable=True):
            job = (
                RunJob.objects.select_for_update(skip_locked=True)
                .filter(tenant=tenant, run_id=run_id, state="queued")
                .first()
            )
            if job is not None and job.runner_id in (None, runner_id):
                return _lease(tenant, job, runner_id, actor)
    return None


def heartbeat_run(
    *,
    tenant: Tenant,
    run_id: UUID,
    runner_id: UUID,
    fence: int,
    progress: Mapping[str, Any] | None = None,
) -> Beat:
    """Keep the lease, and what the runner says of its progress; nothing goes into the log.

    Raises RunRefused once the lease is over or another's, UnknownRun.
    """
    said = {name: progress[name] for name in PROGRESS if progress and name in progress}
    held = RunJob.objects.filter(
        tenant=tenant,
        run_id=run_id,
        state="leased",
        leased_to=runner_id,
        fence=fence,
        lease_until__gt=DatabaseClock(),
    )
    changes: dict[str, Any] = {"lease_until": DatabaseClock() + lease_length()}
    if said:
        changes["progress"] = said
    if held.update(**changes, updated_at=timezone.now()):
        ring_run(tenant_id=tenant.pk, run_id=run_id)
        return Beat(lease_expires_at=database_now(tenant) + lease_length(), cancel=False)
    with transaction.atomic(durable=True):
        job, now = locked_job(tenant, run_id)
        if (job.state, job.leased_to, job.fence) == ("cancelled", runner_id, fence):
            return Beat(lease_expires_at=now, cancel=True)
        check_holder(job, state_of(tenant, run_id), runner_id=runner_id, fence=fence, now=now)
        job.lease_until = now + lease_length()
        job.save(update_fields=["lease_until", "updated_at"])
    return Beat(lease_expires_at=job.lease_until, cancel=False)


def expire_leases(*, tenant: Tenant, actor: str = "benchmarks.leases") -> int:
    """Take back every lease that has run out, and return how many."""
    overdue = RunJob.objects.filter(
        tenant=tenant, state="leased", lease_until__lte=DatabaseClock()
    ).order_by("lease_until")
    return sum(
        _expire(tenant, run_id, actor) for run_id in overdue.values_list("run_id", flat=True)
    )


def _lease(tenant: Tenant, job: RunJob, runner_id: UUID, actor: str) -> Claimed:
    state = state_of(tenant, job.run_id)
    now = database_now(tenant)
    job.state, job.leased_to = "leased", runner_id
    job.attempt += 1
    job.fence += 1
    job.lease_until = now + lease_length()
    job.progress = {}
    job.points_done = _measured_by(state, runner_id)
    job.save()
    append(
        tenant,
        state,
        [
            RunAssigned(
                run_id=job.run_id,
                runner_id=runner_id,
                attempt=job.attempt,
                fence=job.fence,
                lease_expires_at=job.lease_until,
            )
        ],
        actor=actor,
    )
    return Claimed(
        run_id=job.run_id,
        attempt=job.attempt,
        fence=job.fence,
        lease_expires_at=job.lease_until,
        lease_s=round(lease_length().total_seconds()),
        manifest_sha256=state.info.manifest_sha256,
        points_done=tuple(job.points_done),
        source=state.info.source,
    )


def _measured_by(state: RunState, runner_id: UUID) -> list[str]:
    """Return the points that need not be measured again: numbers of two machines never mix."""
    return [
        key
        for key in state.info.point_keys
        if (point := state.points.get(key)) is not None and point.runner_id == runner_id
    ]


@transaction.atomic(durable=True)
def _expire(tenant: Tenant, run_id: UUID, actor: str) -> bool:
    job = (
        RunJob.objects.select_for_update(skip_locked=True)
        .filter(tenant=tenant, run_id=run_id, state="leased", lease_until__lte=DatabaseClock())
        .first()
    )
    if job is None or job.leased_to is None:
        return False
    state = state_of(tenant, run_id)
    expired = RunLeaseExpired(
        run_id=run_id, runner_id=job.leased_to, attempt=job.attempt, fence=job.fence
    )
    append(tenant, state, end_lease(job, state, expired), actor=actor)
    return True
