"""Pages of boards and models: complete without JavaScript; the websocket only keeps them fresh."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from itertools import chain
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_safe

import benchmarks.queries
import voting.queries
from arena.tenancy.middleware import TenantRequest
from benchmarks.sovereignty import profiles
from leaderboards import (
    board_page,
    choices,
    claim_pages,
    labels,
    model_page,
    presentation,
    queries,
    size_classes,
)
from leaderboards import history as fit_history
from leaderboards import view as view_of
from leaderboards.cost import board as cost_board
from leaderboards.exports.json_ld import dataset, in_script
from leaderboards.facets import filtering, place
from leaderboards.facets.place import Known
from leaderboards.ordering import searched, sorted_rows
from leaderboards.presentation import INTERVAL_COLUMN, Setting
from leaderboards.profiles import for_profile
from leaderboards.queries import BoardTable
from leaderboards.ratings import MEAN_RATING
from leaderboards.references import numbered
from leaderboards.shown_board import ShownBoard, with_columns
from leaderboards.sources import today
from leaderboards.whiskers import WIDTH_PX, shared_scale
from voting.queries import BoardInfo

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
    """Show one board; `?sort=-rating` orders by a column, `?q=` keeps rows whose name holds it.

    Costs are those of `?mix=`, `?currency=`, `?tariff=` and so on (leaderboards/cost); `?profile=`
    says whose sovereignty, `?columns=` what is shown, and facets (leaderboards/facets) which rows.
    Raises 404 for an unknown board, 400 for whatever of this is not allowed.
    """
    known = cache(partial(place.read, tenant=request.tenant))
    shown = shown_board(request, slug, known)
    table, view = shown.table, shown.view
    by_section = presentation.in_sections(shown.rows)
    setting = Setting(
        board=slug,
        scale=shared_scale(row["cells"][INTERVAL_COLUMN] for row in table.rows),
        numbers=numbered(chain.from_iterable(by_section.values()), table.columns),
        labels=labels.labels(tenant=request.tenant, rows=table.rows, models=known().models),
    )
    has_tiers = view.is_default_sort and view.has_tiers
    context = {
        "table": table,
        "view": view,
        "sections": presentation.sections(by_section, table.columns, setting, tiers=has_tiers),
        "references": setting.numbers,
        "blank": presentation.blank_row(table.columns, board=slug),
        "costs": view.costs,
        "cost_choices": cost_board.choices(),
        "profiles": profiles().profiles,
        "socket_path": f"{get_script_prefix()}ws/boards/{slug}/",
        "shown": len(shown.rows),
        "scale": setting.scale,
        "mean_rating": MEAN_RATING,
        "whisker_width_px": WIDTH_PX,
        "family": _family(request, table.info),
        "dataset": in_script(_dataset(request, table)),
        "board_url": request.build_absolute_uri(reverse("board", args=[slug])),
        **board_page.controls(shown, known()),
    }
    return render(request, "leaderboards/board.html", context)


def _dataset(request: TenantRequest, table: BoardTable) -> dict[str, Any]:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[table.info.slug]))

    files = {media_type: address(f"board_{ending}") for ending, media_type in DOWNLOADS.items()}
    return dataset(table, url=address("board"), files=files)


def shown_board(
    request: TenantRequest, slug: str, known: Callable[[], Known] | None = None
) -> ShownBoard:
    """Return what the address leaves of a board; pages and exports both show this.

    `known` reads what facets may ask for. Raises 404 for an unknown board, 400 for a column, a
    facet, a profile or a cost parameter that is not allowed.
    """
    table = choices.table_or_404(tenant=request.tenant, slug=slug)
    known = known or cache(partial(place.read, tenant=request.tenant))
    view = view_of.read(request, known)
    _check_moment(table, view.as_of)
    table = cost_board.with_costs(table, tenant=request.tenant, chosen=view.costs)
    table = replace(
        table,
        rows=for_profile(table.rows, tenant=request.tenant, profile=view.profile, on=today()),
    )
    found = searched(table.rows, view.query)
    if view.facets:
        found = filtering.filtered(found, view.facets, known())
    return ShownBoard(
        table=with_columns(table, view),
        rows=sorted_rows(found, sort=view.sort),
        view=view,
        all_columns=table.columns,
    )


def _check_moment(table: BoardTable, as_of: str) -> None:
    """Refuse a position that the rows do not stand for, rather than show others under its name."""
    if as_of not in ("", str(table.position)):
        raise BadRequest(
            f"as_of={as_of}: this board stands at position {table.position}, which is allowed."
        )


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
        "size_class": size_classes.class_of(info.total_parameters),
        "labels": model_page.badges_of(request.tenant, slug),
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
