"""File what was measured elsewhere: signed bundles of agents, and the output of other tools."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.domain import DomainEvent, IdempotencyConflict
from arena.tenancy.models import Tenant
from arena_runner.contract import metrics, tools
from arena_runner.contract.canonical import canonical, sha256
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Report
from arena_runner.contract.signing import Envelope
from arena_runner.contract.tools import ToolOutput, ToolOutputError, ToolPoint
from benchmarks.bell import ring_run
from benchmarks.commands.artifacts import keep, keep_json
from benchmarks.commands.judging import judge, judge_values
from benchmarks.commands.measuring import measured, measurements_of
from benchmarks.commands.reports import Signer, check_report, invalid, read_report
from benchmarks.commands.requesting import Wish, check_wish, requested
from benchmarks.events import (
    RunAssessed,
    RunCompleted,
    RunPointRecorded,
    RunRequested,
    RunStarted,
    run_stream,
)
from benchmarks.models import Artifact
from benchmarks.plausibility import evidence_of_values
from benchmarks.state.refusals import Fault, RunRefused
from benchmarks.state.run import RunInfo, RunState, evolve, fold

_EARLIEST: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Nobody asked for a bundle before it was measured; older ones are of no agent."""
_NAMESPACE: Final = UUID("8f0c2d11-6e5b-5c3f-9d42-1b7a9e3f4c60")


def import_report(
    *, tenant: Tenant, envelope: Envelope, signer: Signer, actor: str
) -> tuple[RunInfo, bool]:
    """File a run that was measured offline; return it with its verdict, and whether it is new.

    The samples of every point are uploaded before. The same bundle again changes nothing. Raises
    RunRefused: bad-signature, invalid-report, invalid-manifest, artifact-missing, bad-samples;
    IdempotencyConflict when the arena knows the run otherwise.
    """
    report = read_report(envelope, signer)
    content = canonical(envelope.model_dump(mode="json"))
    run_id = report.run_id
    if (known := _known(tenant, run_id, sha256(content))) is not None:
        return known, False
    wish = Wish(manifest=report.manifest, source="import", runner_id=report.runner_id)
    check_wish(wish)
    events: list[DomainEvent] = [
        requested(tenant, run_id, wish),
        _started(report),
        *(_point(tenant, report, index) for index in range(len(report.points))),
        RunCompleted(
            run_id=run_id,
            runner_id=report.runner_id,
            attempt=report.attempt,
            fence=report.fence,
            report_sha256=sha256(content),
            key_id=envelope.key_id,
            started_at=report.started_at,
            finished_at=report.finished_at,
        ),
    ]
    state = _folded(events, actor)
    check_report(tenant, report, state, fence=report.fence, not_before=_EARLIEST)
    events.append(judge(tenant, state.info, report, origin=signer.origin))
    with transaction.atomic(durable=True):
        keep_json(tenant, kind="environment", value=report.environment.model_dump(mode="json"))
        keep(tenant, kind="report", content=content)
        return _file(tenant, report.manifest, events, actor=actor)


def import_tool_output(
    *, tenant: Tenant, tool: str, tool_output_sha256: str, manifest: Manifest, actor: str
) -> tuple[RunInfo, bool]:
    """File the output of another tool, which was uploaded before; nobody has signed it (T0).

    `manifest` says how the model was served; its profile is replaced by what the tool measured.
    The same file for the same recipe again changes nothing. Raises RunRefused: artifact-missing,
    invalid-report (not the output of that tool), invalid-manifest.
    """
    output = _read(tenant, tool, tool_output_sha256)
    manifest = manifest.model_copy(update={"profile": tools.profile_of(output)})
    wish = Wish(manifest=manifest, source="tool")
    check_wish(wish)
    name = f"{tenant.pk}:{actor}:{tool_output_sha256}:{manifest.identity_sha256}"
    run_id = uuid.uuid5(_NAMESPACE, name)
    if (known := _known(tenant, run_id, tool_output_sha256)) is not None:
        return known, False
    now = timezone.now()
    events: list[DomainEvent] = [
        requested(tenant, run_id, wish),
        *(_tool_point(run_id, point, tool_output_sha256) for point in output.points),
        RunCompleted(
            run_id=run_id,
            runner_id=None,
            attempt=1,
            fence=1,
            report_sha256=tool_output_sha256,
            # The tools do not say when they ran; the log says when this was filed.
            started_at=now,
            finished_at=now,
        ),
    ]
    events.append(_judged(manifest, output, _folded(events, actor)))
    with transaction.atomic(durable=True):
        return _file(tenant, manifest, events, actor=actor)


def _known(tenant: Tenant, run_id: UUID, report_sha256: str) -> RunInfo | None:
    """Return the run if just this was filed before; raise IdempotencyConflict for another."""
    stored = store.read_stream(tenant=tenant, stream=run_stream(run_id))
    if not stored:
        return None
    info = fold(stored).info
    if info.report_sha256 != report_sha256:
        raise IdempotencyConflict("the arena knows the run of this id otherwise")
    return info


def _file(
    tenant: Tenant, manifest: Manifest, events: Sequence[DomainEvent], *, actor: str
) -> tuple[RunInfo, bool]:
    """Append a whole run; of two that file it at once the later is refused, and asks again."""
    first = events[0]
    assert isinstance(first, RunRequested)  # noqa: S101  the callers put it there
    keep_json(tenant, kind="manifest", value=manifest.model_dump(mode="json"))
    store.append(
        tenant=tenant,
        stream=run_stream(first.run_id),
        events=events,
        expected_version=0,
        actor=actor,
    )
    ring_run(tenant_id=tenant.pk, run_id=first.run_id)
    return fold(store.read_stream(tenant=tenant, stream=run_stream(first.run_id))).info, True


def _folded(events: Sequence[DomainEvent], actor: str) -> RunState:
    """Return the run that events make before they are appended."""
    state: RunState | None = None
    for event in events:
        state = evolve(state, event, actor=actor, at=timezone.now(), position=0)
    assert state is not None  # noqa: S101  there is a first event
    return state


def _started(report: Report) -> RunStarted:
    return RunStarted(
        run_id=report.run_id,
        runner_id=report.runner_id,
        attempt=report.attempt,
        fence=report.fence,
        engine=report.environment.engine,
        engine_version=report.environment.engine_version,
        image_digest=report.manifest.image_digest,
        environment_sha256=sha256(canonical(report.environment.model_dump(mode="json"))),
    )


def _point(tenant: Tenant, report: Report, index: int) -> RunPointRecorded:
    try:
        event = measured(tenant, report.manifest, report.points[index], run_id=report.run_id)
    except RunRefused as refused:
        pointer = f"/report/payload/points/{index}"
        faults = tuple(
            Fault(pointer=fault.pointer.replace("/point", pointer, 1), message=fault.message)
            for fault in refused.faults
        )
        raise RunRefused(refused.code, str(refused), faults=faults) from None
    return replace(event, runner_id=report.runner_id, attempt=report.attempt, fence=report.fence)


def _read(tenant: Tenant, tool: str, digest: str) -> ToolOutput:
    content = (
        Artifact.objects.filter(tenant=tenant, sha256=digest)
        .values_list("content", flat=True)
        .first()
    )
    if content is None:
        raise RunRefused(
            "artifact-missing",
            f"No artifact {digest} is stored. Upload the output of {tool} first.",
            faults=(Fault(pointer="/tool_output_sha256", message="is not stored"),),
        )
    try:
        output = tools.read(bytes(content).decode())
    except (ToolOutputError, UnicodeDecodeError) as error:
        raise invalid(Fault(pointer="/tool_output_sha256", message=str(error)[:500])) from None
    if output.tool != tool:
        raise invalid(Fault(pointer="/tool", message=f"the file is a result of {output.tool}"))
    return output


def _tool_point(run_id: UUID, point: ToolPoint, digest: str) -> RunPointRecorded:
    return RunPointRecorded(
        run_id=run_id,
        runner_id=None,
        attempt=1,
        fence=1,
        point_key=point.key,
        samples_sha256=digest,
        sample_count=point.sample_count,
        metrics_version=metrics.VERSION,
        measurements=measurements_of(point.measurements),
    )


def _judged(manifest: Manifest, output: ToolOutput, state: RunState) -> RunAssessed:
    values = {
        point.key: {item.metric: item.value for item in point.measurements}
        for point in output.points
    }
    evidence = [evidence_of_values(point, values[point.key]) for point in manifest.profile.points]
    return judge_values(manifest, state.info, evidence)
