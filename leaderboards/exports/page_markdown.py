"""A page of the site in Markdown: what its main part says, made from the very page."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote

from typing_extensions import override

from leaderboards.exports.markdown import escaped, table_row

_SKIPPED: Final = frozenset({"script", "style", "svg", "template", "form", "nav", "button"})
_VOID: Final = frozenset({"br", "img", "input", "hr", "link", "meta", "line", "rect", "wbr"})
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_BLOCKS: Final = frozenset({"p", "li", "caption", "summary", "dt", "dd", *_HEADINGS})
_SPACES: Final = re.compile(r"[ \t\r\n]+")


def markdown_of(page: str) -> str:
    """Return the `main` element of an HTML page as Markdown, links and tables included."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end_block()
    return "\n\n".join(reader.blocks) + "\n"


class _Reader(HTMLParser):
    """Collects blocks; text between two tags of a block is put together before it is escaped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._is_in_main = False
        self._skipped: list[str] = []
        self._parts: list[str] = []
        self._start = ""
        self._hrefs: list[str] = []
        self._table: list[list[str]] | None = None
        self._opens: dict[str, Callable[[dict[str, str | None]], None]] = {
            "a": self._open_link,
            "table": self._open_table,
            "tr": self._open_row,
            "br": lambda _: self._parts.append(" "),
        }

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "main":
            self._is_in_main = True
        elif self._skipped or tag in _SKIPPED or "hidden" in given:
            if tag not in _VOID:
                self._skipped.append(tag)
        elif not self._is_in_main:
            return
        elif tag in self._opens:
            self._opens[tag](given)
        elif tag in _BLOCKS and self._table is None:
            self.end_block()
            self._start = "- " if tag == "li" else _HEADINGS.get(tag, "")

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif tag == "main":
            self._is_in_main = False
        elif tag == "a" and self._hrefs:
            self._parts.append(f"]({self._hrefs.pop()})")
        elif self._table is not None:
            self._end_in_table(tag)
        elif tag in _BLOCKS:
            self.end_block()

    @override
    def handle_data(self, data: str) -> None:
        if self._is_in_main and not self._skipped:
            line = _SPACES.sub(" ", data)
            # Spaces at the ends part words from tags; what escaping does to one line cuts them.
            before, after = line[:1] == " ", line[-1:] == " "
            self._parts.append(" " * before + escaped(line.strip(" ")) + " " * after)

    def end_block(self) -> None:
        """Keep the text collected so far as a block of its own."""
        text = self._taken()
        if text:
            self.blocks.append(self._start + text)
        self._start = ""

    def _taken(self) -> str:
        text = re.sub(" +", " ", "".join(self._parts)).strip()
        self._parts = []
        return text

    def _open_link(self, given: dict[str, str | None]) -> None:
        # What could end the link's address is written in percent.
        self._hrefs.append(quote(given.get("href") or "", safe="/:?#@!$&'*+,;=%~.-_"))
        self._parts.append("[")

    def _open_table(self, _: dict[str, str | None]) -> None:
        self.end_block()
        self._table = []

    def _open_row(self, _: dict[str, str | None]) -> None:
        if self._table is not None:
            self._table.append([])

    def _end_in_table(self, tag: str) -> None:
        assert self._table is not None  # noqa: S101  # asked before
        if tag in ("td", "th") and self._table:
            self._table[-1].append(self._taken())
        elif tag == "caption":
            self.end_block()
        elif tag == "table":
            rows, self._table = [row for row in self._table if row], None
            if rows:
                head = [table_row(rows[0]), table_row(["---"] * len(rows[0]))]
                self.blocks.append("\n".join([*head, *map(table_row, rows[1:])]))
