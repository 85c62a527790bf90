"""A sheet of A4 in DejaVu: headings with bookmarks, paragraphs, tables, page numbers, links."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from fpdf import FPDF, FontFace, ViewerPreferences
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import TTFFont
from typing_extensions import override

from leaderboards.exports.document import one_line

FONTS: Final = Path(__file__).with_name("fonts")
FAMILY: Final = "DejaVu"
SMALL_PT: Final = 7.0
TEXT_PT: Final = 9.0
HEADING_PT: Final = {1: 16.0, 2: 12.0, 3: 10.0}
MARGIN_MM: Final = 15.0
INK: Final = (28, 30, 33)
QUIET: Final = (95, 102, 112)
LINK: Final = (36, 87, 197)
RAISED: Final = (243, 241, 234)
LINE: Final = (220, 217, 209)
UNKNOWN: Final = "\ufffd"
LONGEST_CELL: Final = 2_000
"""Characters. A row must fit on a page; the JSON of a pack has every text whole."""


class Link(NamedTuple):
    """A cell that leads somewhere."""

    text: str
    url: str


Cell = str | Link


class Sheet(FPDF):
    """A document whose bytes depend on what is written into it and nothing else."""

    def __init__(self, *, title: str, subject: str, footer: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.footer_text = footer
        self.add_font(FAMILY, fname=FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, style="B", fname=FONTS / "DejaVuSans-Bold.ttf")
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=18)
        # fpdf2 writes the time of now where it is told none.
        self.set_creation_date(made_at)
        self.set_title(title)
        self.set_subject(subject)
        self.set_author("Arena")
        self.set_lang("en")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        regular, bold = (set(f.cmap) for f in self.fonts.values() if isinstance(f, TTFFont))
        self._letters = regular & bold
        self.lacks_letters = False
        """Whether a text had letters that the fonts do not have."""
        self.add_page()
        self._write_in(TEXT_PT)

    @override
    def footer(self) -> None:
        """Write pack and page number at the bottom of every page."""
        self.set_y(-12)
        self.set_font(FAMILY, size=SMALL_PT)
        self.set_text_color(*QUIET)
        half = self.epw / 2
        self.cell(w=half, h=4, text=self.footer_text)
        self.cell(w=half, h=4, text=f"page {self.page_no()} of {{nb}}", align="R")
        self.set_text_color(*INK)

    def heading(self, text: str, level: int) -> None:
        """Write a heading that is also a bookmark; it never stands alone at the foot of a page."""
        shown = self.shown(text)
        if self.will_page_break(30):
            self.add_page()
        self.start_section(shown, level=level - 1)
        self.ln(2 if level > 1 else 0)
        self._write_in(HEADING_PT[level], style="B")
        self._line(shown, height=HEADING_PT[level] * 0.5)
        self._write_in(TEXT_PT)

    def paragraph(self, text: str, *, quiet: bool = False) -> None:
        """Write text that may run over pages."""
        self._write_in(TEXT_PT)
        if quiet:
            self.set_text_color(*QUIET)
        self._line(self.shown(text), height=4.4)
        self._write_in(TEXT_PT)
        self.ln(1)

    def link_line(self, text: str, url: str) -> None:
        """Write a line that leads to an address, underlined: colour alone tells too little."""
        self._write_in(TEXT_PT, style="U")
        self.set_text_color(*LINK)
        self._line(self.shown(text), height=4.4, link=followed(url))
        self._write_in(TEXT_PT)
        self.ln(1)

    def rows(
        self, headings: Sequence[str], lines: Sequence[Sequence[Cell]], widths: Sequence[float]
    ) -> None:
        """Write a table whose headings stand again on every page that it runs over."""
        self._write_in(SMALL_PT)
        self.set_draw_color(*LINE)
        with self.table(
            col_widths=tuple(widths),
            line_height=3.6,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", fill_color=RAISED, color=INK),
            text_align="LEFT",
            v_align="TOP",
            padding=(0.6, 1),
        ) as table:
            head = table.row()
            for heading in headings:
                head.cell(self.shown(heading))
            for line in lines:
                row = table.row()
                for part in line:
                    self._cell(row.cell, part)
        self._write_in(TEXT_PT)
        self.ln(2)

    def shown(self, text: str) -> str:
        """Return text as the fonts can show it: one line, composed, unknown letters as U+FFFD."""
        line = unicodedata.normalize("NFC", one_line(text))
        known = "".join(char if ord(char) in self._letters else UNKNOWN for char in line)
        self.lacks_letters = self.lacks_letters or known != line
        return known

    def _cell(self, write: Callable[..., object], part: Cell) -> None:
        url = followed(part.url) if isinstance(part, Link) else ""
        text = self.shown(part.text if isinstance(part, Link) else part)
        if len(text) > LONGEST_CELL:
            text = f"{text[:LONGEST_CELL]}… (whole in the JSON)"
        if url:
            write(text, link=url, style=FontFace(color=LINK, emphasis="UNDERLINE"))
        else:
            write(text)

    def _line(self, text: str, *, height: float, link: str = "") -> None:
        self.multi_cell(
            w=0, h=height, text=text, align="L", link=link,
            new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )  # fmt: skip

    def _write_in(self, size_pt: float, *, style: str = "") -> None:
        self.set_font(FAMILY, style=style, size=size_pt)
        self.set_text_color(*INK)


def followed(url: str) -> str:
    """Return an address that a reader may follow, empty for any other than http and https."""
    return url if url.startswith(("https://", "http://")) and url.isprintable() else ""
