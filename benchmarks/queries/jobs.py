"""Read the live job board: who works on which run right now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.models import RunJob

OPEN: Final = ("queued", "leased")


@dataclass(frozen=True, kw_only=True, slots=True)
class JobInfo:
    """A run as its lease stands."""

    run_id: UUID
    state: str
    """queued, leased, done, dead, cancelled."""
    profile: str
    requested_by: str
    runner_id: UUID | None
    """The only runner that may take it."""
    required_tags: tuple[str, ...]
    priority: int
    requested_at: datetime
    leased_to: UUID | None
    attempt: int
    fence: int
    lease_until: datetime | None
    cancel_requested: bool
    points_total: int
    points_done: tuple[str, ...]
    progress: dict[str, Any]
    """What the runner last said: point_key, requests_done, requests_total, eta_s."""
    updated_at: datetime


def job(*, tenant: Tenant, run_id: UUID) -> JobInfo | None:
    """Return how one run's lease stands; None for a run without a job (imports)."""
    row = RunJob.objects.filter(tenant=tenant, run_id=run_id).first()
    return None if row is None else _info(row)


def jobs(
    *,
    tenant: Tenant,
    states: Collection[str] = OPEN,
    run_ids: Collection[UUID] | None = None,
    limit: int = 200,
) -> list[JobInfo]:
    """Return jobs by state: leased before queued, the next to be taken first.

    Callers leave out what is not for their reader (`runs` says which runs are).
    """
    rows = RunJob.objects.filter(tenant=tenant, state__in=states)
    if run_ids is not None:
        rows = rows.filter(run_id__in=run_ids)
    return [
        _info(row) for row in rows.order_by("state", "-priority", "requested_at", "run_id")[:limit]
    ]


def _info(row: RunJob) -> JobInfo:
    return JobInfo(
        run_id=row.run_id,
        state=row.state,
        profile=row.profile,
        requested_by=row.requested_by,
        runner_id=row.runner_id,
        required_tags=tuple(row.required_tags),
        priority=row.priority,
        requested_at=row.requested_at,
        leased_to=row.leased_to,
        attempt=row.attempt,
        fence=row.fence,
        lease_until=row.lease_until,
        cancel_requested=row.cancel_requested,
        points_total=row.points_total,
        points_done=tuple(row.points_done),
        progress=row.progress,
        updated_at=row.updated_at,
    )
