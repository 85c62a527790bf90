"""The page of one battle, and what its voter does there."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import voting.queries
from arena.accounts.permissions import ArenaRequest
from arena.eventstore.domain import DomainError
from voting import battle_page, commands, streaming
from voting.forms import BallotForm, FilingForm, FollowUpForm
from voting.images import media_type
from voting.state import Battle
from voting.views import visitors
from voting.views.starting import PAGES, SeeOther

NO_JAVASCRIPT_REFRESH_S = 2


@never_cache
@require_safe
def battle(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """Show a battle of the visitor as it stands: running, to be voted on, or closed."""
    return _page(request, battle_id)


@never_cache
@require_POST
def continue_battle(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """Send both models another prompt."""
    found = visitors.own_battle(request, battle_id)
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _page(request, battle_id, follow_up=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    voter = found.started.voter
    quota = visitors.exceeded(request, voter=voter)
    if quota is not None:
        form.add_error(
            "text",
            f"{quota.limit} prompts a minute are allowed. Send it again in "
            f"{quota.reset_seconds} s.",
        )
        response = _page(request, battle_id, follow_up=form, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(quota.reset_seconds)
        return response
    try:
        streaming.check_capacity()
        continued = commands.continue_battle(
            tenant=request.tenant,
            battle_id=battle_id,
            voter=voter,
            turn=form.cleaned_data["turn"],
            text=form.cleaned_data["text"],
            actor=voter,
        )
    except streaming.Busy as error:
        form.add_error("text", str(error))
        return _waiting(
            request, battle_id, form, HTTPStatus.SERVICE_UNAVAILABLE, error.retry_after_s
        )
    except DomainError as error:
        form.add_error("text", str(error))
        return _page(request, battle_id, follow_up=form, status=HTTPStatus.CONFLICT)
    if continued.status == "answering":
        streaming.launch(tenant=request.tenant, battle_id=battle_id, turn=continued.turn)
    return SeeOther(reverse("battle", args=[battle_id]))


@never_cache
@require_POST
def vote(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """Take the one vote of a battle; its page then shows the names."""
    found = visitors.own_battle(request, battle_id)
    form = BallotForm(request.POST)
    if not form.is_valid():
        return _page(request, battle_id, ballot=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.cast_vote(
            tenant=request.tenant,
            battle_id=battle_id,
            voter=found.started.voter,
            ballot=form.ballot(),
            actor=found.started.voter,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, battle_id, ballot=form, status=HTTPStatus.CONFLICT)
    return SeeOther(reverse("battle", args=[battle_id]))


@never_cache
@require_POST
def skip(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """Close a battle without a vote."""
    found = visitors.own_battle(request, battle_id)
    voter = found.started.voter
    try:
        commands.skip_battle(tenant=request.tenant, battle_id=battle_id, voter=voter, actor=voter)
    except DomainError as error:
        return _page(request, battle_id, problem=str(error), status=HTTPStatus.CONFLICT)
    return SeeOther(reverse("battle", args=[battle_id]))


@never_cache
@require_POST
def categorise(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """File the visitor's vote under other categories or another language."""
    found = visitors.own_battle(request, battle_id)
    form = FilingForm(request.POST)
    if not form.is_valid():
        return _page(request, battle_id, filing=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.recategorise_vote(
            tenant=request.tenant,
            battle_id=battle_id,
            voter=found.started.voter,
            categories=form.cleaned_data["categories"],
            language=form.cleaned_data["language"],
            actor=found.started.voter,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, battle_id, filing=form, status=HTTPStatus.CONFLICT)
    messages.success(request, "Filed. The boards of these categories follow within a second.")
    return SeeOther(reverse("battle", args=[battle_id]))


@never_cache
@require_safe
def image(request: ArenaRequest, battle_id: UUID) -> HttpResponse:
    """Return the image of the visitor's own prompt."""
    visitors.own_battle(request, battle_id)
    found = voting.queries.conversation(tenant=request.tenant, battle_id=battle_id).image
    if found is None:
        raise Http404("This battle has no image.")
    return HttpResponse(found, content_type=media_type(found))


def _waiting(
    request: ArenaRequest, battle_id: UUID, form: FollowUpForm, status: int, retry_after_s: int
) -> HttpResponse:
    response = _page(request, battle_id, follow_up=form, status=status)
    response["Retry-After"] = str(retry_after_s)
    return response


def _page(
    request: ArenaRequest,
    battle_id: UUID,
    *,
    follow_up: FollowUpForm | None = None,
    ballot: BallotForm | None = None,
    filing: FilingForm | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Render the battle as it is now, with a form as it was sent where it was refused."""
    found = visitors.own_battle(request, battle_id)
    filed = _filed(found)
    context: dict[str, Any] = {
        **battle_page.page(tenant=request.tenant, battle_id=battle_id, battle=found),
        "follow_up": follow_up or FollowUpForm(initial={"turn": found.turn + 1}),
        "ballot": ballot or BallotForm(initial=filed),
        "filing": filing or FilingForm(initial=filed),
        "problem": problem,
        "start_page": PAGES[found.mode],
        "socket_path": f"{get_script_prefix()}ws/battles/{battle_id}/",
        "refresh_s": NO_JAVASCRIPT_REFRESH_S,
    }
    return render(request, "voting/battle.html", context, status=status)


def _filed(battle: Battle) -> dict[str, Any]:
    return {"categories": battle_page.categories(battle), "language": battle.language or ""}
