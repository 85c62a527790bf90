"""The rows of a board a page at a time: sections and tiers go on where the page before ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.core.exceptions import BadRequest

from leaderboards.presentation import in_sections
from leaderboards.rows import Row, Section
from leaderboards.shown_board import ShownBoard

PAGE_CELLS: Final = 1_500
"""What a page and a browser can be asked to carry: fifty rows of thirty columns, 150 of ten."""
_FEWEST_ROWS: Final = 50
PARAMETER: Final = "page"
_MAX_DIGITS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of the rows that a view shows; `number` counts from 1."""

    number: int
    count: int
    sections: Mapping[Section, list[Row]]
    tier_before: int | None
    """Tier of the last row of the page before; None on the first page and outside of tiers."""
    first: int
    """Place of the first row among all that the view shows, from 1; 0 without rows."""
    total: int
    parameters: str
    """The query string of the view without its page."""

    @property
    def last(self) -> int:
        """Return the place of the last row of the page."""
        return self.first + max(len(self.rows) - 1, 0)

    @property
    def rows(self) -> list[Row]:
        """Return the rows in the order of the page."""
        return list(chain.from_iterable(self.sections.values()))

    @property
    def previous(self) -> str:
        """Return the query string of the page before, empty on the first one."""
        return self._to(self.number - 1) if self.number > 1 else ""

    @property
    def following(self) -> str:
        """Return the query string of the next page, empty on the last one."""
        return self._to(self.number + 1) if self.number < self.count else ""

    def _to(self, number: int) -> str:
        joint = "&" if self.parameters else "?"
        return f"{self.parameters}{joint}{PARAMETER}={number}"


def rows_a_page(columns: int) -> int:
    """Return how many rows of so many columns stand on one page."""
    return max(_FEWEST_ROWS, PAGE_CELLS // max(columns, 1) // 10 * 10)


def page_of_view(shown: ShownBoard, text: str | None) -> Page:
    """Return the page that a URL asks for of what is shown; raise BadRequest as page_of does."""
    columns = len(shown.table.columns)
    return page_of(shown.rows, text, columns=columns, parameters=shown.parameters)


def page_of(rows: Sequence[Row], text: str | None, *, columns: int, parameters: str = "") -> Page:
    """Return the page that a URL asks for, the first one by default; raise BadRequest.

    `rows` are those of the view in its order; the page keeps its sections apart.
    """
    everything = list(chain.from_iterable(in_sections(rows).values()))
    size = rows_a_page(columns)
    count = max(1, -(-len(everything) // size))
    number = _number(text, count)
    start = (number - 1) * size
    here = everything[start : start + size]
    return Page(
        number=number,
        count=count,
        sections=in_sections(here),
        tier_before=everything[start - 1]["tier"] if start else None,
        first=start + 1 if here else 0,
        total=len(everything),
        parameters=parameters,
    )


def _number(text: str | None, count: int) -> int:
    if text is None:
        return 1
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    if not is_number or not 1 <= int(text) <= count:
        allowed = f"1 to {count}" if count > 1 else "1, the only one"
        raise BadRequest(f"{PARAMETER}={text[:40]}: no such page. Pages: {allowed}.")
    return int(text)
