"""What an agent sends while it works on a run: heartbeat, start, points, report, failure, log."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja.responses import Status

import benchmarks.commands
import workers.commands.runners
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.run_access import RunId, check_runner, signer_of, with_twins
from arena.api.run_router import RUNS, router
from arena.api.run_schemas import RunJudged, RunPoint
from arena.api.run_sent import (
    Lease,
    NewPoint,
    RunBeat,
    RunBeatAnswer,
    RunFailure,
    RunLog,
    RunReport,
    RunStart,
)
from arena.api.run_shapes import judged, recorded_shape
from benchmarks.commands import Line


@router.post(
    "/runs/{uuid:run_id}/heartbeat",
    auth=ApiKey("runner"),
    response=RunBeatAnswer,
    operation_id="beat_run",
    summary="Keep the lease",
    openapi_extra=RUNS,
)
def beat_run(request: ApiRequest, run_id: RunId, beat: RunBeat) -> RunBeatAnswer:
    """Say that the runner is still at it, and how far. Needs the scope `runner`."""
    check_runner(request, beat.runner_id)
    workers.commands.runners.note_presence(
        tenant=request.tenant, runner_id=beat.runner_id, state="busy"
    )
    answer = benchmarks.commands.heartbeat_run(
        tenant=request.tenant,
        run_id=run_id,
        runner_id=beat.runner_id,
        fence=beat.fence,
        progress=None if beat.progress is None else beat.progress.model_dump(exclude_none=True),
    )
    return RunBeatAnswer(lease_expires_at=answer.lease_expires_at, cancel=answer.cancel)


@router.post(
    "/runs/{uuid:run_id}/start",
    auth=ApiKey("runner"),
    response=Lease,
    operation_id="start_run",
    summary="Start a run",
    openapi_extra=RUNS,
)
def start_run(request: ApiRequest, response: HttpResponse, run_id: RunId, start: RunStart) -> Lease:
    """Say that the engine answers, and what serves the model. Needs the scope `runner`."""
    check_runner(request, start.runner_id)
    is_new = benchmarks.commands.start_run(
        tenant=request.tenant,
        run_id=run_id,
        runner_id=start.runner_id,
        fence=start.fence,
        environment=start.environment,
        actor=str(key_of(request)),
    )
    _replayed(response, is_new=is_new)
    return Lease(runner_id=start.runner_id, fence=start.fence)


@router.post(
    "/runs/{uuid:run_id}/points",
    auth=ApiKey("runner"),
    response={201: RunPoint, 200: RunPoint},
    operation_id="record_run_point",
    summary="Record a point",
    openapi_extra=RUNS,
)
def record_run_point(
    request: ApiRequest, response: HttpResponse, run_id: RunId, new: NewPoint
) -> Status[RunPoint]:
    """Record a measured point; its samples are uploaded before. Needs the scope `runner`.

    The arena computes every metric from the samples and answers with them.
    """
    check_runner(request, new.runner_id)
    point, is_new = benchmarks.commands.record_point(
        tenant=request.tenant,
        run_id=run_id,
        runner_id=new.runner_id,
        fence=new.fence,
        report=new.point,
        actor=str(key_of(request)),
    )
    _replayed(response, is_new=is_new)
    return Status(201 if is_new else 200, recorded_shape(point))


@router.post(
    "/runs/{uuid:run_id}/complete",
    auth=ApiKey("runner"),
    response={201: RunJudged, 200: RunJudged},
    operation_id="complete_run",
    summary="Hand in the report",
    openapi_extra=RUNS,
)
def complete_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, sent: RunReport
) -> Status[RunJudged]:
    """Hand in the signed report of an attempt; the answer is the verdict. Needs the scope `runner`.

    What comes after the lease is refused, kept as evidence, and never scored.
    """
    signer = signer_of(request, runner_id=sent.runner_id, key_id=sent.report.key_id)
    info, is_new = benchmarks.commands.complete_run(
        tenant=request.tenant,
        run_id=run_id,
        runner_id=sent.runner_id,
        fence=sent.fence,
        envelope=sent.report,
        signer=signer,
        actor=str(key_of(request)),
    )
    info = with_twins(request, info)
    response["Location"] = reverse("api-1:get_run", args=[run_id])
    _replayed(response, is_new=is_new)
    return Status(201 if is_new else 200, judged(request, info))


@router.post(
    "/runs/{uuid:run_id}/fail",
    auth=ApiKey("runner"),
    response=Lease,
    operation_id="fail_run",
    summary="Give up an attempt",
    openapi_extra=RUNS,
)
def fail_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, failure: RunFailure
) -> Lease:
    """End the attempt without a result. Needs the scope `runner`.

    Another attempt follows, up to three, unless the failure is final.
    """
    check_runner(request, failure.runner_id)
    if failure.message:
        _log(
            request,
            run_id,
            failure,
            [Line(at=timezone.now(), level="error", text=f"{failure.code}: {failure.message}")],
        )
    is_new = benchmarks.commands.fail_run(
        tenant=request.tenant,
        run_id=run_id,
        runner_id=failure.runner_id,
        fence=failure.fence,
        code=failure.code,
        is_final=failure.is_final,
        actor=str(key_of(request)),
    )
    _replayed(response, is_new=is_new)
    return Lease(runner_id=failure.runner_id, fence=failure.fence)


@router.post(
    "/runs/{uuid:run_id}/log",
    auth=ApiKey("runner"),
    response=Lease,
    operation_id="log_run",
    summary="Add log lines",
    openapi_extra=RUNS,
)
def log_run(request: ApiRequest, run_id: RunId, log: RunLog) -> Lease:
    """Add lines to the run's log, which only its owner reads. Needs the scope `runner`."""
    check_runner(request, log.runner_id)
    lines = [Line(at=line.at, level=line.level, text=line.text) for line in log.lines]
    _log(request, run_id, log, lines)
    return Lease(runner_id=log.runner_id, fence=log.fence)


def _log(request: ApiRequest, run_id: UUID, lease: Lease, lines: list[Line]) -> None:
    benchmarks.commands.add_log_lines(
        tenant=request.tenant,
        run_id=run_id,
        runner_id=lease.runner_id,
        fence=lease.fence,
        lines=lines,
    )


def _replayed(response: HttpResponse, *, is_new: bool) -> None:
    if not is_new:
        response["Idempotent-Replay"] = "true"
