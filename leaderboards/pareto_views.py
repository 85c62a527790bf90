"""The page of a board as a plane of two columns, complete without JavaScript."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from leaderboards import choices, pareto
from leaderboards.columns import Column
from leaderboards.drawn_plane import drawn
from leaderboards.draws import DRAWS
from leaderboards.figures import KINDS
from leaderboards.plane import better
from leaderboards.presentation import SHAPES, unit_text


@require_safe
def board_pareto(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one board as a plane; the address holds x, y, log, figures, q and the part marked.

    Raises 404 for an unknown board and 400 for an unknown column, one column on both axes, a
    logarithm of values at or below zero, and a range that is none.
    """
    found = drawn(request, tenant=request.tenant, slug=slug)
    plane, chart = found.plane, found.chart
    marked = found.marked
    context = {
        "table": found.table,
        "chart": chart,
        "brush": found.brush,
        "marked": marked,
        "marked_keys": {point.row["key"] for point in marked},
        "whole_address": choices.address(found.stated),
        "curves": found.curves,
        "plane": plane,
        "axes": [_axis_view(plane.x, is_log=plane.log_x), _axis_view(plane.y, is_log=plane.log_y)],
        "columns": found.columns,
        "kinds": KINDS,
        "query": found.query,
        "shown": len(found.rows),
        "geometry": pareto.GEOMETRY,
        "draws": DRAWS,
        "height_px": pareto.HEIGHT_PX,
        "version": pareto.VERSION,
        "swapped": choices.address(
            {
                **found.stated,
                "x": plane.y.key,
                "y": plane.x.key,
                "log": [{"x": "y", "y": "x"}[name] for name in plane.logs],
            }
        ),
        "claims_address": choices.address({**found.stated, "log": "", "figures": "claims"}),
        "sources": _sources(chart),
        "clear": reverse("board_pareto", args=[slug]),
    }
    return render(request, "leaderboards/pareto.html", context)


def _axis_view(column: Column, *, is_log: bool) -> dict[str, object]:
    return {
        "column": column,
        "shape": SHAPES[column.dimension],
        "unit": unit_text(column),
        "better": better(column),
        "is_assumed": column.better is None,
        "is_log": is_log,
    }


def _sources(chart: pareto.ParetoChart) -> list[str]:
    """Return who states the claims that are drawn, each once."""
    cells = (cell for point in chart.points for cell in (point.x_cell, point.y_cell))
    return sorted({cell.reference.name for cell in cells if cell.reference})
