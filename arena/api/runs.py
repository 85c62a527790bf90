"""Read runs: lists, one with its attempts, its points, files, log and events."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query

from arena.api.access import ApiKey, ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import (
    BIGINT_MAX,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    decode,
    encode,
    invalid_cursor,
    page_of,
)
from arena.api.run_access import RunId, owned_run, run_with_figures, viewer_of, visible_run
from arena.api.run_router import RUNS, router
from arena.api.run_schemas import (
    Attribution,
    LogLine,
    LogPage,
    RunDetail,
    RunEvents,
    RunPage,
    RunPoints,
    Sha256,
    Status,
)
from arena.api.run_shapes import event_shape, point_shape, run_detail, run_shape
from arena.api.schemas import SLUG
from benchmarks.queries import runs as queries
from benchmarks.queries.runs import RunInfo, RunState, UnknownArtifact


@router.get("/runs", response=RunPage, operation_id="list_runs", summary="List runs")
def list_runs(
    request: ApiRequest,
    response: HttpResponse,
    status: Annotated[Status | None, Query(description="Only runs that stand there.")] = None,
    deployment: Annotated[str | None, Query(pattern=SLUG, description="Slug.")] = None,
    model: Annotated[str | None, Query(pattern=SLUG, description="Slug.")] = None,
    profile: Annotated[
        str | None, Query(pattern=r"^[a-z0-9._-]{1,110}$", description="Such as `nine-v1.1`.")
    ] = None,
    runner: Annotated[UUID | None, Query(description="Only runs of this runner.")] = None,
    mine: Annotated[bool, Query(description="Leave out those of others.")] = False,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> RunPage | HttpResponse:
    """Published runs, and with a key those of its owner, newest first."""
    found = queries.runs(
        tenant=request.tenant,
        viewer=viewer_of(request),
        statuses=[status] if status else (),
        deployment_slug=deployment,
        model_slug=model,
        profile=profile,
        runner_id=runner,
        mine=mine,
        before=None if cursor is None else _before(cursor),
        limit=limit + 1,
    )
    items, has_more = found[:limit], len(found) > limit
    page = RunPage(
        items=[run_shape(info) for info in items],
        next=_after(items[-1]) if has_more else None,
        has_more=has_more,
    )
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get("/runs/{uuid:run_id}", response=RunDetail, operation_id="get_run", summary="Read a run")
def get_run(request: ApiRequest, response: HttpResponse, run_id: RunId) -> RunDetail | HttpResponse:
    """One run with its attempts; for those whose run it is with its job, too."""
    info, viewer = visible_run(request, run_id)
    shape = run_detail(request, info, viewer)
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(shape.model_dump_json(),)) or shape


@router.get(
    "/runs/{uuid:run_id}/points",
    response=RunPoints,
    operation_id="list_run_points",
    summary="List the points of a run",
)
def list_run_points(
    request: ApiRequest,
    response: HttpResponse,
    run_id: RunId,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> RunPoints | HttpResponse:
    """Every measured point with all its metrics, by key."""
    run_with_figures(request, run_id)
    points = [point_shape(item) for item in queries.points(tenant=request.tenant, run_id=run_id)]
    items, following = page_of(
        sorted(points, key=lambda point: point.point_key),
        sort_key=lambda point: (point.point_key,),
        kinds=(str,),
        cursor=cursor,
        limit=limit,
    )
    page = RunPoints(items=items, next=following, has_more=following is not None)
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/runs/{uuid:run_id}/payload",
    auth=ApiKey("runner"),
    response=Any,
    operation_id="get_run_payload",
    summary="Read what would be public",
    openapi_extra=RUNS,
)
def get_run_payload(
    request: ApiRequest,
    run_id: RunId,
    attribution: Annotated[Attribution, Query(description="With or without names.")] = "named",
) -> HttpResponse:
    """Exactly the bytes that publishing would show; `X-Payload-SHA256` is their digest.

    Needs a key with the scope `runner`.
    """
    owned_run(request, run_id)
    payload = queries.payload(tenant=request.tenant, run_id=run_id, attribution=attribution)
    response = HttpResponse(payload.content, content_type="application/json")
    response["X-Payload-SHA256"] = payload.sha256
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(payload.sha256,)) or response


@router.get(
    "/runs/{uuid:run_id}/events",
    response=RunEvents,
    operation_id="list_run_events",
    summary="List the events of a run",
)
def list_run_events(
    request: ApiRequest,
    response: HttpResponse,
    run_id: RunId,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> RunEvents | HttpResponse:
    """What happened to the run, oldest first, as the log holds it."""
    info, viewer = run_with_figures(request, run_id)
    is_owner = viewer.sees_all or queries.is_owner(info, viewer)
    history = queries.history(tenant=request.tenant, run_id=run_id)
    items, following = page_of(
        [event_shape(stored, info, is_owner=is_owner) for stored in history],
        sort_key=lambda event: (event.position,),
        kinds=(int,),
        cursor=cursor,
        limit=limit,
    )
    page = RunEvents(items=items, next=following, has_more=following is not None)
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/runs/{uuid:run_id}/artifacts/{sha256}",
    response=Any,
    operation_id="get_run_artifact",
    summary="Read a file of a run",
)
def get_run_artifact(
    request: ApiRequest,
    run_id: RunId,
    sha256: Annotated[Sha256, Path(description="SHA-256 of the file.", example="0" * 64)],
) -> HttpResponse:
    """Bytes that belong to the run: manifest, environment, samples, report. They never change."""
    info, _ = run_with_figures(request, run_id)
    state = queries.run_state(tenant=request.tenant, run_id=run_id)
    if sha256 not in _files(info, state):
        raise UnknownArtifact(f"the run has no file with the SHA-256 {sha256}")
    found = queries.artifact(tenant=request.tenant, sha256=sha256)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.kind}-{sha256[:12]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(sha256,)) or response


@router.get(
    "/runs/{uuid:run_id}/log",
    auth=ApiKey("runner"),
    response=LogPage,
    operation_id="list_run_log",
    summary="Read the log of a run",
    openapi_extra=RUNS,
)
def list_run_log(
    request: ApiRequest,
    response: HttpResponse,
    run_id: RunId,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> LogPage | HttpResponse:
    """What the agent said, oldest first; for those whose run it is. Needs the scope `runner`."""
    owned_run(request, run_id)
    after = 0 if cursor is None else int(decode(cursor, kinds=(int,))[0])
    if not 0 <= after <= BIGINT_MAX:
        raise invalid_cursor()
    found = queries.log_lines(tenant=request.tenant, run_id=run_id, after=after, limit=limit + 1)
    items, has_more = found[:limit], len(found) > limit
    page = LogPage(
        items=[LogLine.model_validate(line) for line in items],
        next=encode((items[-1].id,)) if has_more else None,
        has_more=has_more,
    )
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


def _files(info: RunInfo, state: RunState) -> set[str]:
    """Return the digests of the files that this reader may have: `info` is what they see."""
    files = {info.manifest_sha256, info.environment_sha256, info.report_sha256, info.payload_sha256}
    for point in state.points.values():
        files |= {point.samples_sha256, point.telemetry_sha256}
    return {name for name in files if name is not None}


def _after(info: RunInfo) -> str:
    return encode((info.requested_at.isoformat(), str(info.run_id)))


def _before(cursor: str) -> tuple[datetime, UUID]:
    at, run_id = decode(cursor, kinds=(str, str))
    try:
        before = datetime.fromisoformat(str(at)), UUID(str(run_id))
    except ValueError:
        raise invalid_cursor() from None
    if before[0].tzinfo is None:
        raise invalid_cursor()
    return before
