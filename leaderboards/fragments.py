"""The rows of a board as HTML, each written once and kept until its board changes.

Only the numbers of references differ between pages, so they are left open in what is kept.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Final, NamedTuple

from django.http import HttpResponse
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe

from leaderboards.columns import Column
from leaderboards.page_cache import PageCache, Sized
from leaderboards.paging import Page
from leaderboards.presentation import (
    INTERVAL_COLUMN,
    SECTIONS,
    RowView,
    Setting,
    cell_view,
)
from leaderboards.queries import BoardTable
from leaderboards.references import Reference
from leaderboards.row_markup import OPEN, markup
from leaderboards.rows import Row
from leaderboards.shown_board import ShownBoard
from leaderboards.sources import today
from leaderboards.whiskers import Scale, shared_scale


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
    """What of the URL changes cells: costs, profile, moment, and whether old runs are shown."""
    parameters: str
    """What of the URL changes the page: those, columns, facets, the order, the search."""
    page: int
    columns: tuple[Column, ...]
    table: Hashable
    """Version of the stored rows."""
    marks: int
    """How far the log has been read for badges and disputes."""
    day: date
    """Prices and facts hold from a day on."""

    @classmethod
    def of(cls, shown: ShownBoard, *, tenant_id: int, page: int, marks: int) -> "View":
        """Return the view of one page of what is shown, today."""
        table = shown.table
        return cls(
            tenant_id=tenant_id,
            board=table.info.slug,
            cells=f"{shown.kept}\x00{shown.view.leaves_old_out}",
            parameters=shown.parameters,
            page=page,
            columns=tuple(table.columns),
            table=table.version,
            marks=marks,
            day=today(),
        )

    @property
    def version(self) -> Hashable:
        """Return what makes everything that was written before worthless."""
        return (self.table, self.marks, self.day)

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


def body(page: Page, setting: Callable[[], Setting], view: View, *, tiers: bool) -> Body:
    """Return the sections of a page; `tiers` draws the rules between tiers.

    `setting` is called only where the page has yet to be written.
    """
    return _bodies.get(view.of_page, view.version, lambda: _body(page, setting(), view, tiers))


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


def whole_row(view: RowView, scale: Scale | None) -> SafeString:
    """Return one row with all that the browser may fill in, its references without numbers."""
    text = markup(view, scale, is_whole=True).replace(OPEN, "")
    return mark_safe(text)  # noqa: S308  # every text is escaped


def _heading(key: str, title: str, note: str, *, span: int, is_empty: bool) -> bytes:
    return (
        f'<tbody data-section="{key}" class="{key}"{" hidden" if is_empty else ""}>\n'
        f'<tr class="section"><th scope="rowgroup" colspan="{span}">{escape(title)} '
        f"<span>{escape(note)}</span></th></tr>\n"
    ).encode()


def _sized(row: Row, columns: Sequence[Column], setting: Setting, is_start: bool) -> Sized[RowHtml]:
    cells = [cell_view(row, column, setting) for column in columns]
    labels = setting.labels.get(row["key"], ())
    shown = RowView(row=row, cells=cells, is_tier_start=is_start, labels=labels)
    text = markup(shown, setting.scale)
    references = tuple(cell.reference for cell in cells if cell.reference)
    made = RowHtml(tuple(part.encode() for part in text.split(OPEN)), references)
    return Sized(made, made.size_bytes)


def _numbered(row: RowHtml, numbers: dict[Reference, int]) -> Iterator[bytes]:
    """The parts of a row with the numbers between; references that are new get the next one."""
    yield row.parts[0]
    for reference, part in zip(row.references, row.parts[1:], strict=True):
        yield b"%d" % numbers.setdefault(reference, len(numbers) + 1)
        yield part
