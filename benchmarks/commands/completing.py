"""Take the signed report of a run that has all its points, and judge it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.eventstore.domain import IdempotencyConflict
from arena.tenancy.models import Tenant
from arena_runner.contract.canonical import canonical, sha256
from arena_runner.contract.report import Report
from arena_runner.contract.signing import Envelope
from benchmarks.bell import ring_run
from benchmarks.commands.artifacts import keep
from benchmarks.commands.judging import judge
from benchmarks.commands.leases import (
    append,
    check_holder,
    database_now,
    lease_length,
    locked_job,
    state_of,
)
from benchmarks.commands.publishing import LICENCE, append_published
from benchmarks.commands.reports import Signer, check_report, read_report
from benchmarks.events import RunAssessed, RunCompleted
from benchmarks.models import RunJob, RunLogLine
from benchmarks.state.refusals import RunRefused
from benchmarks.state.run import RunInfo, RunState

LATE = "late"
"""Level of the log lines that name reports which came too late."""
_MAX_LATE = 10
_TOO_LATE = frozenset({"stale-lease", "lease-expired", "run-over", "run-cancelled"})


def complete_run(
    *,
    tenant: Tenant,
    run_id: UUID,
    runner_id: UUID,
    fence: int,
    envelope: Envelope,
    signer: Signer,
    actor: str,
) -> tuple[RunInfo, bool]:
    """Take the report of an attempt; return the run with its verdict, and whether that is new.

    A run of the arena's own machine is published at once when its requester had decided so and it
    is accepted. The same report again changes nothing. Raises RunRefused: bad-signature,
    invalid-report, identity-conflict, foreign-runner, and for a lease that is over or another's,
    in which case the report is kept as evidence but never scored; UnknownRun,
    IdempotencyConflict for another report of a run that is complete.
    """
    report = read_report(envelope, signer)
    content = canonical(envelope.model_dump(mode="json"))
    try:
        with transaction.atomic(durable=True):
            job, state = _held(tenant, run_id, runner_id, fence, content)
            if state.completed is None:
                # Judging may take longer than what is left of the lease.
                job.lease_until = database_now(tenant) + lease_length()
                job.save(update_fields=["lease_until", "updated_at"])
    except RunRefused as refused:
        if refused.code in _TOO_LATE:
            _keep_evidence(tenant, run_id, report, content, refused.code)
        raise
    if state.completed is not None:
        return state.info, False
    check_report(tenant, report, state, fence=fence)
    # Judged before anything is locked: the samples of all points are read again.
    assessed = judge(tenant, state.info, report, origin=signer.origin)
    with transaction.atomic(durable=True):
        job, state = _held(tenant, run_id, runner_id, fence, content)
        if state.completed is not None:
            return state.info, False
        completed = RunCompleted(
            run_id=run_id,
            runner_id=runner_id,
            attempt=job.attempt,
            fence=fence,
            report_sha256=keep(tenant, kind="report", content=content),
            key_id=envelope.key_id,
            started_at=report.started_at,
            finished_at=report.finished_at,
        )
        job.state, job.lease_until, job.progress = "done", None, {}
        job.save(update_fields=["state", "lease_until", "progress", "updated_at"])
        _append(tenant, state, completed, assessed, signer, actor)
    return state_of(tenant, run_id).info, True


def _held(
    tenant: Tenant, run_id: UUID, runner_id: UUID, fence: int, content: bytes
) -> tuple[RunJob, RunState]:
    """Return job and run while the lease holds, or once this very report was taken."""
    job, now = locked_job(tenant, run_id)
    state = state_of(tenant, run_id)
    completed = state.completed
    if completed is not None and (completed.runner_id, completed.fence) == (runner_id, fence):
        if completed.report_sha256 == sha256(content):
            return job, state
        raise IdempotencyConflict("the run is complete with another report")
    check_holder(job, state, runner_id=runner_id, fence=fence, now=now)
    return job, state


def _append(
    tenant: Tenant,
    state: RunState,
    completed: RunCompleted,
    assessed: RunAssessed,
    signer: Signer,
    actor: str,
) -> None:
    wish = state.info.publish
    if wish is not None and signer.origin == "platform" and assessed.verdict == "accepted":
        append_published(
            tenant, state, [completed, assessed], attribution=wish, licence=LICENCE, actor=actor
        )
    else:
        append(tenant, state, [completed, assessed], actor=actor)


@transaction.atomic(durable=True)
def _keep_evidence(tenant: Tenant, run_id: UUID, report: Report, content: bytes, code: str) -> None:
    """Keep a well-signed report that came too late, and say so in the log of the run."""
    late = RunLogLine.objects.filter(tenant=tenant, run_id=run_id, level=LATE)
    if late.count() >= _MAX_LATE:
        return
    name = keep(tenant, kind="late_report", content=content)
    RunLogLine.objects.create(
        tenant=tenant,
        run_id=run_id,
        attempt=report.attempt,
        at=timezone.now(),
        level=LATE,
        text=f"A report of attempt {report.attempt} was refused ({code}); it is kept as {name}.",
    )
    ring_run(tenant_id=tenant.pk, run_id=run_id)
