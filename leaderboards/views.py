"""Pages of boards and models: complete without JavaScript; the websocket only keeps them fresh."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_safe

import benchmarks.queries
import voting.queries
from arena.tenancy.middleware import TenantRequest
from benchmarks.sovereignty import (
    UnknownProfile,
    default_profile,
    profile_called,
    profiles,
)
from leaderboards import claim_pages, fragments, model_page, presentation, queries
from leaderboards import history as fit_history
from leaderboards.columns import Column
from leaderboards.cost import board as cost_board
from leaderboards.cost import parameters as cost_parameters
from leaderboards.cost.parameters import Parameters
from leaderboards.cost.reading import BadParameter
from leaderboards.exports.json_ld import dataset, in_script
from leaderboards.fragments import Body
from leaderboards.paging import Page, page_of_view
from leaderboards.presentation import INTERVAL_COLUMN, Setting
from leaderboards.profiles import for_profile
from leaderboards.queries import BoardTable
from leaderboards.ratings import MEAN_RATING
from leaderboards.rows import Row
from leaderboards.shown_board import DEFAULT_SORT, ShownBoard
from leaderboards.sources import today
from leaderboards.templatetags.kept import By
from leaderboards.whiskers import WIDTH_PX, Scale
from voting.queries import BoardInfo

_MODEL: Final = "model"
QUERY_MAX_CHARACTERS: Final = 100
FITS_A_PAGE: Final = 50
DOWNLOADS: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


@require_safe
def board_list(request: TenantRequest) -> HttpResponse:
    """Show every board of the arena with the question it answers."""
    tables = [
        queries.board_table(tenant=request.tenant, board=info.slug)
        for info in voting.queries.boards(tenant=request.tenant)
    ]
    return render(request, "leaderboards/board_list.html", {"tables": tables})


@require_safe
def board(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one board; `?sort=-rating` orders by a column, `?q=` keeps rows whose name holds it,
    `?page=2` shows the next rows.

    Costs are those of `?mix=`, `?currency=`, `?tariff=` and so on (leaderboards/cost); `?profile=`
    says whose sovereignty. Raises 404 for an unknown board, 400 for an unknown column, page or
    profile or a parameter that is not allowed.
    """
    shown = shown_board(request, slug)
    table = shown.table
    page = page_of_view(shown, request.GET.get("page"))
    scale = fragments.scale_of(table, tenant_id=request.tenant.pk)
    view = fragments.View.of(shown, tenant_id=request.tenant.pk, page=page.number)
    setting = Setting(board=slug, scale=scale)
    drawn = fragments.body(page, setting, view, tiers=shown.sort == DEFAULT_SORT)
    content = cache(partial(_content, request, shown, page, drawn, scale))
    context = {
        "table": table,
        "page": page,
        "costs": shown.costs,
        "parameters": shown.parameters,
        "dataset": in_script(_dataset(request, table)),
        "board_url": request.build_absolute_uri(reverse("board", args=[slug])),
        "by": By(key=view.of_page, version=view.version, context=content),
    }
    return fragments.filled(render(request, "leaderboards/board.html", context), drawn)


def _content(
    request: TenantRequest, shown: ShownBoard, page: Page, drawn: Body, scale: Scale | None
) -> dict[str, Any]:
    """Return what the parts of the page show that are kept: nothing about who is reading."""
    table, sort, query, kept = shown.table, shown.sort, shown.query, shown.kept
    slug = table.info.slug
    return {
        "table": table,
        "page": page,
        "rows_mark": fragments.MARK,
        "references": drawn.references,
        "blank": fragments.row_html(presentation.blank_row(table.columns, board=slug), scale),
        "headers": [_header(column, sort=sort, query=query, kept=kept) for column in table.columns],
        "model_header": _sort_link(_MODEL, sort=sort, query=query, first=_MODEL, kept=kept),
        "costs": shown.costs,
        "cost_choices": cost_board.choices(),
        "profile": shown.profile,
        "profiles": profiles().profiles,
        "is_default_profile": shown.profile == default_profile(),
        "sort_choices": _sort_choices(table.columns),
        "sort": sort,
        "is_default_sort": sort == DEFAULT_SORT,
        "query": query,
        "socket_path": f"{get_script_prefix()}ws/boards/{slug}/",
        "shown": page.total,
        "scale": scale,
        "mean_rating": MEAN_RATING,
        "whisker_width_px": WIDTH_PX,
        "family": _family(request, table.info),
        "parameters": shown.parameters,
    }


def _dataset(request: TenantRequest, table: BoardTable) -> dict[str, Any]:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[table.info.slug]))

    files = {media_type: address(f"board_{ending}") for ending, media_type in DOWNLOADS.items()}
    return dataset(table, url=address("board"), files=files)


def shown_board(request: TenantRequest, slug: str) -> ShownBoard:
    """Return what the address leaves of a board; pages and exports both show this.

    Raises 404 for an unknown board, 400 for an unknown column or profile, or a cost parameter that
    is not allowed.
    """
    try:
        table = queries.board_table(tenant=request.tenant, board=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    costs = costs_of(request)
    table = cost_board.with_costs(table, tenant=request.tenant, chosen=costs)
    try:
        profile = profile_called(request.GET.get("profile"))
    except UnknownProfile as error:
        raise BadRequest(str(error)) from error
    sort = request.GET.get("sort", DEFAULT_SORT)
    query = request.GET.get("q", "").strip()[:QUERY_MAX_CHARACTERS]
    rated = for_profile(table.rows, tenant=request.tenant, profile=profile, on=today())
    rows = sorted_rows(searched(rated, query), table.columns, sort=sort)
    return ShownBoard(table=table, rows=rows, sort=sort, query=query, costs=costs, profile=profile)


@require_safe
def history(request: TenantRequest, slug: str) -> HttpResponse:
    """Show the fits of one board, newest first; `?before=` a position shows older ones."""
    try:
        info = voting.queries.board(tenant=request.tenant, slug=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    text = request.GET.get("before", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise BadRequest(f"before={text}: not a position. Give a whole number from 1.")
    page = fit_history.fits(
        tenant=request.tenant,
        board=slug,
        before=int(text) if text else None,
        limit=FITS_A_PAGE + 1,
    )
    shown = page[:FITS_A_PAGE]
    older = shown[-1].position if len(page) > FITS_A_PAGE else None
    return render(
        request, "leaderboards/history.html", {"info": info, "fits": shown, "older": older}
    )


@require_safe
def model(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one model: what it is, its rating on each board, what others state about it."""
    try:
        info = benchmarks.queries.model(tenant=request.tenant, slug=slug)
    except benchmarks.queries.UnknownModel as error:
        raise Http404(str(error)) from error
    deployments = {
        deployment.slug: deployment
        for deployment in benchmarks.queries.deployments(tenant=request.tenant)
        if deployment.model_slug == slug
    }
    values = benchmarks.queries.external_values(tenant=request.tenant)
    context = {
        "model": info,
        "standings": model_page.standings(
            queries.model_rows(tenant=request.tenant, model_slug=slug)
        ),
        "claims": model_page.claims(values, deployments),
        "seed_lines": claim_pages.seed_lines(
            benchmarks.queries.seed_claims(tenant=request.tenant, model_slug=slug), deployments
        ),
        "deployments": model_page.deployed(
            deployments,
            prices=benchmarks.queries.prices(tenant=request.tenant),
            power=benchmarks.queries.power(tenant=request.tenant),
        ),
        "json_url": reverse("api-1:get_model", args=[slug]),
    }
    return render(request, "leaderboards/model.html", context)


def _family(request: TenantRequest, info: BoardInfo) -> list[tuple[BoardInfo, int]]:
    """Return the board that this one belongs to and its parts, each with its votes; or nothing."""
    opened = info.part.board if info.part else info.slug
    counted = voting.queries.vote_counts(tenant=request.tenant)
    family = [
        (board, counted[board.slug].votes)
        for board in voting.queries.boards(tenant=request.tenant)
        if board.slug in counted and opened in (board.slug, board.part.board if board.part else "")
    ]
    return family if len(family) > 1 else []


def searched(rows: Sequence[Row], query: str) -> list[Row]:
    """Return the rows whose model or deployment holds the query, whatever the case."""
    needle = query.casefold()
    if not needle:
        return list(rows)
    return [row for row in rows if needle in searchable_text(row)]


def searchable_text(row: Row) -> str:
    """Return what a search looks through."""
    words = (row["model"]["name"], row["model"]["slug"], row["deployment"] or "")
    return " ".join(words).casefold()


def sorted_rows(rows: Sequence[Row], columns: Sequence[Column], *, sort: str) -> list[Row]:
    """Return rows by a column key, `-` before it for highest first; missing values come last.

    Raises BadRequest naming the columns there are.
    """
    if sort == DEFAULT_SORT:
        return list(rows)
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if key == _MODEL:
        return sorted(rows, key=_name, reverse=descending)
    if key not in {column.key for column in columns}:
        known = ", ".join([_MODEL, *(column.key for column in columns)])
        raise BadRequest(f"sort={sort}: no such column. Columns: {known}; put - first for highest.")
    present = [row for row in rows if row["cells"][key]["value"] is not None]
    absent = [row for row in rows if row["cells"][key]["value"] is None]
    present.sort(key=lambda row: float(row["cells"][key]["value"] or 0), reverse=descending)
    return present + absent


def _name(row: Row) -> str:
    return row["model"]["name"].casefold()


def costs_of(request: TenantRequest) -> Parameters:
    """Return the parameters of costs in the URL; raise BadRequest naming what is allowed."""
    try:
        return cost_parameters.read(request.GET.dict())
    except BadParameter as error:
        raise BadRequest(str(error)) from error


def _header(column: Column, *, sort: str, query: str, kept: str) -> dict[str, object]:
    first = column.key if column.better == "lower" else f"-{column.key}"
    return {
        "column": column,
        "shape": presentation.SHAPES[column.dimension],
        "unit": presentation.unit_text(column),
        "has_axis": column.key == INTERVAL_COLUMN,
        **_sort_link(column.key, sort=sort, query=query, first=first, kept=kept),
    }


def _sort_link(key: str, *, sort: str, query: str, first: str, kept: str) -> dict[str, object]:
    """Return the query string a header links to and its aria-sort, None when not sorted by it."""
    is_sorted = sort.removeprefix("-") == key
    other = key if first.startswith("-") else f"-{key}"
    target = other if sort == first else first
    parameters = {"sort": target, **({"q": query} if query else {})}
    direction = "descending" if sort.startswith("-") else "ascending"
    href = "?" + "&".join(filter(None, (urlencode(parameters), kept)))
    return {"href": href, "aria_sort": direction if is_sorted else None}


def _sort_choices(columns: Sequence[Column]) -> list[tuple[str, str]]:
    choices = [
        (column.key, f"{column.title}, lowest first")
        if column.better == "lower"
        else (f"-{column.key}", f"{column.title}, highest first")
        for column in columns
    ]
    return [*choices, (_MODEL, "Model, A to Z")]
