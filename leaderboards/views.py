"""Pages of boards and models: complete without JavaScript; the websocket only keeps them fresh."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_safe

import benchmarks.queries
import voting.queries
from arena.tenancy.middleware import TenantRequest
from leaderboards import history as fit_history
from leaderboards import model_page, past, presentation, queries
from leaderboards.columns import Column
from leaderboards.past import BadMoment
from leaderboards.presentation import INTERVAL_COLUMN, Setting
from leaderboards.queries import BoardTable
from leaderboards.ratings import MEAN_RATING
from leaderboards.references import numbered
from leaderboards.rows import Row
from leaderboards.whiskers import WIDTH_PX, shared_scale
from voting.queries import BoardInfo

DEFAULT_SORT: Final = "-rating"
_MODEL: Final = "model"
QUERY_MAX_CHARACTERS: Final = 100
FITS_A_PAGE: Final = 50


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
    """Show one board; `?sort=-rating` orders by a column, `?q=` keeps rows whose name holds it.

    `?as_of=` a position, date or time shows it as it was. Raises 404 for an unknown board and
    400 for an unknown column or a moment that is none of the board's.
    """
    moment = request.GET.get("as_of", "")
    table = table_or_refusal(request, slug, moment)
    sort = request.GET.get("sort", DEFAULT_SORT)
    query = request.GET.get("q", "").strip()[:QUERY_MAX_CHARACTERS]
    rows = sorted_rows(searched(table.rows, query), table.columns, sort=sort)
    by_section = presentation.in_sections(rows)
    setting = Setting(
        board=slug,
        scale=shared_scale(row["cells"][INTERVAL_COLUMN] for row in table.rows),
        numbers=numbered(chain.from_iterable(by_section.values()), table.columns),
        until=table.position if moment else None,
    )
    kept = {name: text for name, text in (("q", query), ("as_of", moment)) if text}
    is_default = sort == DEFAULT_SORT
    context = {
        "table": table,
        "sections": presentation.sections(by_section, table.columns, setting, tiers=is_default),
        "references": setting.numbers,
        "blank": presentation.blank_row(table.columns, board=slug),
        "headers": [_header(column, sort=sort, kept=kept) for column in table.columns],
        "model_header": _sort_link(_MODEL, sort=sort, kept=kept, first=_MODEL),
        "sort_choices": _sort_choices(table.columns),
        "sort": sort,
        "is_default_sort": is_default,
        "query": query,
        "moment": moment,
        "cells_href": setting.cells_href,
        "rows_query": urlencode({"as_of": table.position}) if moment else "",
        "socket_path": f"{get_script_prefix()}ws/boards/{slug}/",
        "shown": len(rows),
        "scale": setting.scale,
        "mean_rating": MEAN_RATING,
        "whisker_width_px": WIDTH_PX,
        "family": _family(request, table.info),
    }
    return render(request, "leaderboards/board.html", context)


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
        "deployments": model_page.deployed(
            deployments,
            prices=benchmarks.queries.prices(tenant=request.tenant),
            power=benchmarks.queries.power(tenant=request.tenant),
        ),
        "json_url": reverse("api-1:get_model", args=[slug]),
    }
    return render(request, "leaderboards/model.html", context)


def table_or_refusal(request: TenantRequest, slug: str, moment: str) -> BoardTable:
    """Return the board as it is, or as it was at a moment."""
    tenant = request.tenant
    try:
        return past.table_at(tenant=tenant, board=slug, moment=moment)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    except BadMoment as error:
        raise BadRequest(str(error)) from error


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


def _header(column: Column, *, sort: str, kept: Mapping[str, str]) -> dict[str, object]:
    first = column.key if column.better == "lower" else f"-{column.key}"
    return {
        "column": column,
        "shape": presentation.SHAPES[column.dimension],
        "unit": presentation.unit_text(column),
        "has_axis": column.key == INTERVAL_COLUMN,
        **_sort_link(column.key, sort=sort, kept=kept, first=first),
    }


def _sort_link(key: str, *, sort: str, kept: Mapping[str, str], first: str) -> dict[str, object]:
    """Return the query string a header links to and its aria-sort, None when not sorted by it."""
    is_sorted = sort.removeprefix("-") == key
    other = key if first.startswith("-") else f"-{key}"
    target = other if sort == first else first
    parameters = {"sort": target, **kept}
    direction = "descending" if sort.startswith("-") else "ascending"
    return {"href": "?" + urlencode(parameters), "aria_sort": direction if is_sorted else None}


def _sort_choices(columns: Sequence[Column]) -> list[tuple[str, str]]:
    choices = [
        (column.key, f"{column.title}, lowest first")
        if column.better == "lower"
        else (f"-{column.key}", f"{column.title}, highest first")
        for column in columns
    ]
    return [*choices, (_MODEL, "Model, A to Z")]
