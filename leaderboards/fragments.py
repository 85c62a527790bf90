"""The rows of a board as HTML, each written once and kept until its board changes.

Thirty columns of a hundred rows are three thousand cells, and a template takes longer for one cell
than a whole page may take. What is written here is what static/leaderboards/rows.js fills in when
a row changes; only the numbers of references differ between pages, so they are left open.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Final, NamedTuple

from django.http import HttpResponse
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe

from leaderboards.addresses import address
from leaderboards.columns import Column
from leaderboards.page_cache import PageCache, Sized
from leaderboards.paging import Page
from leaderboards.presentation import (
    INTERVAL_COLUMN,
    SECTIONS,
    CellView,
    RowView,
    Setting,
    cell_view,
)
from leaderboards.queries import BoardTable
from leaderboards.references import Reference
from leaderboards.rows import Row
from leaderboards.shown_board import ShownBoard
from leaderboards.sources import today
from leaderboards.templatetags.numbers import plain
from leaderboards.whiskers import WIDTH_PX, Scale, shared_scale

_OPEN: Final = "\x00"
"""Stands where the number of a reference goes. No text of a database can hold it."""
_TIER_START: Final = ' class="tier-start"'


class RowHtml(NamedTuple):
    """A row as UTF-8, cut where the numbers of its references go: one part more than numbers."""

    parts: tuple[bytes, ...]
    references: tuple[Reference, ...]

    @property
    def size_bytes(self) -> int:
        """Return what it takes up, roughly."""
        return sum(map(len, self.parts)) + 100 * len(self.parts)


class View(NamedTuple):
    """What the HTML of a page's rows depends on besides the rows; nothing about who is reading."""

    tenant_id: int
    board: str
    cells: str
    """What of the URL changes cells: costs and profile."""
    parameters: str
    """What of the URL changes the page: those, the order, the search."""
    page: int
    columns: tuple[Column, ...]
    table: Hashable
    """Version of the stored rows."""
    day: date
    """Prices and facts hold from a day on."""

    @classmethod
    def of(cls, shown: ShownBoard, *, tenant_id: int, page: int) -> "View":
        """Return the view of one page of what is shown, today."""
        table = shown.table
        return cls(
            tenant_id=tenant_id,
            board=table.info.slug,
            cells=shown.kept,
            parameters=shown.parameters,
            page=page,
            columns=tuple(table.columns),
            table=table.version,
            day=today(),
        )

    @property
    def version(self) -> Hashable:
        """Return what makes everything that was written before worthless."""
        return (self.table, self.day)

    @property
    def of_rows(self) -> str:
        """Return what the rows of this view have in common, as one text: texts keep their hash."""
        words = (str(self.tenant_id), self.board, get_script_prefix(), self.cells)
        return "\x00".join((*words, *(f"{column.key} {column.unit}" for column in self.columns)))

    @property
    def of_page(self) -> Hashable:
        """Return what tells this page from every other."""
        return (self.of_rows, self.parameters, self.page)


MARK: Final = mark_safe("<!--rows-->")  # a constant
"""Where a page has its rows. Text of others cannot hold it: templates escape the bracket."""


class Body(NamedTuple):
    """The sections of a page as UTF-8, and the references that they number, in that order."""

    html: bytes
    references: Mapping[Reference, int]


_rows: Final[PageCache[RowHtml]] = PageCache(most_bytes=32_000_000)
_scales: Final[PageCache[Scale | None]] = PageCache(most_bytes=1_000_000)
_bodies: Final[PageCache[Body]] = PageCache(most_bytes=32_000_000)


def scale_of(table: BoardTable, *, tenant_id: int) -> Scale | None:
    """Return the scale on which the intervals of all rows of a board are drawn."""
    key = (tenant_id, table.info.slug)
    return _scales.get(key, table.version, lambda: Sized(_shared_scale(table), 0))


def _shared_scale(table: BoardTable) -> Scale | None:
    return shared_scale(row["cells"][INTERVAL_COLUMN] for row in table.rows)


def body(page: Page, setting: Setting, view: View, *, tiers: bool) -> Body:
    """Return the sections of a page; `tiers` draws the rules between tiers."""
    return _bodies.get(view.of_page, view.version, lambda: _body(page, setting, view, tiers))


def _body(page: Page, setting: Setting, view: View, tiers: bool) -> Sized[Body]:
    common = view.of_rows
    numbers: dict[Reference, int] = {}
    parts: list[bytes] = []
    tier = page.tier_before
    for key, title, note in SECTIONS:
        rows = page.sections[key]
        parts.append(_heading(key, title, note, span=len(view.columns) + 2, is_empty=not rows))
        for row in rows:
            is_start = tiers and row["tier"] is not None and row["tier"] != tier
            tier = row["tier"]
            make = partial(_sized, row, view.columns, setting, is_start)
            found = _rows.get((common, row["key"], is_start), view.version, make)
            parts.extend(_numbered(found, numbers))
        parts.append(b"</tbody>\n")
    made = Body(b"".join(parts), numbers)
    return Sized(made, len(made.html))


def filled(response: HttpResponse, drawn: Body) -> HttpResponse:
    """Put the rows in place of their mark; they are bytes already, and not encoded again."""
    response.content = response.content.replace(MARK.encode(), drawn.html, 1)
    return response


def row_html(view: RowView, scale: Scale | None) -> SafeString:
    """Return one row alone, its references without numbers."""
    return mark_safe(_row(view, scale).replace(_OPEN, ""))  # noqa: S308  # every text is escaped


def _heading(key: str, title: str, note: str, *, span: int, is_empty: bool) -> bytes:
    return (
        f'<tbody data-section="{key}" class="{key}"{" hidden" if is_empty else ""}>\n'
        f'<tr class="section"><th scope="rowgroup" colspan="{span}">{escape(title)} '
        f"<span>{escape(note)}</span></th></tr>\n"
    ).encode()


def _sized(row: Row, columns: Sequence[Column], setting: Setting, is_start: bool) -> Sized[RowHtml]:
    cells = [cell_view(row, column, setting) for column in columns]
    text = _row(RowView(row=row, cells=cells, is_tier_start=is_start), setting.scale)
    # Each number stands twice in its cell: beside the figure and beside the dash.
    references = tuple(cell.reference for cell in cells for _ in range(2) if cell.reference)
    made = RowHtml(tuple(part.encode() for part in text.split(_OPEN)), references)
    return Sized(made, made.size_bytes)


def _numbered(row: RowHtml, numbers: dict[Reference, int]) -> Iterator[bytes]:
    """The parts of a row with the numbers between; references that are new get the next one."""
    yield row.parts[0]
    for reference, part in zip(row.references, row.parts[1:], strict=True):
        yield b"%d" % numbers.setdefault(reference, len(numbers) + 1)
        yield part


def _row(view: RowView, scale: Scale | None) -> str:
    row = view.row
    model = row["model"]
    ranks = f"{row['rank_best']}–{row['rank_worst']}" if row["rank_best"] else ""
    return (
        f'<tr data-key="{escape(row["key"])}" data-order="{row["order"]}"'
        f' data-tier="{_known(row["tier"])}"{_TIER_START if view.is_tier_start else ""}>'
        f'<td class="tier"><b>{_known(row["tier"])}</b> <span class="ranks">{ranks}</span></td>'
        f'<th scope="row" class="model"><a href="{escape(address("model", model["slug"]))}">'
        f'{escape(model["name"])}</a> <small class="deployment"{_hidden(not row["deployment"])}>'
        f"{escape(row['deployment'] or '')}</small></th>"
        f"{''.join(_cell(cell, scale) for cell in view.cells)}</tr>\n"
    )


def _cell(cell: CellView, scale: Scale | None) -> str:
    source, text = cell.reference, escape(cell.text)
    number = _OPEN if source else ""
    trim = f" trim-{cell.trim}" if cell.trim else ""
    suffix = f" {escape(cell.suffix)}" if cell.suffix else ""
    missing = escape(cell.raw["missing"] or "")
    return (
        f'{_opening(cell)} data-value="{cell.sort_value}"{_source(source) if source else ""}>'
        f'<a class="figure" href="{escape(cell.href)}" title="{escape(cell.title)}"'
        f"{_hidden(not text)}>"
        f'<span class="value{trim}">{text}</span><span class="suffix">{suffix}</span>'
        f'<sup class="ref">{number}</sup>{_interval(cell)}</a> '
        f'<span class="missing" tabindex="0"{_hidden(bool(text))}>–'
        f'<span class="tip">{missing}</span><sup class="ref">{number}</sup></span>'
        f"{_drawing(cell, scale)}</td>"
    )


def _opening(cell: CellView) -> str:
    return (
        f'<td class="num {escape(cell.css_class)}" data-column="{escape(cell.column.key)}"'
        f' data-label="{escape(cell.label)}" data-unit="{escape(cell.unit)}"'
    )


def _source(reference: Reference) -> str:
    """The attributes from which the browser numbers the references anew."""
    return (
        f' data-source="{escape(reference.name)}" data-url="{escape(reference.url or "")}"'
        f' data-stated-on="{escape(reference.stated_on)}"'
    )


def _interval(cell: CellView) -> str:
    if not cell.has_interval_drawn:
        return ""
    return (
        f' <span class="pm">{cell.plus_minus}</span>'
        f'<span class="interval visually-hidden">{cell.interval}</span>'
    )


def _drawing(cell: CellView, scale: Scale | None) -> str:
    """The whisker of a cell; one without an interval is there for the browser to fill in."""
    if not cell.has_interval_drawn:
        return ""
    raw, drawn = cell.raw, cell.whisker
    lower, value, upper = (drawn.lower, drawn.value, drawn.upper) if drawn else ("0", "0", "0")
    anchor = scale.anchor_x if scale else "0"
    return (
        f'<svg class="whisker{"" if drawn else " none"}" viewBox="0 0 {WIDTH_PX} 14"'
        f' aria-hidden="true" data-lower="{plain(raw["lower"])}" data-value="{plain(raw["value"])}"'
        f' data-upper="{plain(raw["upper"])}">'
        f"{_line('anchor', anchor, anchor, -12, 26)}{_line('span', lower, upper, 7, 7)}"
        f"{_line('from', lower, lower, 3, 11)}{_line('to', upper, upper, 3, 11)}"
        f'<circle cx="{value}" cy="7" r="3"/></svg>'
    )


def _line(name: str, x1: str, x2: str, y1: int, y2: int) -> str:
    return f'<line class="{name}" x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}"/>'


def _hidden(is_hidden: bool) -> str:
    return " hidden" if is_hidden else ""


def _known(number: int | None) -> str:
    return "" if number is None else str(number)
