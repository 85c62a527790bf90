"""Record what an attempt does: its start, its points, its failure, its log lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from arena_runner.contract.report import Environment, PointReport
from benchmarks.bell import ring_run
from benchmarks.commands.artifacts import keep_json
from benchmarks.commands.leases import (
    append,
    check_holder,
    end_lease,
    locked_job,
    state_of,
)
from benchmarks.commands.measuring import manifest_of, measured
from benchmarks.events import RunFailed, RunPointRecorded, RunStarted
from benchmarks.models import RunLogLine
from benchmarks.state.refusals import Fault, RunRefused
from benchmarks.state.run import RunState

MAX_LOG_LINES: Final = 20_000
"""Of one run; more are dropped, oldest kept."""
_MAX_LINE: Final = 2_000
_MAX_CODE: Final = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of an agent's log, with the agent's own time."""

    at: datetime
    level: str
    text: str


def start_run(
    *,
    tenant: Tenant,
    run_id: UUID,
    runner_id: UUID,
    fence: int,
    environment: Environment,
    actor: str,
) -> bool:
    """Record what serves the model in this attempt; return whether that is new.

    Raises RunRefused when the lease is over or another's, and for another environment than the
    one that the attempt began with; UnknownRun.
    """
    with transaction.atomic(durable=True):
        job, now = locked_job(tenant, run_id)
        state = state_of(tenant, run_id)
        check_holder(job, state, runner_id=runner_id, fence=fence, now=now)
        name = keep_json(tenant, kind="environment", value=environment.model_dump(mode="json"))
        if state.info.status == "running":
            if state.info.environment_sha256 != name:
                raise RunRefused(
                    "identity-conflict",
                    "This attempt began in another environment. End it, and begin a new one.",
                )
            return False
        manifest = manifest_of(tenant, state)
        started = RunStarted(
            run_id=run_id,
            runner_id=runner_id,
            attempt=job.attempt,
            fence=fence,
            engine=environment.engine,
            engine_version=environment.engine_version,
            image_digest=manifest.image_digest,
            environment_sha256=name,
        )
        append(tenant, state, [started], actor=actor)
    return True


def record_point(
    *, tenant: Tenant, run_id: UUID, runner_id: UUID, fence: int, report: PointReport, actor: str
) -> tuple[RunPointRecorded, bool]:
    """Compute a point from its samples, which are stored already; return it, and if it is new.

    Raises RunRefused: no such point, samples missing or unreadable, a lease that is over or
    another's, other samples for a point that this runner has recorded; UnknownRun.
    """
    # Computed before anything is locked: unpacking can take seconds.
    state = state_of(tenant, run_id)
    event = _recorded(state, runner_id, fence, report)
    if event is None:
        event = measured(tenant, manifest_of(tenant, state), report, run_id=run_id)
    with transaction.atomic(durable=True):
        job, now = locked_job(tenant, run_id)
        state = state_of(tenant, run_id)
        check_holder(job, state, runner_id=runner_id, fence=fence, now=now)
        if (known := _recorded(state, runner_id, fence, report)) is not None:
            return known, False
        event = replace(event, runner_id=runner_id, attempt=job.attempt, fence=fence)
        job.points_done = [*(key for key in job.points_done if key != report.key), report.key]
        job.save(update_fields=["points_done", "updated_at"])
        append(tenant, state, [event], actor=actor)
    return event, True


def fail_run(
    *,
    tenant: Tenant,
    run_id: UUID,
    runner_id: UUID,
    fence: int,
    code: str,
    is_final: bool,
    actor: str,
) -> bool:
    """End the attempt without a result; return whether that is new.

    The run is free again unless `is_final`, or unless this was its last attempt. Raises RunRefused
    when the lease is over or another's, UnknownRun.
    """
    if not 0 < len(code) <= _MAX_CODE or not code.isprintable():
        raise DomainError(f"code: want 1 to {_MAX_CODE} printable characters")
    with transaction.atomic(durable=True):
        job, now = locked_job(tenant, run_id)
        state = state_of(tenant, run_id)
        if job.state != "leased" and (job.leased_to, job.fence) == (runner_id, fence):
            return False
        check_holder(job, state, runner_id=runner_id, fence=fence, now=now)
        failed = RunFailed(
            run_id=run_id,
            runner_id=runner_id,
            attempt=job.attempt,
            fence=fence,
            code=code,
            is_final=is_final,
        )
        append(tenant, state, end_lease(job, state, failed), actor=actor)
    return True


def add_log_lines(
    *, tenant: Tenant, run_id: UUID, runner_id: UUID, fence: int, lines: Sequence[Line]
) -> int:
    """Keep what the agent said, for the owner's eyes; return how many lines were kept.

    Also after the end of the attempt, but never for a lease that is another's (RunRefused).
    """
    with transaction.atomic(durable=True):
        job, _ = locked_job(tenant, run_id)
        if (job.leased_to, job.fence) != (runner_id, fence):
            state = state_of(tenant, run_id)
            known = runner_id in state.runners
            raise RunRefused(
                "stale-lease" if known else "foreign-runner",
                "This runner does not hold the lease of that fence.",
            )
        room = MAX_LOG_LINES - RunLogLine.objects.filter(tenant=tenant, run_id=run_id).count()
        rows = [
            RunLogLine(
                tenant=tenant,
                run_id=run_id,
                attempt=job.attempt,
                at=line.at,
                level=line.level,
                text=line.text.replace("\x00", "�")[:_MAX_LINE],
            )
            for line in lines[: max(0, room)]
        ]
        RunLogLine.objects.bulk_create(rows)
        ring_run(tenant_id=tenant.pk, run_id=run_id)
    return len(rows)


def _recorded(
    state: RunState, runner_id: UUID, fence: int, report: PointReport
) -> RunPointRecorded | None:
    """Return the point if this runner has recorded just that; raise RunRefused for another.

    A later attempt may bring other samples: its agent has lost what it had. Both stay in the log.
    """
    known = state.points.get(report.key)
    if known is None or known.runner_id != runner_id:
        return None
    if known.samples_sha256 == report.samples_sha256:
        return known
    if known.fence == fence:
        raise RunRefused(
            "identity-conflict",
            f"The point {report.key} is recorded with other samples; an attempt measures it once.",
            faults=(Fault(pointer="/point/samples_sha256", message="differs from the recorded"),),
        )
    return None
