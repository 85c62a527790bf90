"""What private targets endpoints may reach: administrators see it, operators change it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from arena.accounts.permissions import MemberRequest
from arena.eventstore.domain import DomainError
from workers import commands, queries
from workers.forms import AllowTargetForm
from workers.views.endpoints import may_manage


@require_http_methods(["GET", "POST"])
@may_manage
def targets(request: MemberRequest) -> HttpResponse:
    """Show the list; let the operator add to it."""
    form = AllowTargetForm(request.POST or None)
    if request.method == "POST":
        _require_operator(request)
        if form.is_valid():
            try:
                commands.allow_target(
                    tenant=request.tenant,
                    target=form.cleaned_data["target"],
                    port=form.cleaned_data["port"],
                    by=str(request.user.actor_id),
                )
            except DomainError as error:
                form.add_error("target", str(error))
            else:
                messages.success(request, "The target is allowed.")
                return redirect("allowed_targets")
    context = {
        "targets": queries.allowed_targets(tenant=request.tenant),
        "form": form,
        "is_operator": request.user.is_superuser,
    }
    return render(request, "workers/targets.html", context, status=400 if form.errors else 200)


@require_POST
@may_manage
def remove(request: MemberRequest, target_id: uuid.UUID) -> HttpResponse:
    """Take an entry off the list."""
    _require_operator(request)
    try:
        commands.remove_target_by_id(tenant=request.tenant, target_id=target_id)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The target is no longer allowed.")
    return redirect("allowed_targets")


def _require_operator(request: MemberRequest) -> None:
    if not request.user.is_superuser:
        raise PermissionDenied("Only the operator of the installation changes this list.")
