"""One cell of a board with all it rests on: formula, inputs, and the very events, to download."""

from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.cell_evidence import Evidence, evidence_of
from arena.tenancy.middleware import TenantRequest
from leaderboards.columns import Column
from leaderboards.presentation import Setting, cell_view
from leaderboards.queries import BoardTable
from leaderboards.rows import Row
from leaderboards.views import table_or_refusal

PAGE_SIZE: Final = 50
_LINES_A_QUERY: Final = 1_000


@require_safe
def cell(request: TenantRequest, slug: str, row: str, column: str) -> HttpResponse:
    """Show one cell and a page of its events, oldest first; `?after=` a position goes on.

    `?as_of=` shows it as it was. Raises 404 for an unknown board, row or column, 400 for a
    moment or a position that is none.
    """
    table, found, wanted, evidence = _evidence(request, slug, row, column)
    after = _after(request)
    events = list(islice(evidence.events(after=after), PAGE_SIZE + 1))
    shown = events[:PAGE_SIZE]
    moment = request.GET.get("as_of", "")
    pinned = urlencode({"as_of": table.position})
    pairs = evidence.pairs(is_past=bool(moment))
    kept = {"as_of": moment} if moment else {}
    context = {
        "table": table,
        "row": found,
        "view": cell_view(found, wanted, Setting(board=slug)),
        "column": wanted,
        "ground": evidence.ground,
        "runs": evidence.runs,
        "pairs": pairs,
        "pair_votes": sum(pair.wins_a + pair.wins_b + pair.ties + pair.both_bad for pair in pairs),
        "events": evidence.public(shown),
        "next_query": (
            urlencode({**kept, "after": shown[-1].position}) if len(events) > PAGE_SIZE else ""
        ),
        "after": after,
        "moment": moment,
        "pinned": pinned,
        "download": f"{reverse('cell_events', args=[slug, row, column])}?{pinned}",
    }
    return render(request, "leaderboards/cell.html", context)


@require_safe
def cell_events(request: TenantRequest, slug: str, row: str, column: str) -> StreamingHttpResponse:
    """Return every event of a cell as JSON lines, with body digest and chain hash."""
    _, _, _, evidence = _evidence(request, slug, row, column)
    response = StreamingHttpResponse(_lines(evidence), content_type="application/x-ndjson")
    name = f"{slug}-{column}-{evidence.model}-{evidence.position}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(evidence: Evidence) -> Iterator[str]:
    events = evidence.events()
    while batch := list(islice(events, _LINES_A_QUERY)):
        for event in evidence.public(batch):
            yield event.model_dump_json() + "\n"


def _evidence(
    request: TenantRequest, slug: str, key: str, column: str
) -> tuple[BoardTable, Row, Column, Evidence]:
    moment = request.GET.get("as_of", "")
    table = table_or_refusal(request, slug, moment)
    row = next((row for row in table.rows if row["key"] == key), None)
    wanted = next((one for one in table.columns if one.key == column), None)
    if wanted is None:
        known = ", ".join(one.key for one in table.columns)
        raise Http404(f"{column}: no such column. Columns: {known}.")
    if row is None:
        raise Http404(f"{key}: no row of this board has this key at position {table.position}.")
    evidence = evidence_of(
        tenant=request.tenant, table=table, row=row, column=wanted, is_past=bool(moment)
    )
    return table, row, wanted, evidence


def _after(request: TenantRequest) -> int:
    text = request.GET.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise BadRequest(f"after={text[:40]}: not a position. Give a whole number from 0.")
    return int(text)
