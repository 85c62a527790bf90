"""Who controls a deployment: criteria and weights, scores, facts, and what the weights decide."""

from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena.accounts.models import Role
from arena.accounts.permissions import ArenaRequest
from benchmarks.queries import DeploymentInfo, UnknownDeployment
from benchmarks.sovereignty import (
    DRAWS,
    EVIDENCE,
    SPREAD,
    Profile,
    UnknownProfile,
    criteria,
    profile_called,
    profiles,
    sensitivity,
)
from benchmarks.sovereignty_forms import FactForm, ReplyForm, ReviewForm
from benchmarks.sovereignty_page import fact_views, parts, place, places

COMPARED_MAX: Final = 100
"""Deployments of the sensitivity page: pairs grow with the square."""
REVIEWERS: Final = (Role.OWNER, Role.ADMIN, Role.MODERATOR)
PRINTERS: Final = (Role.OWNER, Role.ADMIN)


@require_safe
def overview(request: ArenaRequest) -> HttpResponse:
    """Show score and level of every deployment for `?profile=`, and the rules; 400 if unknown."""
    return overview_page(request)


@require_safe
def sensitive(request: ArenaRequest) -> HttpResponse:
    """Show which pairs of deployments change their order when the weights are drawn anew."""
    profile = _profile(request)
    views = [
        view
        for view in places(tenant=request.tenant, profile=profile, on=timezone.now().date())
        if view.found
    ]
    shown = {view.info.slug: view for view in views[:COMPARED_MAX]}
    result = sensitivity({slug: view.found for slug, view in shown.items() if view.found})
    context = {
        **_common(profile),
        "result": result,
        "flips": [
            {"flip": flip, "ahead": shown[flip.ahead], "behind": shown[flip.behind]}
            for flip in result.flips
        ],
        "draws": DRAWS,
        "spread_percent": SPREAD * 100,
        "left_out": len(views) - len(shown),
        "count": len(shown),
    }
    return render(request, "sovereignty/sensitivity.html", context)


@require_safe
def of_deployment(request: ArenaRequest, deployment: str) -> HttpResponse:
    """Show every criterion of one deployment with its fact; 404 for one that does not exist."""
    return deployment_page(request, deployment_of(request, deployment))


def overview_page(
    request: ArenaRequest, *, form: ReplyForm | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Answer with the page of all deployments, with a reply that was refused where there is one."""
    profile, tenant = _profile(request), request.tenant
    found = places(tenant=tenant, profile=profile, on=timezone.now().date())
    operators = operators_of(request)
    context: dict[str, Any] = {
        **_common(profile),
        "places": [view for view in found if view.found],
        "unassessed": [view for view in found if not view.found],
        "criteria": [
            {"one": one, "weights": [each.weights[one.id] for each in profiles().profiles]}
            for one in criteria().criteria
        ],
        "levels": criteria().levels,
        "evidence": EVIDENCE.items(),
        "policy_days": criteria().policy_days,
        "replies": benchmarks.queries.sovereignty.replies(tenant=tenant),
        "may_print": request.role in PRINTERS and bool(operators),
        "form": form or ReplyForm(operators=operators),
    }
    return render(request, "sovereignty/overview.html", context, status=status)


def deployment_page(
    request: ArenaRequest,
    info: DeploymentInfo,
    *,
    form: FactForm | None = None,
    refused: ReviewForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with one deployment's page, with a form that was refused where there is one."""
    profile, tenant, today = _profile(request), request.tenant, timezone.now().date()
    facts = benchmarks.queries.sovereignty.facts(tenant=tenant, deployment=info.slug)
    view = place(tenant=tenant, info=info, facts=facts, profile=profile, on=today)
    words = fact_views(tenant=tenant, facts=facts)
    actor = str(request.user.actor_id) if request.user.is_authenticated else ""
    context = {
        **_common(profile),
        "view": view,
        "parts": parts(view.found, words) if view.found else [],
        "waiting": [
            {"fact": word, "form": ReviewForm(auto_id=f"id_{word.info.fact_id}_%s"),
             "is_own": word.info.submitted_by == actor}
            for word in words if word.info.status == "waiting"
        ],
        "decided": [word for word in reversed(words) if word.info.status != "waiting"],
        "replies": benchmarks.queries.sovereignty.replies(tenant=tenant, operator=info.operator)
        if info.operator
        else [],
        "may_submit": request.role is not None,
        "may_review": request.role in REVIEWERS,
        "form": form or FactForm(initial={"stated_on": today, "evidence": "E1"}),
        "refused": refused,
    }  # fmt: skip
    return render(request, "sovereignty/deployment.html", context, status=status)


def deployment_of(request: ArenaRequest, slug: str) -> DeploymentInfo:
    """Return a deployment of the arena; raise Http404."""
    try:
        return benchmarks.queries.deployment(tenant=request.tenant, slug=slug)
    except UnknownDeployment as error:
        raise Http404(str(error)) from error


def operators_of(request: ArenaRequest) -> list[str]:
    """Return everybody who operates a deployment of the arena, by name."""
    found = benchmarks.queries.deployments(tenant=request.tenant)
    return sorted({info.operator for info in found if info.operator})


def _profile(request: ArenaRequest) -> Profile:
    try:
        return profile_called(request.GET.get("profile"))
    except UnknownProfile as error:
        raise BadRequest(str(error)) from error


def _common(profile: Profile) -> dict[str, Any]:
    return {
        "profile": profile,
        "profiles": profiles().profiles,
        "criteria_version": criteria().version,
        "profiles_version": profiles().version,
    }
