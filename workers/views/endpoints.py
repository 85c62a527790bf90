"""Connect models, try them, change and retire them."""

import contextlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arena.accounts.models import Role
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from benchmarks import queries as benchmarks
from benchmarks.queries import DeploymentInfo, ModelInfo
from workers import commands, queries
from workers.forms import ChangeForm, ConnectForm, RetireForm
from workers.state import EndpointState
from workers.trial import Trial, try_endpoint
from workers.views.facts import initial_of, rows

may_manage = require_role(Role.OWNER, Role.ADMIN)


@require_GET
@may_manage
def endpoints(request: MemberRequest) -> HttpResponse:
    """List what is connected and what was."""
    return render(request, "workers/endpoints.html", {"rows": rows(request.tenant)})


@never_cache
@require_http_methods(["GET", "POST"])
@may_manage
def connect(request: MemberRequest) -> HttpResponse:
    """Connect a model."""
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["model_name"]
        try:
            slug = commands.connect_model(
                tenant=request.tenant,
                model=form.model_facts(name),
                deployment=form.deployment_facts(),
                access=form.access(),
                price=form.price(),
                power=form.power(),
                actor=str(request.user.actor_id),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{name} is connected. Try it below.")
            return redirect("endpoint", endpoint=slug)
    status = 400 if form.errors else 200
    return render(request, "workers/connect.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@may_manage
def endpoint(request: MemberRequest, endpoint: str) -> HttpResponse:
    """Show one endpoint and change it."""
    state = _state(request, endpoint)
    form = ChangeForm(request.POST or None, initial=_initial(request, state))
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_connection(
                tenant=request.tenant,
                deployment_slug=endpoint,
                model=form.model_facts(state.model_slug),
                access=form.access(),
                price=form.price(),
                power=form.power(),
                actor=str(request.user.actor_id),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("endpoint", endpoint=endpoint)
    return _render(request, state, form=form, status=400 if form.errors else 200)


@never_cache
@require_POST
@may_manage
def try_it(request: MemberRequest, endpoint: str) -> HttpResponse:
    """Ask the endpoint one short question and show what came of it."""
    state = _state(request, endpoint)
    try:
        target = queries.target(tenant=request.tenant, deployment_slug=endpoint)
    except queries.UnknownEndpoint as error:
        messages.error(request, str(error))
        return redirect("endpoint", endpoint=endpoint)
    return _render(request, state, trial=try_endpoint(target))


@require_POST
@may_manage
def retire(request: MemberRequest, endpoint: str) -> HttpResponse:
    """Ask an endpoint no more."""
    state = _state(request, endpoint)
    form = RetireForm(request.POST)
    if form.is_valid():
        try:
            commands.retire_endpoint(
                tenant=request.tenant,
                deployment_slug=endpoint,
                reason=form.cleaned_data["reason"],
                actor=str(request.user.actor_id),
            )
        except DomainError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, f"{state.model_slug} is asked no more. Its key is forgotten.")
            return redirect("endpoints")
    return _render(request, state, retire_form=form, status=400)


def _state(request: MemberRequest, slug: str) -> EndpointState:
    try:
        return queries.endpoint(tenant=request.tenant, deployment_slug=slug)
    except queries.UnknownEndpoint as error:
        raise Http404(str(error)) from None


def _initial(request: MemberRequest, state: EndpointState) -> dict[str, Any]:
    return initial_of(
        state, queries.access(tenant=request.tenant, deployment_slug=state.deployment_slug),
        tenant=request.tenant,
    )  # fmt: skip


def _render(
    request: MemberRequest,
    state: EndpointState,
    *,
    form: ChangeForm | None = None,
    retire_form: RetireForm | None = None,
    trial: Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    tenant = request.tenant
    deployment: DeploymentInfo | None = None
    model: ModelInfo | None = None
    # Just connected, the worker has not folded them yet; a form without them would undo them.
    with contextlib.suppress(benchmarks.UnknownDeployment, benchmarks.UnknownModel):
        deployment = benchmarks.deployment(tenant=tenant, slug=state.deployment_slug)
        model = benchmarks.model(tenant=tenant, slug=state.model_slug)
    context = {
        "state": state,
        "access": queries.access(tenant=tenant, deployment_slug=state.deployment_slug),
        "deployment": deployment,
        "model": model,
        "form": form or ChangeForm(initial=_initial(request, state)),
        "retire_form": retire_form or RetireForm(),
        "trial": trial,
    }
    return render(request, "workers/endpoint.html", context, status=status)
