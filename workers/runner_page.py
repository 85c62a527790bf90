"""What the page of a machine shows beside its row: hardware, findings, jobs, twins, requests."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import structlog
from pydantic import ValidationError

from arena.tenancy.models import Tenant
from arena_runner.contract.findings import Finding
from arena_runner.contract.report import Machine
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo, Viewer
from workers.machine_rows import Job, MachineRow
from workers.run_lines import progress_text
from workers.run_twins import Comparison, comparison
from workers.state.runners import RunnerInfo

log = structlog.get_logger(__name__)
_RUNS_MAX: Final = 500
_COMPARED_MAX: Final = 5


def facts(*, tenant: Tenant, info: RunnerInfo) -> Machine | None:
    """Return what the agent found out about the hardware; None where that cannot be read."""
    try:
        content = runs.artifact(tenant=tenant, sha256=info.machine_sha256).content
        return Machine.model_validate_json(content)
    except (runs.UnknownArtifact, ValidationError) as error:
        log.warning("machine_of_runner_unreadable", error=type(error).__name__)
        return None


def findings(row: MachineRow) -> list[Finding]:
    """Return what the machine's doctor said last, the worst first; nothing it says is trusted."""
    said: list[Any] = row.presence.doctor if row.presence else []
    found = []
    for item in said:
        try:
            found.append(Finding.model_validate(item))
        except ValidationError:
            # Of an agent that speaks otherwise: leave the line out, the rest still helps.
            log.info("finding_of_doctor_not_understood")
    return sorted(found, key=lambda finding: ("fail", "warn", "pass").index(finding.level))


def jobs_of(tenant: Tenant, viewer: Viewer) -> dict[UUID, Job]:
    """Return what each of the viewer's machines is measuring."""
    leased = [
        job
        for job in runs.jobs(tenant=tenant, states=["leased"])
        if job.leased_to in viewer.runner_ids
    ]
    found = {}
    for job in leased:
        info = runs.run(tenant=tenant, run_id=job.run_id)
        if job.leased_to is not None:
            found[job.leased_to] = Job(
                run_id=job.run_id,
                title=f"{info.model_name}, {info.profile}",
                progress=progress_text(job),
            )
    return found


def comparisons(*, tenant: Tenant, infos: Iterable[RunInfo]) -> list[Comparison]:
    """Return how the newest run of each model and profile does among its twins."""
    newest: dict[tuple[str, str], RunInfo] = {}
    for info in infos:
        if info.status == "completed" and info.report_sha256 is not None:
            newest.setdefault((info.deployment_slug, info.profile), info)
    return [comparison(tenant=tenant, info=info) for info in list(newest.values())[:_COMPARED_MAX]]


def reproduce_requests(*, tenant: Tenant, info: RunnerInfo) -> list[RunInfo]:
    """Return the queued runs that are to confirm another one and that this machine could take."""
    waiting = [
        run
        for run in runs.runs(
            tenant=tenant, viewer=Viewer(sees_all=True), statuses=["queued"], limit=_RUNS_MAX
        )
        if run.reproduces is not None
    ]
    return [
        run
        for run in waiting
        if run.runner_id in (None, info.runner_id)
        and set(run.required_tags) <= info.capabilities
        and run.requested_by != info.owner
    ]
