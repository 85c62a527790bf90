"""Show runs to others, take them back, and what moderators may do with them."""

from django.http import HttpResponse

import benchmarks.commands
import workers.queries
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.run_access import RunId, owned_run, viewer_of, visible_run, with_twins
from arena.api.run_router import MODERATES, RUNS, router
from arena.api.run_schemas import RunDetail
from arena.api.run_sent import Publication, Retraction, RunReason
from arena.api.run_shapes import run_detail
from benchmarks.queries.runs import RunInfo


@router.post(
    "/runs/{uuid:run_id}/publish",
    auth=ApiKey("runner"),
    response=RunDetail,
    operation_id="publish_run",
    summary="Publish a run",
    openapi_extra=RUNS,
)
def publish_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, publication: Publication
) -> RunDetail:
    """Show a completed run to whoever may read the arena. Needs the scope `runner`.

    `payload_sha256` must be the digest of what would be public now: read `payload` first. A run of
    a model that the arena does not know is on no board until moderators say what its name means.
    """
    owned_run(request, run_id)
    moderates = viewer_of(request).sees_all
    info, is_new = benchmarks.commands.publish_run(
        tenant=request.tenant,
        run_id=run_id,
        attribution=publication.attribution,
        licence=publication.licence,
        payload_sha256=publication.payload_sha256,
        actor=str(key_of(request)),
        registers=moderates,
    )
    return _answer(request, response, with_twins(request, info), is_new=is_new)


@router.post(
    "/runs/{uuid:run_id}/retract",
    auth=ApiKey("runner"),
    response=RunDetail,
    operation_id="retract_run",
    summary="Retract a run",
    openapi_extra=RUNS,
)
def retract_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, retraction: Retraction
) -> RunDetail:
    """Take a published run back; a tombstone with the reason stays. Needs the scope `runner`."""
    owned_run(request, run_id)
    if retraction.superseded_by is not None:
        visible_run(request, retraction.superseded_by)
    info, is_new = benchmarks.commands.retract_run(
        tenant=request.tenant,
        run_id=run_id,
        reason=retraction.reason,
        superseded_by=retraction.superseded_by,
        actor=str(key_of(request)),
    )
    return _answer(request, response, info, is_new=is_new)


@router.post(
    "/runs/{uuid:run_id}/invalidate",
    auth=ApiKey("moderate"),
    response=RunDetail,
    operation_id="invalidate_run",
    summary="Invalidate a run",
    openapi_extra=MODERATES,
)
def invalidate_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, why: RunReason
) -> RunDetail:
    """Take a run out of every figure; everything stays in the log. Needs the scope `moderate`."""
    info, is_new = benchmarks.commands.invalidate_run(
        tenant=request.tenant, run_id=run_id, reason=why.reason, actor=str(key_of(request))
    )
    return _answer(request, response, info, is_new=is_new)


@router.post(
    "/runs/{uuid:run_id}/release",
    auth=ApiKey("moderate"),
    response=RunDetail,
    operation_id="release_run",
    summary="Release a run",
    openapi_extra=MODERATES,
)
def release_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, why: RunReason
) -> RunDetail:
    """Let a quarantined or invalidated run count. Needs the scope `moderate`."""
    before, _ = visible_run(request, run_id)
    info, is_new = benchmarks.commands.release_run(
        tenant=request.tenant,
        run_id=run_id,
        reason=why.reason,
        actor=str(key_of(request)),
        is_platform=_is_platform(request, before),
    )
    return _answer(request, response, with_twins(request, info), is_new=is_new)


def _is_platform(request: ApiRequest, info: RunInfo) -> bool:
    if info.runner_id is None:
        return False
    runner = workers.queries.runner(tenant=request.tenant, runner_id=info.runner_id)
    return runner.origin == "platform"


def _answer(
    request: ApiRequest, response: HttpResponse, info: RunInfo, *, is_new: bool
) -> RunDetail:
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return run_detail(request, info)
