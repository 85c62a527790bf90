"""Ask for runs, have a manifest checked before hours are spent, and cancel."""

import uuid
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from ninja.responses import Status

import benchmarks.commands
import workers.queries
from arena.accounts.models import Scope
from arena.api.access import ApiKey, ApiRequest, good_key, key_of, owner_of
from arena.api.problems import FieldError, ProblemError
from arena.api.run_access import RunId, owned_run, viewer_of
from arena.api.run_router import RUNS, router
from arena.api.run_schemas import DryRun, DryRunProblem, RunDetail
from arena.api.run_sent import ManifestOnly, NewRun, RunReason
from arena.api.run_shapes import run_detail
from arena.api.votes import IDEMPOTENCY_NAMESPACE, IdempotencyKey
from arena_runner.contract import resolve
from benchmarks.commands import Wish
from benchmarks.queries import runs
from workers.state.runners import RunnerRefused


@router.post(
    "/runs/dry-run",
    auth=ApiKey("runner"),
    response=DryRun,
    operation_id="check_manifest",
    summary="Check a manifest",
    openapi_extra=RUNS,
)
def check_manifest(request: ApiRequest, sent: ManifestOnly) -> DryRun:
    """Say what is wrong with a job before hours are spent on it. Nothing is stored.

    Needs a key with the scope `runner`.
    """
    viewer = viewer_of(request)
    identity = sent.manifest.identity_sha256
    faults = benchmarks.commands.check_manifest(manifest=sent.manifest)
    same = runs.same_identity(tenant=request.tenant, identity_sha256=identity)
    return DryRun(
        ok=not faults,
        identity_sha256=identity,
        problems=[
            DryRunProblem(pointer=f"#{fault.pointer}", message=fault.message) for fault in faults
        ],
        warnings=list(resolve.warnings(sent.manifest)),
        same_identity_runs=[info.run_id for info in same if runs.is_visible(info, viewer)],
    )


@router.post(
    "/runs",
    auth=ApiKey("runner"),
    response={201: RunDetail, 200: RunDetail},
    operation_id="request_run",
    summary="Ask for a run",
    openapi_extra=RUNS,
)
def request_run(
    request: ApiRequest, response: HttpResponse, new: NewRun, idempotency_key: IdempotencyKey
) -> Status[RunDetail]:
    """Queue a run; it is private. Needs a key with the scope `runner`.

    With `runner_id` only that runner may take it: one of yours, or an approved one. The same
    `Idempotency-Key` queues one run only.
    """
    _check(request, new)
    tenant, key_id = request.tenant, key_of(request)
    info, is_new = benchmarks.commands.request_run(
        tenant=tenant,
        run_id=uuid.uuid5(IDEMPOTENCY_NAMESPACE, f"run:{tenant.pk}:{key_id}:{idempotency_key}"),
        wish=Wish(
            manifest=new.manifest,
            source="agent",
            runner_id=new.runner_id,
            required_tags=tuple(new.required_tags),
            priority=new.priority,
            reproduces=new.reproduces,
            publish=new.publish,
        ),
        actor=owner_of(request),
    )
    response["Location"] = reverse("api-1:get_run", args=[info.run_id])
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return Status(201 if is_new else 200, run_detail(request, info))


@router.post(
    "/runs/{uuid:run_id}/cancel",
    auth=ApiKey("runner"),
    response=RunDetail,
    operation_id="cancel_run",
    summary="Cancel a run",
    openapi_extra=RUNS,
)
def cancel_run(
    request: ApiRequest, response: HttpResponse, run_id: RunId, why: RunReason
) -> RunDetail:
    """End a run that is not over. Needs the scope `runner`; the runner hears of it at once.

    Cancelling again changes nothing.
    """
    owned_run(request, run_id)
    info, is_new = benchmarks.commands.cancel_run(
        tenant=request.tenant, run_id=run_id, reason=why.reason, actor=str(key_of(request))
    )
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return run_detail(request, info)


def _check(request: ApiRequest, new: NewRun) -> None:
    """Raise a problem for a wish that is not this caller's to make."""
    if new.priority > 0 and Scope.MODERATE not in good_key(request).scopes:
        raise ProblemError(
            "insufficient-scope", "A priority above 0 needs a key with the scope 'moderate'."
        )
    if new.reproduces is not None:
        _check_reproduces(request, new, new.reproduces)
    if new.runner_id is None:
        return
    runner = workers.queries.runner(tenant=request.tenant, runner_id=new.runner_id)
    if runner.owner != owner_of(request) and runner.status != "approved":
        raise RunnerRefused("foreign-runner", "This runner takes only runs of its owner.")


def _check_reproduces(request: ApiRequest, new: NewRun, run_id: UUID) -> None:
    other = runs.run(tenant=request.tenant, run_id=run_id, viewer=viewer_of(request))
    if other.identity_sha256 != new.manifest.identity_sha256:
        detail = "The manifest is not that of the run which is to be reproduced."
        raise ProblemError(
            "identity-conflict", detail, errors=[FieldError(detail=detail, pointer="#/reproduces")]
        )
