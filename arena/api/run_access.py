"""Which runs a caller of the API may see, and which they may change."""

from typing import Annotated
from uuid import UUID

from ninja import Path

import workers.queries
from arena.accounts.models import Role, Scope, User
from arena.accounts.queries import role_of
from arena.api.access import ApiRequest, key_of, owner_of
from arena.api.problems import ProblemError
from benchmarks.commands.reports import Signer
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo, UnknownRun, Viewer
from benchmarks.state.refusals import RunRefused
from workers.commands.confirming import confirm_twins

RunId = Annotated[
    UUID, Path(description="Id of the run.", example="3c1d9f52-7b1e-5c64-9a0d-5e8f2a6b7c41")
]
_MODERATES = frozenset({Role.OWNER, Role.ADMIN, Role.MODERATOR})


def viewer_of(request: ApiRequest) -> Viewer:
    """Return whose runs the caller sees: those of the key's owner, or of the person signed in."""
    caller = request.caller
    if caller.key is not None:
        owner, sees_all = owner_of(request), Scope.MODERATE in caller.key.scopes
    elif isinstance(caller.user, User):
        owner = str(caller.user.actor_id)
        sees_all = role_of(tenant=request.tenant, user=caller.user) in _MODERATES
    else:
        return runs.STRANGER
    own = workers.queries.runners(tenant=request.tenant, owner=owner)
    return Viewer(
        actor=owner, runner_ids=frozenset(info.runner_id for info in own), sees_all=sees_all
    )


def visible_run(request: ApiRequest, run_id: UUID) -> tuple[RunInfo, Viewer]:
    """Return a run as the caller sees it; raise UnknownRun for what is not theirs to see."""
    viewer = viewer_of(request)
    return runs.run(tenant=request.tenant, run_id=run_id, viewer=viewer), viewer


def run_with_figures(request: ApiRequest, run_id: UUID) -> tuple[RunInfo, Viewer]:
    """Return the same, where points, recipe and files may be shown too; a tombstone has none."""
    info, viewer = visible_run(request, run_id)
    if not runs.shows_figures(info, viewer):
        raise UnknownRun(f"The run was retracted: {info.retraction_reason}")
    return info, viewer


def owned_run(request: ApiRequest, run_id: UUID) -> RunInfo:
    """Return a run that is the caller's, or that a moderator may act on; raise UnknownRun.

    One that others may read, too, is forbidden rather than unknown.
    """
    info, viewer = visible_run(request, run_id)
    if not (viewer.sees_all or runs.is_owner(info, viewer)):
        raise ProblemError("forbidden", "This run is somebody else's.")
    return info


def check_runner(request: ApiRequest, runner_id: UUID) -> None:
    """Return when the runner is the caller's; raise UnknownRunner, RunnerRefused."""
    workers.queries.own_runner(tenant=request.tenant, runner_id=runner_id, owner=owner_of(request))


def with_twins(request: ApiRequest, info: RunInfo) -> RunInfo:
    """Confirm a published run by those of other owners, and these by it; return it as it is then.

    Nothing happens when it was done before, so a lost answer is healed by asking again.
    """
    tenant = request.tenant
    is_new = confirm_twins(tenant=tenant, info=info, actor=str(key_of(request)))
    return runs.run(tenant=tenant, run_id=info.run_id) if is_new else info


def signer_of(request: ApiRequest, *, runner_id: UUID, key_id: str) -> Signer:
    """Return by whom a report is signed: a runner of the caller, with a key that is its own."""
    runner = workers.queries.own_runner(
        tenant=request.tenant, runner_id=runner_id, owner=owner_of(request)
    )
    key = workers.queries.key_of(tenant=request.tenant, key_id=key_id)
    if key is None or key.runner_id != runner_id:
        raise RunRefused("bad-signature", "The report is signed by a key that is not the runner's.")
    if key.is_revoked:
        raise ProblemError("key-revoked", "The key that signed this was revoked.")
    return Signer(runner_id=runner_id, public_key=key.public_key, origin=runner.origin)
