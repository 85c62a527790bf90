"""The page that compares rows of a board, and the one on which they are picked."""

from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

import voting.queries
from arena.tenancy.middleware import TenantRequest
from benchmarks.sovereignty import profiles
from leaderboards import queries
from leaderboards.choices import search_text
from leaderboards.compare.answer import LEVEL, Comparison, compare
from leaderboards.compare.chosen import ROWS_MAX, ROWS_MIN, board_of
from leaderboards.cost.board import choices
from leaderboards.cost.own import DAYS_A_MONTH
from leaderboards.cost.reading import BadParameter
from leaderboards.ordering import searched
from leaderboards.presentation import SECTIONS

OFFERED: Final = 200
"""Rows that a page offers to pick from; a search finds the others."""


@require_safe
def compare_page(request: TenantRequest) -> HttpResponse:
    """Compare the rows of the address; without any, show the rows of a board to pick from.

    Raises 400 for one row or more than six, a row that is not on the board, and any parameter that
    is not allowed, naming what is.
    """
    keys = request.GET.getlist("row")
    try:
        if not keys:
            return _pick(request)
        found = compare(tenant=request.tenant, query=request.GET.dict(), keys=keys)
    except BadParameter as error:
        raise BadRequest(str(error)) from error
    return render(request, "leaderboards/compare.html", _context(request, found))


def _context(request: TenantRequest, found: Comparison) -> dict[str, object]:
    chosen = found.chosen
    query = chosen.query()
    offered = [row for row in chosen.table.rows if row["key"] not in chosen.keys]
    return {
        "found": found,
        "table": chosen.table,
        "costs": chosen.costs,
        "tasks": chosen.tasks_a_day,
        "cost_choices": choices(),
        "profile": chosen.profile,
        "profiles": profiles().profiles,
        "kept": chosen.kept,
        "keys": chosen.keys,
        "offered": [] if found.is_full else offered[:OFFERED],
        "differing": [row for row in found.facts if row.differs],
        "alike": [row.title for row in found.facts if not row.differs],
        "level_percent": LEVEL * 100,
        "days_a_month": DAYS_A_MONTH,
        "rows_max": ROWS_MAX,
        "share_url": request.build_absolute_uri(f"{reverse('comparison')}?{query}"),
        "json_url": f"{reverse('api-1:compare_rows')}?{query}",
    }


def _pick(request: TenantRequest) -> HttpResponse:
    tenant = request.tenant
    board = board_of(tenant=tenant, query=request.GET.dict())
    query = search_text(request)
    table = queries.board_table(tenant=tenant, board=board) if board else None
    rows = searched(table.rows, query) if table else []
    context = {
        "boards": voting.queries.boards(tenant=tenant),
        "table": table,
        "rows": rows[:OFFERED],
        "count": len(rows),
        "sections": {key: title for key, title, _ in SECTIONS},
        "query": query,
        "rows_min": ROWS_MIN,
        "rows_max": ROWS_MAX,
    }
    return render(request, "leaderboards/compare_pick.html", context)
