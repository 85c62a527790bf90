"""The page of a board as a plane of two columns, complete without JavaScript."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Final, cast

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from leaderboards import choices, pareto
from leaderboards.axes import NotPositive
from leaderboards.chips import of_filters
from leaderboards.columns import Column
from leaderboards.draws import DRAWS
from leaderboards.facets import place
from leaderboards.figures import KINDS, Kinds, is_numeric
from leaderboards.machines import machines
from leaderboards.pareto import Plane
from leaderboards.presentation import SHAPES, Setting, unit_text
from leaderboards.views import shown_board

DEFAULT_X: Final = "decode_tokens_per_second"
DEFAULT_Y: Final = "rating"


@require_safe
def board_pareto(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one board as a plane; the address holds x, y, log, figures and what the table takes.

    Raises 404 for an unknown board and 400 for an unknown column, one column on both axes, and a
    logarithm of values at or below zero.
    """
    known = cache(partial(place.read, tenant=request.tenant))
    shown = shown_board(request, slug, known)
    table, view, rows = shown.table, shown.view, shown.rows
    columns = [column for column in shown.all_columns if is_numeric(column)]
    plane = _plane(request, columns)
    try:
        chart = pareto.chart(rows, plane, machines(tenant=request.tenant), Setting(board=slug))
    except NotPositive as error:
        raise BadRequest(str(error)) from error
    context = {
        "table": table,
        "chart": chart,
        "plane": plane,
        "axes": [_axis_view(plane.x, is_log=plane.log_x), _axis_view(plane.y, is_log=plane.log_y)],
        "columns": columns,
        "kinds": KINDS,
        "view": view,
        "chips": of_filters(view, table.rows, known(), own=choices.address(_own(plane))[1:]),
        "shown": len(rows),
        "draws": DRAWS,
        "height_px": pareto.HEIGHT_PX,
        "version": pareto.VERSION,
        "swapped": choices.address(_own(_swapped(plane)), view.canonical),
        "claims_address": choices.address(
            {"x": plane.x.key, "y": plane.y.key, "figures": "claims"}, view.canonical
        ),
        "sources": _sources(chart),
        "clear": reverse("board_pareto", args=[slug]),
    }
    return render(request, "leaderboards/pareto.html", context)


def _own(plane: Plane) -> dict[str, str | list[str]]:
    """Return the parameters of the address that are the plane's own."""
    logs = [name for name, is_on in (("x", plane.log_x), ("y", plane.log_y)) if is_on]
    return {"x": plane.x.key, "y": plane.y.key, "log": logs, "figures": plane.kinds}


def _swapped(plane: Plane) -> Plane:
    return replace(plane, x=plane.y, y=plane.x, log_x=plane.log_y, log_y=plane.log_x)


def _plane(request: TenantRequest, columns: Sequence[Column]) -> Plane:
    by_key = {column.key: column for column in columns}
    x = choices.one_of(request, "x", by_key, default=DEFAULT_X)
    others = [key for key in by_key if key != x]
    y = choices.one_of(request, "y", others, default=DEFAULT_Y if x != DEFAULT_Y else DEFAULT_X)
    logs = choices.some_of(request, "log", ("x", "y"))
    kinds = cast(Kinds, choices.one_of(request, "figures", KINDS, default="measured"))
    return Plane(x=by_key[x], y=by_key[y], log_x="x" in logs, log_y="y" in logs, kinds=kinds)


def _axis_view(column: Column, *, is_log: bool) -> dict[str, object]:
    return {
        "column": column,
        "shape": SHAPES[column.dimension],
        "unit": unit_text(column),
        "better": pareto.better(column),
        "is_assumed": column.better is None,
        "is_log": is_log,
    }


def _sources(chart: pareto.ParetoChart) -> list[str]:
    """Return who states the claims that are drawn, each once."""
    cells = (cell for point in chart.points for cell in (point.x_cell, point.y_cell))
    return sorted({cell.reference.name for cell in cells if cell.reference})
