"""One cell of a board with all it rests on: formula, inputs, and the very events, to download."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.cell_evidence import Evidence
from arena.parameters import one_of, position
from arena.tenancy.middleware import TenantRequest
from benchmarks.sovereignty_page import fact_views
from leaderboards.builds import VERSION as BUILDS_VERSION
from leaderboards.columns import Column
from leaderboards.dispute_forms import DisputeForm
from leaderboards.disputes import CellKey, disputes
from leaderboards.grounds import formula_of, grounds_of
from leaderboards.presentation import Setting, cell_view
from leaderboards.rows import Row
from leaderboards.shown_board import ShownBoard
from leaderboards.views import shown_board

PAGE_SIZE: Final = 50
FRAGMENT_SIZE: Final = 10
_LINES_A_QUERY: Final = 1_000


@require_safe
def cell(request: TenantRequest, slug: str, row: str, column: str) -> HttpResponse:
    """Show one cell and a page of its events, oldest first; `?after=` a position goes on.

    `?as_of=` shows it as it was, `?profile=`, `?mix=` and so on as the board shows it with them;
    `?part=drawer` answers the part of the page that a board opens over itself. Raises 404 for an
    unknown board, row or column, 400 for a moment or a position that is none.
    """
    shown, found, wanted = found_cell(request, slug, row, column)
    is_drawer = _is_drawer(request)
    context = context_of(
        request, shown, found, wanted, size=FRAGMENT_SIZE if is_drawer else PAGE_SIZE
    )
    template = "leaderboards/_cell.html" if is_drawer else "leaderboards/cell.html"
    return render(request, template, {**context, "is_drawer": is_drawer})


def context_of(
    request: TenantRequest, shown: ShownBoard, row: Row, column: Column, *, size: int
) -> dict[str, Any]:
    """Return what the page of a cell shows."""
    slug = shown.table.info.slug
    after = position(request, "after", least=0, default=0)
    evidence = _evidence(request, shown, row, column)
    events = list(islice(evidence.events(after=after), size + 1))
    more = {"after": events[size - 1].position} if len(events) > size else {}
    address = reverse("cell", args=[slug, row["key"], column.key])
    kept = f"?{shown.kept}" if shown.kept else ""
    return {
        "shown": shown,
        "table": shown.table,
        "row": row,
        "view": cell_view(row, column, Setting(board=slug)),
        "column": column,
        "left_out": shown.old.reason(row["key"], column.key),
        "deployment": row["key"].partition(":")[2],
        "grounds": evidence.grounds,
        "facts": fact_views(tenant=request.tenant, facts=evidence.grounds.facts),
        "builds_version": BUILDS_VERSION,
        "formula": formula_of(evidence.grounds, shown),
        "events": evidence.public(events[:size]),
        "next_query": "&".join(filter(None, (shown.kept, urlencode(more)))) if more else "",
        "after": after,
        "moment": shown.moment,
        "address": address,
        "here": f"{address}{kept}",
        "pinned": shown.at(shown.pinned_moment),
        "now": f"{address}{shown.at('')}",
        "disputes": disputes(
            tenant=request.tenant,
            board=slug,
            cell=CellKey(row["key"], column.key),
            until=shown.table.position if shown.moment else None,
        ),
        "dispute_form": DisputeForm(),
        "download": f"{reverse('cell_events', args=[slug, row['key'], column.key])}{kept}",
    }


@require_safe
def cell_events(request: TenantRequest, slug: str, row: str, column: str) -> StreamingHttpResponse:
    """Return every event of a cell as JSON lines, with body digest and chain hash."""
    shown, found, wanted = found_cell(request, slug, row, column)
    evidence = _evidence(request, shown, found, wanted)
    response = StreamingHttpResponse(_lines(evidence), content_type="application/x-ndjson")
    name = f"{slug}-{column}-{evidence.model}-{evidence.position}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def found_cell(
    request: TenantRequest, slug: str, key: str, column: str
) -> tuple[ShownBoard, Row, Column]:
    """Return the board that the address shows, and row and column of one of its cells; or 404."""
    shown = shown_board(request, slug)
    row = next((row for row in shown.table.rows if row["key"] == key), None)
    wanted = next((one for one in shown.all_columns if one.key == column), None)
    if wanted is None:
        known = ", ".join(one.key for one in shown.all_columns)
        raise Http404(f"{column}: no such column. Columns: {known}.")
    if row is None:
        position = shown.table.position
        raise Http404(f"{key}: no row of this board has this key at position {position}.")
    return shown, row, wanted


def _lines(evidence: Evidence) -> Iterator[str]:
    events = evidence.events()
    while batch := list(islice(events, _LINES_A_QUERY)):
        for event in evidence.public(batch):
            yield event.model_dump_json() + "\n"


def _evidence(request: TenantRequest, shown: ShownBoard, row: Row, column: Column) -> Evidence:
    return Evidence(
        tenant=request.tenant,
        board=shown.table.info.slug,
        model=row["model"]["slug"],
        position=shown.table.position,
        grounds=grounds_of(tenant=request.tenant, shown=shown, row=row, column=column),
    )


def _is_drawer(request: TenantRequest) -> bool:
    return one_of(request, "part", ("page", "drawer"), default="page") == "drawer"
