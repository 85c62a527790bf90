"""Change a machine: approve, suspend, limit and retire it, and take trust from its key."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from workers.commands import runners as commands
from workers.runner_forms import LimitsForm, ReasonForm
from workers.state.runners import RunnerInfo
from workers.views.runners import APPROVERS, may_manage, runner_response, signed_in, visible_runner

may_approve = require_role(*APPROVERS)


@require_POST
@may_approve
def approve(request: MemberRequest, runner_id: UUID) -> HttpResponse:
    """Let a machine take runs that others ask for."""
    info = visible_runner(request, runner_id)
    try:
        commands.approve_runner(tenant=request.tenant, runner_id=runner_id, actor=_actor(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{info.name} is approved.")
    return redirect("runner", runner_id=runner_id)


@require_POST
@may_approve
def suspend(request: MemberRequest, runner_id: UUID) -> HttpResponse:
    """Give a machine no more runs."""
    info = visible_runner(request, runner_id)
    form = ReasonForm(request.POST, auto_id="id_suspend_%s")
    if form.is_valid():
        try:
            commands.suspend_runner(
                tenant=request.tenant,
                runner_id=runner_id,
                reason=form.cleaned_data["reason"],
                actor=_actor(request),
            )
        except DomainError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, f"{info.name} gets no more runs.")
            return redirect("runner", runner_id=runner_id)
    return runner_response(request, info, forms={"suspend_form": form}, status=400)


@require_POST
@signed_in
def retire(request: MemberRequest, runner_id: UUID) -> HttpResponse:
    """Take a machine away for good."""
    info = _managed(request, runner_id)
    form = ReasonForm(request.POST, auto_id="id_retire_%s")
    if form.is_valid():
        try:
            commands.retire_runner(
                tenant=request.tenant,
                runner_id=runner_id,
                reason=form.cleaned_data["reason"],
                actor=_actor(request),
            )
        except DomainError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, f"{info.name} is retired. What it measured stays.")
            return redirect("runners")
    return runner_response(request, info, forms={"retire_form": form}, status=400)


@require_POST
@signed_in
def limits(request: MemberRequest, runner_id: UUID) -> HttpResponse:
    """Set what the owner allows the machine to do."""
    info = _managed(request, runner_id)
    form = LimitsForm(request.POST)
    if form.is_valid():
        try:
            commands.set_limits(
                tenant=request.tenant,
                runner_id=runner_id,
                limits=form.limits(),
                actor=_actor(request),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved. The agent obeys from its next heartbeat on.")
            return redirect("runner", runner_id=runner_id)
    return runner_response(request, info, forms={"limits_form": form}, status=400)


@require_POST
@signed_in
def revoke_key(request: MemberRequest, runner_id: UUID, key_id: str) -> HttpResponse:
    """Trust a key no longer, also not what it signed before."""
    info = _managed(request, runner_id)
    form = ReasonForm(request.POST, auto_id="id_revoke_%s")
    if form.is_valid():
        try:
            commands.revoke_key(
                tenant=request.tenant,
                runner_id=runner_id,
                key_id=key_id,
                reason=form.cleaned_data["reason"],
                actor=_actor(request),
            )
        except DomainError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, "The key is revoked; nothing signed by it is accepted.")
            return redirect("runner", runner_id=runner_id)
    return runner_response(request, info, forms={"revoke_form": form}, status=400)


def _managed(request: MemberRequest, runner_id: UUID) -> RunnerInfo:
    info = visible_runner(request, runner_id)
    if not may_manage(request, info):
        raise PermissionDenied("Only the owner of this machine, or an administrator, may do that.")
    return info


def _actor(request: MemberRequest) -> str:
    return str(request.user.actor_id)
