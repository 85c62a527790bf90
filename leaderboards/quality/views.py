"""The page of a board's scores on suites, complete without JavaScript."""

from typing import Final, get_args

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena.tenancy.middleware import TenantRequest
from arena.tenancy.models import Tenant
from benchmarks.events import Measures
from benchmarks.quality import suites
from leaderboards import choices, moments
from leaderboards import view as view_of
from leaderboards.past import PastBoard
from leaderboards.past_or_refusal import past_or_refusal
from leaderboards.presentation import SHAPES
from leaderboards.quality import page
from leaderboards.quality.figures import PREFERENCES_NEEDED
from leaderboards.quality.page import SORTS, ScoreLine, Wanted
from leaderboards.queries import BoardTable
from leaderboards.sources import today

LINES_A_PAGE: Final = 200
_TITLES: Final = (
    ("suite", "Suite", ""), ("model", "Model", ""), ("score", "Score", "% of its most"),
    ("coverage", "Coverage", ""), ("measures", "Measures", ""), ("harness", "How", ""),
    ("date", "Stated on", ""), ("source", "By", ""),
)  # fmt: skip
_HIGHEST_FIRST: Final = ("score", "coverage", "date")


@require_safe
def board_quality(request: TenantRequest, slug: str) -> HttpResponse:
    """Show the scores of a board's models; the address holds suite, measures, sort, page and q.

    `?as_of=` shows those on record at a position, date or time. Raises 404 for an unknown board,
    400 naming what is allowed for any other bad value.
    """
    moment = view_of.moment(request)
    then = past_or_refusal(request, slug, moment)
    table = then.table if then else choices.table_or_404(tenant=request.tenant, slug=slug)
    every = _lines(request.tenant, table, then)
    standing = [line for line in every if line.info.status == "standing"]
    on_record = {line.info.suite: line.suite_name for line in every}
    wanted = _wanted(request, on_record)
    found = page.chosen(standing, wanted)
    number = _page(request, len(found))
    of_now = {"suite": wanted.suite, "measures": wanted.measures, "q": wanted.query}
    kept = {**of_now, "as_of": moment}
    on = then.moment.on if then else today()
    pinned = moments.written(table.position, on=on, recorded_at=table.as_of)
    elsewhere = choices.query({"q": wanted.query, "as_of": moment})
    elsewhere = f"?{elsewhere}" if elsewhere else ""
    last = (len(found) - 1) // LINES_A_PAGE + 1
    context = {
        "table": table,
        "lines": found[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE],
        "gone": page.chosen(_gone(every), wanted),
        "count": len(found),
        "of": len(standing),
        "headers": [_header(*title, sort=wanted.sort, kept=kept) for title in _TITLES],
        "wanted": wanted,
        "query": wanted.query,
        "suites": on_record,
        "measures": get_args(Measures),
        "version": suites().version,
        "shape": SHAPES["quality"],
        "preferences_needed": PREFERENCES_NEEDED,
        "newer": choices.address({**kept, "sort": wanted.sort, "page": str(number - 1)})
        if number > 1
        else "",
        "older": choices.address({**kept, "sort": wanted.sort, "page": str(number + 1)})
        if number < last
        else "",
        "clear": reverse("board_quality", args=[slug]),
        "moment": moment,
        "now_query": choices.address({**of_now, "sort": wanted.sort}),
        "pinned_query": choices.address({**of_now, "sort": wanted.sort, "as_of": pinned}),
        "view": {"parameters": elsewhere, "of_quality": elsewhere},
    }
    return render(request, "leaderboards/quality.html", context)


def _lines(tenant: Tenant, table: BoardTable, then: PastBoard | None) -> list[ScoreLine]:
    """Return every score that is, or at its moment was, on record of the board's models."""
    if then:
        found, deployments = then.catalogue.scores, then.catalogue.deployments
    else:
        found = benchmarks.queries.scores(tenant=tenant)
        deployments = {item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)}
    names = {row["model"]["slug"]: row["model"]["name"] for row in table.rows}
    return page.lines(found, names=names, deployments=deployments)


def _gone(lines: list[ScoreLine]) -> list[ScoreLine]:
    return [line for line in lines if line.info.status != "standing"]


def _wanted(request: TenantRequest, on_record: dict[str, str]) -> Wanted:
    orders = ["", *(f"{sign}{key}" for key in SORTS for sign in ("", "-"))]
    known = ["", *dict.fromkeys([*suites().by_slug, *on_record])]
    return Wanted(
        suite=choices.one_of(request, "suite", known, default=""),
        measures=choices.one_of(request, "measures", ["", *get_args(Measures)], default=""),
        query=choices.search_text(request),
        sort=choices.one_of(request, "sort", orders, default=""),
    )


def _page(request: TenantRequest, count: int) -> int:
    text = request.GET.get("page", "1")
    last = max(1, (count - 1) // LINES_A_PAGE + 1)
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= last):
        raise BadRequest(f"page={text[:20]}: no such page. Pages: 1 to {last}.")
    return int(text)


def _header(key: str, title: str, unit: str, *, sort: str, kept: dict[str, str]) -> dict[str, str]:
    first = f"-{key}" if key in _HIGHEST_FIRST else key
    other = key if first.startswith("-") else f"-{key}"
    directions = {key: "ascending", f"-{key}": "descending"}
    return {
        "title": title,
        "unit": unit,
        "href": choices.address({**kept, "sort": other if sort == first else first}),
        "aria_sort": directions.get(sort, ""),
        "is_number": "num" if key == "score" else "",
    }
