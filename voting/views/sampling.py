"""Who battles on a board and how likely each is to be drawn; managers change it here, in public."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

import benchmarks.queries
import voting.queries
import workers.queries
from arena.accounts.models import Role
from arena.accounts.permissions import ArenaRequest, MemberRequest, require_role
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from voting import commands
from voting.forms import ChangeForm, EntryForm
from voting.pairing import FLOOR
from voting.queries import BoardInfo, UnknownBoard
from voting.views.starting import SeeOther

MANAGERS = (Role.OWNER, Role.ADMIN)
may_manage = require_role(*MANAGERS)


@require_safe
def sampling(request: ArenaRequest, slug: str) -> HttpResponse:
    """Show the contestants of a board, those retired too."""
    return _page(request, slug)


@require_POST
@may_manage
def enter(request: MemberRequest, slug: str) -> HttpResponse:
    """Let a deployment battle on the board."""
    board = _board(request.tenant, slug)
    form = EntryForm(request.POST, deployments=_callable(request.tenant))
    if not form.is_valid():
        return _page(request, slug, entry=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        commands.enter_contestant(
            tenant=request.tenant,
            board=board.slug,
            deployment_slug=form.cleaned_data["deployment"],
            weight=form.cleaned_data["weight"],
            actor=str(request.user.actor_id),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, slug, entry=form, status=HTTPStatus.CONFLICT)
    messages.success(request, f"{form.cleaned_data['deployment']} battles here from now on.")
    return SeeOther(reverse("sampling", args=[slug]))


@require_POST
@may_manage
def change(request: MemberRequest, slug: str) -> HttpResponse:
    """Draw a contestant more or less often, or no more, for a public reason."""
    board = _board(request.tenant, slug)
    active = voting.queries.active_contenders(tenant=request.tenant, board=board.slug)
    form = ChangeForm(request.POST, deployments=[one.deployment for one in active])
    if not form.is_valid():
        return _page(request, slug, changed=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    common: dict[str, Any] = {
        "tenant": request.tenant,
        "board": board.slug,
        "deployment_slug": form.cleaned_data["deployment"],
        "reason": form.cleaned_data["reason"],
        "actor": str(request.user.actor_id),
    }
    try:
        if "retire" in request.POST:
            commands.retire_contestant(**common)
        elif form.cleaned_data["weight"] is None:
            raise DomainError("Give the weight that it shall have.")
        else:
            commands.reweight_contestant(**common, weight=form.cleaned_data["weight"])
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, slug, changed=form, status=HTTPStatus.CONFLICT)
    messages.success(request, f"{form.cleaned_data['deployment']} is changed; the log says why.")
    return SeeOther(reverse("sampling", args=[slug]))


def _page(
    request: ArenaRequest,
    slug: str,
    *,
    entry: EntryForm | None = None,
    changed: ChangeForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    tenant = request.tenant
    board = _board(tenant, slug)
    contestants = voting.queries.contestants(tenant=tenant, board=board.slug)
    names = {info.slug: info.name for info in benchmarks.queries.models(tenant=tenant)}
    votes = _votes(tenant, board.slug)
    rows: list[dict[str, Any]] = [
        {
            "name": names[one.model_slug],
            "one": one,
            "percent": None if one.share is None else one.share * 100,
            "votes": votes.get(one.model_slug, 0),
        }
        for one in contestants
    ]
    active = [one.deployment_slug for one in contestants if one.retired_at is None]
    idle = [slug for slug in _callable(tenant) if slug not in active]
    context = {
        "board": board,
        "active": [row for row in rows if row["one"].retired_at is None],
        "retired": [row for row in rows if row["one"].retired_at is not None],
        "floor_percent": FLOOR * 100,
        "may_manage": request.role in MANAGERS,
        "entry": entry or EntryForm(deployments=idle),
        "change": changed or ChangeForm(deployments=active),
        "idle": idle,
    }
    return render(request, "voting/sampling.html", context, status=status)


def _board(tenant: Tenant, slug: str) -> BoardInfo:
    """Return a board that was opened; its categories and languages have no battles of their own."""
    try:
        board = voting.queries.board(tenant=tenant, slug=slug)
    except UnknownBoard as error:
        raise Http404(str(error)) from error
    if board.part is not None:
        raise Http404(f"battles are on the board {board.part.board!r} as a whole")
    return board


def _callable(tenant: Tenant) -> list[str]:
    return [
        endpoint.deployment_slug
        for endpoint in workers.queries.endpoints(tenant=tenant)
        if endpoint.retired_reason is None
    ]


def _votes(tenant: Tenant, board: str) -> dict[str, int]:
    """Return the counted votes of each model on the board."""
    votes: dict[str, int] = {}
    for row in voting.queries.pair_counts(tenant=tenant, board=board).rows:
        count = row.wins_a + row.wins_b + row.ties + row.both_bad
        for model in (row.model_a, row.model_b):
            votes[model] = votes.get(model, 0) + count
    return votes
