"""One cell of a board with all it rests on: formula, inputs, and the very events, to download."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.cell_evidence import Evidence
from arena.eventstore.reader import StoredEvent
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
LINES_MAX: Final = 10_000
"""Events in one file to download."""
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
    found = evidence.page(after=after, size=size)
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
        "events": evidence.public(found.events),
        "following": found.following,
        "next_query": _query(shown, found.following),
        "after": after,
        "lines_max": LINES_MAX,
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
        "download": _download(shown, row, column, after=after or None),
    }


@require_safe
def cell_events(request: TenantRequest, slug: str, row: str, column: str) -> HttpResponse:
    """Return events of a cell as JSON lines, with body digest and chain hash, LINES_MAX at most.

    Where there may be more, the header `Link` says where: `?after=` a position goes on.
    """
    shown, found, wanted = found_cell(request, slug, row, column)
    after = position(request, "after", least=0, default=0)
    evidence = _evidence(request, shown, found, wanted)
    page = evidence.page(after=after, size=LINES_MAX)
    lines = b"".join(_lines(evidence, page.events))
    response = HttpResponse(lines, content_type="application/x-ndjson")
    place = f"after-{after}-" if after else ""
    name = f"{slug}-{column}-{evidence.model}-{place}{evidence.position}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if page.following is not None:
        following = _download(shown, found, wanted, after=page.following)
        response["Link"] = f'<{request.build_absolute_uri(following)}>; rel="next"'
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


def _lines(evidence: Evidence, events: list[StoredEvent]) -> Iterator[bytes]:
    for start in range(0, len(events), _LINES_A_QUERY):
        for event in evidence.public(events[start : start + _LINES_A_QUERY]):
            yield event.model_dump_json().encode() + b"\n"


def _download(shown: ShownBoard, row: Row, column: Column, *, after: int | None) -> str:
    address = reverse("cell_events", args=[shown.table.info.slug, row["key"], column.key])
    query = shown.kept if after is None else _query(shown, after)
    return f"{address}?{query}" if query else address


def _query(shown: ShownBoard, after: int | None) -> str:
    """Return the parameters of what comes after a position on the board shown; or nothing."""
    if after is None:
        return ""
    return "&".join(filter(None, (shown.kept, urlencode({"after": after}))))


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
