"""Ask for a run: a member of anything, a visitor of `quick` on the arena's own machine."""

import uuid
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from arena import rates
from arena.accounts.permissions import ArenaRequest, MemberRequest, require_role
from arena.eventstore.domain import DomainError
from arena_runner.contract.problem import Problem, ProblemsError
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.recipe_yaml import load_recipe
from benchmarks import commands
from benchmarks.commands import Wish
from benchmarks.events import Attribution
from workers.run_evidence import manifest_of
from workers.run_forms import PLATFORM, PublicRequestForm, RequestForm
from workers.run_requests import (
    Measurable,
    machines_for,
    measurables,
    own_runners,
    platform_wish,
    reproduction,
    wish_of,
)
from workers.viewers import asking_actor, viewer_of
from workers.views.runs import shown_run

VISITOR_RUNS_A_MINUTE: Final = 2
MEMBER_RUNS_A_MINUTE: Final = 20
signed_in = require_role()


@never_cache
@require_http_methods(["GET", "POST"])
def request_run(request: ArenaRequest) -> HttpResponse:
    """Show the form, check it, and queue what it asks for."""
    known = measurables(tenant=request.tenant)
    if not request.user.is_authenticated:
        return _as_visitor(request, [item for item in known if item.is_embedded])
    form = RequestForm(
        request.POST or None,
        deployments=[(item.slug, item.title) for item in known],
        machines=machines_for(
            tenant=request.tenant, viewer=viewer_of(request, tenant=request.tenant)
        ),
    )
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            wish = _wish(form.cleaned_data, known)
            return _queued(request, wish, limit=MEMBER_RUNS_A_MINUTE)
        except ProblemsError as error:
            problems = error.problems
            form.add_error("recipe", "The recipe does not fit yet; see the lines below.")
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "problems": problems,
        "listing": _listing(form.data.get("recipe", ""), problems) if problems else [],
        "elsewhere": [problem for problem in problems if not problem.line],
    }
    return render(request, "benchmarks/request.html", context, status=400 if form.errors else 200)


@require_POST
@signed_in
def reproduce(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Queue the same manifest for a machine of another owner; with `runner` for one's own."""
    shown = shown_run(request, run_id)
    viewer = viewer_of(request, tenant=request.tenant)
    own = {str(info.runner_id) for info in own_runners(tenant=request.tenant, viewer=viewer)}
    runner = request.POST.get("runner", "")
    info = shown.info
    if info.visibility != "published" or info.status != "completed":
        messages.error(request, "Only a published run can be reproduced.")
        return redirect("run", run_id=run_id)
    wish = reproduction(
        manifest_of(request.tenant, info), info, runner_id=UUID(runner) if runner in own else None
    )
    try:
        return _queued(request, wish, limit=MEMBER_RUNS_A_MINUTE)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("run", run_id=run_id)


def _as_visitor(request: ArenaRequest, known: list[Measurable]) -> HttpResponse:
    form = PublicRequestForm(
        request.POST or None, deployments=[(item.slug, item.title) for item in known]
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(item for item in known if item.slug == form.cleaned_data["deployment"])
        try:
            return _queued(
                request, platform_wish(chosen, publish="named"), limit=VISITOR_RUNS_A_MINUTE
            )
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "is_empty": not known}
    return render(
        request, "benchmarks/request_public.html", context, status=400 if form.errors else 200
    )


def _wish(data: dict[str, Any], known: list[Measurable]) -> Wish:
    """Return what a valid form asks for; raise DomainError or ProblemsError."""
    chosen = next((item for item in known if item.slug == data["deployment"]), None)
    if chosen is not None and data["recipe"].strip():
        raise DomainError("Choose a model or write a recipe, not both.")
    publish = cast("Attribution | None", data["publish"] or None)
    if data["where"] == PLATFORM:
        if chosen is None:
            raise DomainError(
                "The arena's own machine starts nothing: choose a model that answers here already."
            )
        return platform_wish(chosen, publish=publish)
    if publish is not None:
        raise DomainError(
            "Only a run on the arena's own machine can be published beforehand; on any other its"
            " owner looks first."
        )
    recipe: Recipe = chosen.recipe if chosen else load_recipe(data["recipe"])
    return wish_of(
        recipe=recipe,
        profile=data["profile"],
        where=data["where"],
        tags=tuple(filter(None, (tag.strip().lower() for tag in data["tags"].split(",")))),
        deployment_slug=chosen.slug if chosen else None,
    )


def _queued(request: ArenaRequest, wish: Wish, *, limit: int) -> HttpResponse:
    """Queue a run and lead to its page; raise DomainError for one too many in a minute."""
    actor = asking_actor(request)
    # A visitor is whoever clears their cookies, so those are counted by address.
    account = actor if request.user.is_authenticated else rates.client_digest(request)
    quota = rates.count(f"run-request:{request.tenant.pk}:{account}", limit=limit)
    if quota is not None and quota.is_exceeded:
        raise DomainError(
            f"That was {limit} runs within a minute. Wait {quota.reset_seconds} seconds."
        )
    info, _ = commands.request_run(
        tenant=request.tenant, run_id=uuid.uuid4(), wish=wish, actor=actor
    )
    messages.success(request, "Queued. This page follows it.")
    return redirect("run", run_id=info.run_id)


def _listing(text: str, problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """Return the lines of a recipe with what is wrong at each."""
    return [
        {
            "text": line,
            "problems": [problem for problem in problems if problem.line == number],
        }
        for number, line in enumerate(text.splitlines(), start=1)
    ]
