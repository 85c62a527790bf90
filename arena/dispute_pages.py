"""Dispute a cell of a board; for moderators the list of what is open."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import benchmarks.queries
import voting.queries
from arena.accounts.models import Role
from arena.accounts.permissions import ArenaRequest, MemberRequest, require_role
from arena.api.public_events import PUBLIC_TYPES
from arena.cell_pages import PAGE_SIZE, context_of, found_cell
from arena.eventstore.domain import DomainError
from arena.eventstore.queries import events_at
from arena.rates import Quota, client_digest, count
from leaderboards import commands, disputes
from leaderboards.commands import UnknownDispute
from leaderboards.dispute_forms import DisputeForm, ResolutionForm
from leaderboards.disputes import CellKey
from voting import voters
from voting.views.visitors import visitor

MODERATORS: Final = (Role.OWNER, Role.ADMIN, Role.MODERATOR)


class SeeOther(HttpResponseRedirect):
    """Sends a browser from a form to the page that shows what became of it."""

    status_code = HTTPStatus.SEE_OTHER


@never_cache
@require_POST
def dispute(request: ArenaRequest, slug: str, row: str, column: str) -> HttpResponse:
    """Dispute a cell; 422 with the form where it was filled in wrong, 429 where it is too often.

    A browser that never voted gets a number, as for a vote, so that the dispute stays its own.
    """
    shown, found, wanted = found_cell(request, slug, row, column)
    form = DisputeForm(request.POST)
    who = visitor(request)
    quota = _exceeded(request, who.voter)
    if quota is not None:
        form.add_error(None, f"Too many disputes in a minute. Wait {quota.reset_seconds} seconds.")
    elif form.is_valid():
        _dispute(request, form, CellKey(row, column), slug, shown.table.position, who.voter)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if quota is None else HTTPStatus.TOO_MANY_REQUESTS
        context = context_of(request, shown, found, wanted, size=PAGE_SIZE)
        page = render(
            request, "leaderboards/cell.html", {**context, "dispute_form": form}, status=status
        )
        if quota is not None:
            page["Retry-After"] = str(quota.reset_seconds)
        return page
    messages.success(request, "Disputed. A moderator will look into it; the cell says how it goes.")
    response = SeeOther(reverse("cell", args=[slug, row, column]))
    if who.cookie is not None:
        voters.remember(response, who.cookie, tenant=request.tenant, is_secure=settings.IS_SECURE)
    return response


def _dispute(
    request: ArenaRequest, form: DisputeForm, cell: CellKey, board: str, seen: int, reader: str
) -> None:
    """Dispute the cell, or say in the form why not."""
    data = form.cleaned_data
    position = data["event_position"]
    if position is not None and not events_at(
        tenant=request.tenant, positions=[position], types=PUBLIC_TYPES
    ):
        form.add_error("event_position", "No public event stands at this position.")
        return
    try:
        commands.dispute_cell(
            tenant=request.tenant,
            board=board,
            cell=cell,
            reason=data["reason"],
            text=data["text"],
            seen_position=seen,
            event_position=position,
            reader=reader,
        )
    except DomainError as error:
        form.add_error(None, str(error))


@never_cache
@require_safe
@require_role(*MODERATORS)
def dispute_list(request: MemberRequest) -> HttpResponse:
    """Show every open dispute, oldest first, with what its reader wrote."""
    return _listed(request)


@require_POST
@require_role(*MODERATORS)
def resolve(request: MemberRequest, dispute_id: UUID) -> HttpResponse:
    """Decide a dispute; 404 for one that is not open here, 422 for a decision there is not."""
    listed = disputes.open_disputes(tenant=request.tenant)
    info = next((info for info, _ in listed if info.dispute_id == dispute_id), None)
    if info is None:
        raise Http404("There is no such open dispute.")
    form = ResolutionForm(request.POST)
    if not form.is_valid():
        return _listed(request, refused=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.resolve_dispute(
            tenant=request.tenant,
            board=info.board,
            cell=CellKey(info.row, info.column),
            dispute_id=dispute_id,
            resolution=form.cleaned_data["resolution"],
            actor=str(request.user.actor_id),
        )
    except UnknownDispute as error:
        raise Http404(str(error)) from error
    except DomainError as error:
        form.add_error(None, str(error))
        return _listed(request, refused=form, status=HTTPStatus.CONFLICT)
    messages.success(request, "Decided; the cell and the log say how.")
    return SeeOther(reverse("disputes"))


def _listed(
    request: MemberRequest, *, refused: ResolutionForm | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    boards = {info.slug: info.name for info in voting.queries.boards(tenant=request.tenant)}
    places = {
        f"deployment:{place.slug}": place.model_slug
        for place in benchmarks.queries.deployments(tenant=request.tenant)
    }
    context = {
        "disputes": [
            {
                "info": info,
                "text": text,
                "board": boards.get(info.board, info.board),
                "model": places.get(info.row, info.row.partition(":")[2]),
            }
            for info, text in disputes.open_disputes(tenant=request.tenant)
        ],
        "form": ResolutionForm(auto_id=False),
        "refused": refused,
        "resolved": disputes.resolved_count(tenant=request.tenant),
    }
    return render(request, "leaderboards/disputes.html", context, status=status)


def _exceeded(request: HttpRequest, reader: str) -> Quota | None:
    """Count one dispute; return the limit that it breaks, of the reader or of the address."""
    quotas = (
        count(f"disputes:reader:{reader}", limit=settings.ARENA_RATE_DISPUTES_READER),
        count(
            f"disputes:address:{client_digest(request)}",
            limit=settings.ARENA_RATE_DISPUTES_ADDRESS,
        ),
    )
    return next((quota for quota in quotas if quota is not None and quota.is_exceeded), None)
