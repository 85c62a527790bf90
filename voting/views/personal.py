"""What a voter has done here: battles, an own board, agreement with others; and to delete it."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import benchmarks.queries
import voting.queries
from arena.accounts.permissions import ArenaRequest
from arena.eventstore.domain import DomainError
from voting import commands
from voting.battle_page import TITLES
from voting.personal import MIN_OTHERS, MIN_VOTES, Standing
from voting.views import visitors
from voting.views.starting import SeeOther

PAGE_SIZE: Final = 50
_MOST_PAGES: Final = 10_000
_OUTCOMES: Final = {"tie": "tie", "both_bad": "both bad"}
_OPEN: Final = {"answering": "still answering", "ready": "to be voted on", "skipped": "skipped"}


@never_cache
@require_safe
def mine(request: ArenaRequest) -> HttpResponse:
    """Show the visitor's battles, `?page=` by fifty, the visitor's board and agreement."""
    voter = visitors.voter_of(request)
    number = _page_number(request)
    context: dict[str, Any] = {
        "min_votes": MIN_VOTES,
        "min_others": MIN_OTHERS,
        "page": number,
        "battles": [],
        "has_voter": voter is not None,
    }
    if voter is not None:
        names = {info.slug: info.name for info in benchmarks.queries.models(tenant=request.tenant)}
        boards = {info.slug: info.name for info in voting.queries.boards(tenant=request.tenant)}
        found = voting.queries.battles_of_voter(
            tenant=request.tenant,
            voter=voter,
            offset=(number - 1) * PAGE_SIZE,
            limit=PAGE_SIZE + 1,
        )
        context |= {
            "battles": [_row(battle, names, boards) for battle in found[:PAGE_SIZE]],
            "has_more": len(found) > PAGE_SIZE,
            "boards": [
                {
                    "slug": own.board,
                    "name": boards[own.board],
                    "votes": own.votes,
                    "missing": max(0, MIN_VOTES - own.votes),
                    "rows": [_standing(row, names[row.model]) for row in own.standings],
                }
                for own in voting.queries.personal_boards(tenant=request.tenant, voter=voter)
            ],
            "agreement": voting.queries.crowd_agreement(tenant=request.tenant, voter=voter),
        }
    return render(request, "voting/my.html", context)


@never_cache
@require_POST
def erase(request: ArenaRequest) -> HttpResponse:
    """Blank the visitor's texts for good, and let the browser lose its number."""
    if request.POST.get("sure") != "yes":
        messages.error(request, "Nothing was deleted: tick the box to say that you are sure.")
        return SeeOther(reverse("my_votes"))
    try:
        # Also what this browser began before somebody signed in: its number is forgotten below,
        # and nobody could ask for it again.
        count = sum(
            commands.erase_voter(tenant=request.tenant, voter=voter, actor=voter)
            for voter in visitors.voters_of(request)
        )
    except DomainError:
        # A battle moved on at that moment. What was blanked so far stays blanked.
        messages.error(request, "Not everything was deleted: a battle was moving. Do it again.")
        return SeeOther(reverse("my_votes"))
    messages.success(
        request, f"{count} text{'' if count == 1 else 's'} deleted. Your votes stay, without you."
    )
    response = SeeOther(reverse("my_votes"))
    visitors.forget(request, response)
    return response


def _standing(row: Standing, name: str) -> dict[str, Any]:
    percent = {"percent": row.share, "lower": row.lower, "upper": row.upper}
    return {"name": name, "standing": row} | {key: 100 * part for key, part in percent.items()}


def _page_number(request: ArenaRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= _MOST_PAGES):
        raise BadRequest(f"page={text[:20]}: give a whole number from 1.")
    return int(text)


def _row(
    battle: voting.queries.BattleSummary, names: dict[str, str], boards: dict[str, str]
) -> dict[str, Any]:
    models = [names[slug] for slug in (battle.model_a, battle.model_b) if slug]
    return {
        "battle": battle,
        "title": TITLES[battle.mode],
        "board": boards.get(battle.board, battle.board),
        "models": models,
        "result": _result(battle, names),
    }


def _result(battle: voting.queries.BattleSummary, names: dict[str, str]) -> str:
    if battle.status == "void":
        return f"void: {(battle.void_reason or '').replace('_', ' ')}"
    if battle.winner is None:
        return (
            "closed"
            if battle.mode == "direct" and battle.status == "skipped"
            else (_OPEN[battle.status])
        )
    if battle.winner in _OUTCOMES:
        return _OUTCOMES[battle.winner]
    preferred = battle.model_a if battle.winner == "model_a" else battle.model_b
    return names[preferred] if preferred else ""
