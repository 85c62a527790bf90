"""A free runner asks for work, and waits for it without a thread or a connection."""

from functools import partial

from django.http import HttpResponse
from ninja import Router
from ninja.responses import Status

import benchmarks.queries.runs
import workers.commands.runners
from arena.accounts.models import Scope
from arena.accounts.permissions import bearer_key
from arena.api import problems
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.bodies import JsonRenderer
from arena.api.problems import ProblemError
from arena.api.runner_schemas import ClaimedRun, Wish
from arena.api.runners import RUNS, RunnerId, own
from arena.long_poll import answer_later
from arena_runner.contract.manifest import Manifest
from workers.commands.claiming import check_may_work, claim_next
from workers.scheduling import Offer
from workers.state.runners import RunnerRefused
from workers.streaming import dispatch

router = Router(tags=["runners"])


@router.post(
    "/runners/{runner_id}/claim",
    auth=ApiKey("runner"),
    response={200: ClaimedRun, 204: None},
    operation_id="claim_run",
    summary="Claim a run",
    openapi_extra=RUNS,
)
def claim_run(request: ApiRequest, runner_id: RunnerId, wish: Wish) -> ClaimedRun | Status[None]:
    """Get a lease on the next run for this runner; 204 when there is none within `wait_s` seconds.

    Whoever asks again while an earlier request still waits takes its place.
    """
    found = own(request, runner_id)
    check_may_work(found)
    workers.commands.runners.note_presence(tenant=request.tenant, runner_id=runner_id)
    offer = Offer(runner=found, tags=frozenset(wish.tags))
    if wish.wait_s and answer_later(request, partial(_wait, request, offer, wish.wait_s)):
        return Status(204, None)
    claimed = _claim(request, offer)
    return Status(204, None) if claimed is None else claimed


def _claim(request: ApiRequest, offer: Offer) -> ClaimedRun | None:
    tenant = request.tenant
    claimed = claim_next(
        tenant=tenant,
        runner_id=offer.runner.runner_id,
        tags=offer.tags,
        actor=str(key_of(request)),
    )
    if claimed is None:
        return None
    manifest = benchmarks.queries.runs.artifact(tenant=tenant, sha256=claimed.manifest_sha256)
    return ClaimedRun(
        run_id=claimed.run_id,
        attempt=claimed.attempt,
        fence=claimed.fence,
        lease_expires_at=claimed.lease_expires_at,
        lease_s=claimed.lease_s,
        manifest=Manifest.model_validate_json(manifest.content),
        points_done=list(claimed.points_done),
        source=claimed.source,
    )


def _claim_later(request: ApiRequest, offer: Offer) -> ClaimedRun | None:
    """Claim for a request that has waited: its key may have been revoked meanwhile."""
    key = bearer_key(tenant=request.tenant, request=request)
    if key is None or Scope.RUNNER not in key.scopes:
        raise ProblemError("unauthenticated", "The key of this request is no longer valid.")
    return _claim(request, offer)


async def _wait(request: ApiRequest, offer: Offer, wait_s: float) -> HttpResponse | None:
    """Return the run, or the problem, that ends the wait; None when the time is over."""
    try:
        claimed = await dispatch.wait(
            tenant=request.tenant,
            offer=offer,
            claim=partial(_claim_later, request, offer),
            wait_s=wait_s,
        )
    except ProblemError as error:
        return problems.render_error(request, error)
    except RunnerRefused as error:
        return problems.render(request, error.code, str(error))
    if claimed is None:
        return None
    content = JsonRenderer().render(request, claimed.model_dump(), response_status=200)
    return HttpResponse(content, content_type="application/json; charset=utf-8")
