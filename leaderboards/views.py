"""Pages of boards and models: complete without JavaScript; the websocket only keeps them fresh."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.views.decorators.http import require_safe

import benchmarks.queries
import voting.queries
from arena.eventstore.queries import log_head
from arena.tenancy.middleware import TenantRequest
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ModelInfo
from benchmarks.sovereignty import profiles
from leaderboards import (
    board_page,
    choices,
    claim_pages,
    fragments,
    labels,
    model_page,
    model_record,
    presentation,
    queries,
    size_classes,
)
from leaderboards import view as view_of
from leaderboards.cost import board as cost_board
from leaderboards.cost.reading import BadParameter
from leaderboards.disputes import marks
from leaderboards.exports import json_ld
from leaderboards.facets import filtering, place
from leaderboards.facets.place import Known
from leaderboards.fragments import Body
from leaderboards.freshness import NOTHING, old_of
from leaderboards.ordering import DEFAULT_SORT, searched, sorted_rows
from leaderboards.paging import Page, page_of_view
from leaderboards.past import PastBoard
from leaderboards.past_or_refusal import past_or_refusal
from leaderboards.presentation import Setting
from leaderboards.profiles import for_profile
from leaderboards.ratings import MEAN_RATING
from leaderboards.shown_board import ShownBoard, with_columns
from leaderboards.sources import today
from leaderboards.templatetags.kept import By
from leaderboards.whiskers import WIDTH_PX, Scale
from voting.queries import BoardInfo


@require_safe
def board_list(request: TenantRequest) -> HttpResponse:
    """Show every board of the arena with the question it answers."""
    totals = queries.board_totals(tenant=request.tenant)
    return render(request, "leaderboards/board_list.html", {"boards": totals})


@require_safe
def board(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one board; `?sort=-rating` orders by a column, `?q=` keeps rows whose name holds it,
    `?page=2` shows the next rows.

    Costs are those of `?mix=`, `?currency=`, `?tariff=` and so on (leaderboards/cost); `?profile=`
    says whose sovereignty, `?columns=` what is shown, and facets (leaderboards/facets) which rows;
    `?as_of=` a position, date or time shows the board as it was. Raises 404 for an unknown board,
    400 for whatever of this is not allowed.
    """
    tenant = request.tenant
    shown = shown_board(request, slug)
    table = shown.table
    page = page_of_view(shown, request.GET.get("page"))
    scale = fragments.scale_of(table, tenant_id=tenant.pk)
    written = fragments.View.of(
        shown, tenant_id=tenant.pk, page=page.number, marks=queries.marks_position(tenant=tenant)
    )
    drawn = fragments.body(
        page,
        partial(_setting, request, shown, written, scale),
        written,
        tiers=shown.view.is_default_sort and shown.view.has_tiers,
    )
    content = cache(partial(_content, request, shown, written, page, drawn, scale))
    address = request.build_absolute_uri(reverse("board", args=[slug]))
    context = {
        "table": table,
        "page": page,
        "moment": shown.moment,
        "parameters": shown.parameters,
        "by_address": By(
            key=(written.of_rows, address),
            version=written.version,
            context=lambda: {"dataset": json_ld.of_page(request, table)},
        ),
        "board_url": address,
        "by": By(key=written.of_page, version=written.version, context=content),
    }
    return fragments.filled(render(request, "leaderboards/board.html", context), drawn)


def _setting(
    request: TenantRequest, shown: ShownBoard, written: fragments.View, scale: Scale | None
) -> Setting:
    """Return what the cells of the page share; asked for only where rows have yet to be written."""
    table, slug = shown.table, shown.table.info.slug
    until = table.position if shown.moment else None
    return Setting(
        board=slug,
        scale=scale,
        query=shown.kept,
        disputes=marks(tenant=request.tenant, board=slug, until=until),
        labels=labels.kept(
            (request.tenant.pk, slug, shown.kept),
            written.version,
            lambda: labels.labels(
                table.rows, models=shown.known().models, held=shown.badges(request.tenant)
            ),
        ),
    )


def _content(
    request: TenantRequest,
    shown: ShownBoard,
    written: fragments.View,
    page: Page,
    drawn: Body,
    scale: Scale | None,
) -> dict[str, Any]:
    """Return what the parts of the page show that are kept: nothing about who is reading."""
    table, view, slug = shown.table, shown.view, shown.table.info.slug
    setting = Setting(board=slug, query=shown.kept)
    # Every order and every page of a view offer the same filters and columns.
    by_choice = By(
        key=(written.of_rows, view.sorted_by(DEFAULT_SORT).parameters),
        version=written.version,
        context=partial(board_page.choices, shown, tenant_id=request.tenant.pk),
    )
    return {
        "table": table,
        "page": page,
        "view": view,
        "rows_mark": fragments.MARK,
        "references": drawn.references,
        "blank": fragments.whole_row(presentation.blank_row(table.columns, board=slug), scale),
        "costs": view.costs,
        "cost_choices": cost_board.choices(),
        "profiles": profiles().profiles,
        "cells_href": setting.cells_href,
        "cells_query": setting.query,
        "socket_path": f"{get_script_prefix()}ws/boards/{slug}/",
        "shown": page.total,
        "scale": scale,
        "mean_rating": MEAN_RATING,
        "whisker_width_px": WIDTH_PX,
        "family": _family(request.tenant, shown),
        "log_head": log_head(tenant=request.tenant),
        "by_choice": by_choice,
        **board_page.controls(shown),
        **board_page.footer(shown),
        **board_page.of_moment(shown),
    }


def shown_board(request: TenantRequest, slug: str) -> ShownBoard:
    """Return what the address leaves of a board; pages and exports both show this.

    Raises 404 for an unknown board, 400 for a column, a facet, a profile, a cost parameter or a
    moment that is not allowed.
    """
    tenant = request.tenant
    past = cache(partial(past_or_refusal, request, slug, view_of.moment(request)))
    known = cache(partial(_known, tenant, slug, past))
    view = view_of.read(request, known)
    then = past()
    on = then.moment.on if then else today()
    table = then.table if then else choices.table_or_404(tenant=tenant, slug=slug)
    old = old_of(table, tenant_id=tenant.pk, on=on) if view.leaves_old_out else NOTHING
    rated = for_profile(
        table.rows,
        tenant=tenant,
        profile=view.profile,
        on=on,
        facts=then.catalogue.facts if then else None,
    )
    # Facets ask of stored figures: a cap on the price is in US dollars in every currency.
    found = searched(rated, view.query) if view.query else rated
    if view.facets:
        found = filtering.filtered(found, view.facets, known())
    kept = {row["key"] for row in found}
    table = cost_board.with_costs(
        replace(table, rows=rated),
        tenant=tenant,
        chosen=view.costs,
        known=then.sources.costs if then else None,
    )
    return ShownBoard(
        table=with_columns(table, view),
        rows=sorted_rows(
            old.left_out([row for row in table.rows if row["key"] in kept]), sort=view.sort
        ),
        view=view,
        stored_rows=rated,
        all_columns=table.columns,
        old=old,
        then=then,
        known=known,
    )


def _known(tenant: Tenant, slug: str, past: Callable[[], PastBoard | None]) -> Known:
    if then := past():
        return then.known
    try:
        return place.of_board(tenant=tenant, board=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error


@require_safe
def model(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one model: what it is, its rating on each board, what others state about it.

    `?board=` says whose history and votes are shown; 400 for one on which the model does not stand.
    """
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
        **_model_record(request, info, deployments),
        "json_url": reverse("api-1:get_model", args=[slug]),
    }
    return render(request, "leaderboards/model.html", context)


def _model_record(
    request: TenantRequest, info: ModelInfo, deployments: dict[str, DeploymentInfo]
) -> dict[str, object]:
    try:
        return model_record.context(
            tenant=request.tenant,
            info=info,
            deployments=deployments,
            board=request.GET.get("board"),
            address=request.build_absolute_uri,
        )
    except BadParameter as error:
        raise BadRequest(str(error)) from error


def _family(tenant: Tenant, shown: ShownBoard) -> list[tuple[BoardInfo, int]]:
    """Return the board that this one belongs to and its parts, each with its votes; or nothing."""
    info = shown.table.info
    opened = info.part.board if info.part else info.slug
    counted = (
        shown.then.votes
        if shown.then
        else {slug: one.votes for slug, one in voting.queries.vote_counts(tenant=tenant).items()}
    )
    family = [
        (board, counted[board.slug])
        for board in voting.queries.boards(tenant=tenant)
        if board.slug in counted and opened in (board.slug, board.part.board if board.part else "")
    ]
    return family if len(family) > 1 else []
