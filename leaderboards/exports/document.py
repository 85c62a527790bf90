"""One view of a board as a document: the header that every format carries, and its sections."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from leaderboards import presentation
from leaderboards.cells import iso
from leaderboards.presentation import SectionView, Setting
from leaderboards.references import Reference, numbered
from leaderboards.rows import Row, with_cells
from leaderboards.shown_board import ShownBoard

CLAIM_NOTE: Final = "stated by others, not measured here, not ranked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What is exported. `url` is the address of the page that shows the same rows."""

    shown: ShownBoard
    arena: str
    """Slug of the arena."""
    url: str

    @property
    def file_name(self) -> str:
        """Return a file's name without its ending: arena, board and position."""
        table = self.shown.table
        return f"{self.arena}-{table.info.slug}-{table.position}"

    @property
    def header(self) -> dict[str, str]:
        """Return what makes a copy traceable; nothing in it depends on when it was made."""
        table, info = self.shown.table, self.shown.table.info
        as_of = iso(table.as_of) or "no event yet"
        return {
            "title": info.name,
            "question": info.question,
            "position": str(table.position),
            "as_of": as_of,
            "formula_version": table.formula_version or "not computed yet",
            "votes": str(table.vote_count),
            "rows": f"{len(self.shown.rows)} of {len(table.rows)}",
            "sort": self.shown.sort,
            "search": self.shown.query,
            "view": self.shown.canonical,
            "licence": info.licence,
            "attribution": info.attribution,
            "claims": CLAIM_NOTE,
            "url": self.url,
            "cite_as": f"{info.name}, position {table.position}, {as_of}, "
            f"formula {table.formula_version}, {self.url}",
        }

    @property
    def rows(self) -> list[Row]:
        """Return the rows in the order of the page, which keeps its sections apart."""
        return list(chain.from_iterable(presentation.in_sections(self.shown.rows).values()))

    @property
    def shown_rows(self) -> list[Row]:
        """Return the rows with the cells of the columns shown only."""
        keys = {column.key for column in self.shown.table.columns}
        return [with_cells(row, keys) for row in self.rows]

    @property
    def references(self) -> Mapping[Reference, int]:
        """Return who states the claims, numbered as on the page."""
        return numbered(self.rows, self.shown.table.columns)

    def sections(self) -> list[SectionView]:
        """Return the sections that have rows, every figure in words as on the page."""
        setting = Setting(board=self.shown.table.info.slug, numbers=self.references)
        views = presentation.sections(
            presentation.in_sections(self.shown.rows),
            self.shown.table.columns,
            setting,
            tiers=False,
        )
        return [view for view in views if view.rows]


def one_line(text: str) -> str:
    """Return the text without line ends and control characters, which could end a comment."""
    # Cc: controls, Cf: directions and joiners, Cs: halves of pairs, Zl and Zp: line separators.
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "".join(" " if unicodedata.category(char) in hidden else char for char in text).strip()
