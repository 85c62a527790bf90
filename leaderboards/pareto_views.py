"""The page of a board as a plane of two columns, complete without JavaScript."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from leaderboards import choices, pareto
from leaderboards.board_page import footer, of_moment
from leaderboards.chips import of_filters
from leaderboards.columns import Column
from leaderboards.drawn_plane import drawn
from leaderboards.draws import DRAWS
from leaderboards.figures import KINDS
from leaderboards.plane import better
from leaderboards.plane_labels import labels
from leaderboards.presentation import SHAPES, unit_text


@require_safe
def board_pareto(request: TenantRequest, slug: str) -> HttpResponse:
    """Show one board as a plane; the address holds axes, marked part, and what the table takes.

    Raises 404 for an unknown board and 400 for an unknown column, one column on both axes, a
    logarithm of values at or below zero, and a range that is none.
    """
    found = drawn(request, slug)
    shown, plane, marked = found.shown, found.plane, found.marked
    own = choices.query(found.own)
    context = {
        "table": shown.table,
        "chart": found.chart,
        "brush": found.brush,
        "labels": labels(found.chart.points, plane.directions.y),
        "marked": marked,
        "marked_keys": {point.row["key"] for point in marked},
        "whole_address": found.address,
        "curves": found.curves,
        "plane": plane,
        "axes": [_axis_view(plane.x, is_log=plane.log_x), _axis_view(plane.y, is_log=plane.log_y)],
        "columns": found.columns,
        "kinds": KINDS,
        "view": shown.view,
        "chips": of_filters(shown, own=own),
        "shown": len(shown.rows),
        "geometry": pareto.GEOMETRY,
        "draws": DRAWS,
        "height_px": pareto.HEIGHT_PX,
        "version": pareto.VERSION,
        "swapped": found.swapped,
        "claims_address": found.of_claims,
        "sources": _sources(found.chart),
        **footer(shown),
        **of_moment(shown, choices.query({**found.own, **found.brush.stated})),
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
