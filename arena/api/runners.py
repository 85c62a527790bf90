"""Runners: machines join, say how they are, change their keys, and go."""

from typing import Annotated, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from ninja import Path, Router
from ninja.responses import Status

import workers.commands.runners as commands
import workers.queries
from arena.api.access import ApiKey, ApiRequest, key_of, owner_of
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, page_of
from arena.api.openapi import SCOPE
from arena.api.runner_schemas import (
    Beat,
    Limits,
    MachineChange,
    NewKey,
    NewRunner,
    Reason,
    Runner,
    RunnerPage,
)
from workers.state.runners import RunnerInfo, RunnerLimits

router = Router(tags=["runners"])
RUNS: Final[dict[str, Any]] = {SCOPE: "runner"}
RunnerId = Annotated[
    UUID,
    Path(description="Id of the runner.", example="7a1c2b90-5d3e-5f0a-8b6e-3c9d2e1f4a55"),
]
KeyId = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of a public key.", example="0" * 64),
]


def own(request: ApiRequest, runner_id: UUID) -> RunnerInfo:
    """Return a runner of the key's owner; raise UnknownRunner, RunnerRefused."""
    return workers.queries.own_runner(
        tenant=request.tenant, runner_id=runner_id, owner=owner_of(request)
    )


@router.post(
    "/runners",
    auth=ApiKey("runner"),
    response={201: Runner, 200: Runner},
    operation_id="register_runner",
    summary="Register a runner",
    openapi_extra=RUNS,
)
def register_runner(request: ApiRequest, response: HttpResponse, new: NewRunner) -> Status[Runner]:
    """Let a machine join. Needs a key with the scope `runner`.

    The runner's id follows from its public key: sending the same key again changes nothing, gives
    200 and `Idempotent-Replay: true`.
    """
    registration = commands.register_runner(
        tenant=request.tenant,
        owner=owner_of(request),
        name=new.name,
        public_key=new.public_key,
        machine=new.machine,
        tags=new.tags,
        proof=new.proof,
        actor=str(key_of(request)),
    )
    found = registration.runner
    response["Location"] = reverse("api-1:get_runner", args=[found.runner_id])
    if not registration.is_new:
        response["Idempotent-Replay"] = "true"
    return Status(201 if registration.is_new else 200, Runner.model_validate(found))


@router.get(
    "/runners",
    auth=ApiKey("runner"),
    response=RunnerPage,
    operation_id="list_runners",
    summary="List your runners",
    openapi_extra=RUNS,
)
def list_runners(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> RunnerPage | HttpResponse:
    """The runners of the key's owner, retired ones too. Needs the scope `runner`."""
    found = workers.queries.runners(tenant=request.tenant, owner=owner_of(request))
    items, following = page_of(
        sorted(map(Runner.model_validate, found), key=lambda runner: str(runner.runner_id)),
        sort_key=lambda runner: (str(runner.runner_id),),
        kinds=(str,),
        cursor=cursor,
        limit=limit,
    )
    page = RunnerPage(items=items, next=following, has_more=following is not None)
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/runners/{runner_id}",
    auth=ApiKey("runner"),
    response=Runner,
    operation_id="get_runner",
    summary="Read a runner",
    openapi_extra=RUNS,
)
def get_runner(
    request: ApiRequest, response: HttpResponse, runner_id: RunnerId
) -> Runner | HttpResponse:
    """One runner of the key's owner, as the log has it now. Needs the scope `runner`."""
    shape = Runner.model_validate(own(request, runner_id))
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(shape.model_dump_json(),)) or shape


@router.post(
    "/runners/{runner_id}/describe",
    auth=ApiKey("runner"),
    response=Runner,
    operation_id="describe_runner",
    summary="Describe a runner anew",
    openapi_extra=RUNS,
)
def describe_runner(request: ApiRequest, runner_id: RunnerId, change: MachineChange) -> Runner:
    """Say what the machine is now; nothing is recorded when nothing has changed."""
    own(request, runner_id)
    return Runner.model_validate(
        commands.describe_runner(
            tenant=request.tenant,
            runner_id=runner_id,
            machine=change.machine,
            tags=change.tags,
            actor=str(key_of(request)),
        )
    )


@router.patch(
    "/runners/{runner_id}/limits",
    auth=ApiKey("runner"),
    response=Runner,
    operation_id="set_runner_limits",
    summary="Set a runner's limits",
    openapi_extra=RUNS,
)
def set_limits(request: ApiRequest, runner_id: RunnerId, limits: Limits) -> Runner:
    """Set what the owner allows. Limits that are left out keep their value."""
    before = own(request, runner_id).limits
    sent = limits.model_fields_set
    wanted = RunnerLimits(
        hours_utc=tuple(limits.hours_utc) if "hours_utc" in sent else before.hours_utc,
        max_power_watts=(
            limits.max_power_watts if "max_power_watts" in sent else before.max_power_watts
        ),
        max_temperature_celsius=(
            limits.max_temperature_celsius
            if "max_temperature_celsius" in sent
            else before.max_temperature_celsius
        ),
        only_when_idle=limits.only_when_idle if "only_when_idle" in sent else before.only_when_idle,
        allowed_images=(
            tuple(limits.allowed_images) if "allowed_images" in sent else before.allowed_images
        ),
    )
    return Runner.model_validate(
        commands.set_limits(
            tenant=request.tenant,
            runner_id=runner_id,
            limits=wanted,
            actor=str(key_of(request)),
        )
    )


@router.post(
    "/runners/{runner_id}/keys",
    auth=ApiKey("runner"),
    response=Runner,
    operation_id="rotate_runner_key",
    summary="Change a runner's key",
    openapi_extra=RUNS,
)
def rotate_key(request: ApiRequest, runner_id: RunnerId, new: NewKey) -> Runner:
    """Sign with another key from now on; what the old one signed stays valid."""
    own(request, runner_id)
    return Runner.model_validate(
        commands.rotate_key(
            tenant=request.tenant,
            runner_id=runner_id,
            public_key=new.public_key,
            proof=new.proof,
            actor=str(key_of(request)),
        )
    )


@router.post(
    "/runners/{runner_id}/keys/{runner_key}/revoke",
    auth=ApiKey("runner"),
    response=Runner,
    operation_id="revoke_runner_key",
    summary="Revoke a runner's key",
    openapi_extra=RUNS,
)
def revoke_key(request: ApiRequest, runner_id: RunnerId, runner_key: KeyId, why: Reason) -> Runner:
    """Have nothing accepted any more that the key signed or will sign."""
    own(request, runner_id)
    return Runner.model_validate(
        commands.revoke_key(
            tenant=request.tenant,
            runner_id=runner_id,
            key_id=runner_key,
            reason=why.reason,
            actor=str(key_of(request)),
        )
    )


@router.post(
    "/runners/{runner_id}/retire",
    auth=ApiKey("runner"),
    response=Runner,
    operation_id="retire_runner",
    summary="Retire a runner",
    openapi_extra=RUNS,
)
def retire_runner(request: ApiRequest, runner_id: RunnerId, why: Reason) -> Runner:
    """Take the machine away for good; its results stay."""
    own(request, runner_id)
    return Runner.model_validate(
        commands.retire_runner(
            tenant=request.tenant,
            runner_id=runner_id,
            reason=why.reason,
            actor=str(key_of(request)),
        )
    )


@router.post(
    "/runners/{runner_id}/presence",
    auth=ApiKey("runner"),
    response={204: None},
    operation_id="note_presence",
    summary="Say that a runner is there",
    openapi_extra=RUNS,
)
def note_presence(request: ApiRequest, runner_id: RunnerId, beat: Beat) -> Status[None]:
    """Every 30 seconds or so: how the machine is. Nothing of it goes into the log."""
    own(request, runner_id)
    commands.note_presence(
        tenant=request.tenant,
        runner_id=runner_id,
        state=beat.state,
        runner_version=beat.runner_version,
        telemetry=beat.telemetry,
        doctor=beat.doctor,
    )
    return Status(204, None)
