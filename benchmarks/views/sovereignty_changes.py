"""Submit a fact, review one of somebody else, print what an operator replies."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from arena.accounts.models import Role
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from benchmarks import commands
from benchmarks.commands import UnknownFact
from benchmarks.events import FactVerdict
from benchmarks.sovereignty_forms import FactForm, ReplyForm, ReviewForm
from benchmarks.views.sovereignty import (
    PRINTERS,
    REVIEWERS,
    deployment_of,
    deployment_page,
    operators_of,
    overview_page,
)


class SeeOther(HttpResponseRedirect):
    """Sends a browser from a form to the page that shows what became of it."""

    status_code = HTTPStatus.SEE_OTHER


@require_POST
@require_role(*Role)
def submit(request: MemberRequest, deployment: str) -> HttpResponse:
    """Submit a fact, which then waits for somebody else; 422 or 409 with the reason if refused."""
    info = deployment_of(request, deployment)
    form = FactForm(request.POST)
    if not form.is_valid():
        return deployment_page(request, info, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.submit_fact(
            tenant=request.tenant,
            deployment_slug=info.slug,
            statement=form.statement,
            actor=str(request.user.actor_id),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return deployment_page(request, info, form=form, status=HTTPStatus.CONFLICT)
    messages.success(request, "The fact waits for a review by a moderator other than you.")
    return SeeOther(reverse("sovereignty_of", args=[info.slug]))


@require_POST
@require_role(*REVIEWERS)
def review(request: MemberRequest, deployment: str, fact_id: UUID) -> HttpResponse:
    """Accept or reject a fact, as the button says; 404 for one that does not exist."""
    info = deployment_of(request, deployment)
    form = ReviewForm(request.POST)
    verdict: FactVerdict = "accepted" if "accept" in request.POST else "rejected"
    if not form.is_valid():
        return deployment_page(request, info, refused=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.review_fact(
            tenant=request.tenant,
            deployment_slug=info.slug,
            fact_id=fact_id,
            verdict=verdict,
            reason=form.cleaned_data["reason"],
            actor=str(request.user.actor_id),
        )
    except UnknownFact as error:
        raise Http404(str(error)) from error
    except DomainError as error:
        form.add_error(None, str(error))
        return deployment_page(request, info, refused=form, status=HTTPStatus.CONFLICT)
    messages.success(request, f"The fact is {verdict}; the log says why.")
    return SeeOther(reverse("sovereignty_of", args=[info.slug]))


@require_POST
@require_role(*PRINTERS)
def reply(request: MemberRequest) -> HttpResponse:
    """Print what an operator says about the facts of its deployments."""
    form = ReplyForm(request.POST, operators=operators_of(request))
    if not form.is_valid():
        return overview_page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    try:
        commands.state_reply(
            tenant=request.tenant,
            operator=data["operator"],
            text=data["text"],
            source_url=data["source_url"],
            stated_on=data["stated_on"],
            actor=str(request.user.actor_id),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return overview_page(request, form=form, status=HTTPStatus.CONFLICT)
    messages.success(request, f"The reply of {data['operator']} is printed.")
    return SeeOther(reverse("sovereignty"))
