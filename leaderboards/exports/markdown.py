"""A view of a board as Markdown (GitHub's tables), for people and for language models."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from leaderboards import presentation
from leaderboards.exports.document import Document, one_line
from leaderboards.presentation import CellView, RowView

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|&~#$])")
# What begins a list or underlines a heading where it stands first in a line.
_FIRST: Final = re.compile(r"^(\d*)((?<!\d)[-+=]|(?<=\d)[.)](?=\s|$))")


def render(document: Document) -> bytes:
    """Return UTF-8: title, header as a list, a table a section, the sources of the claims."""
    return ("\n".join(_lines(document)) + "\n").encode()


def escaped(text: str) -> str:
    """Return the text so that Markdown shows it as it is, in one line, and makes no link of it."""
    line = _SPECIAL.sub(r"\\\1", one_line(text))
    # A backslash before the slashes or the point keeps bare addresses from becoming links.
    line = line.replace("://", ":\\//").replace("www.", "www\\.")
    return _FIRST.sub(r"\1\\\2", line)


def table_row(cells: Iterable[str]) -> str:
    """Return one line of a table from cells that are escaped already."""
    return f"| {' | '.join(cells)} |"


def _lines(document: Document) -> Iterator[str]:
    header = document.header
    yield f"# {escaped(header['title'])}"
    yield ""
    for name, text in header.items():
        if text and name != "title":
            yield f"- {name.replace('_', ' ')}: {escaped(text)}"
    columns = document.shown.table.columns
    titles = [f"{column.title} {presentation.unit_text(column)}".strip() for column in columns]
    for section in document.sections():
        yield from ("", f"## {section.title}", "", f"{section.note}.", "")
        yield table_row(map(escaped, ["Tier", "Ranks", "Model", "Deployment", *titles]))
        yield table_row(["---:", "---", "---", "---", *(["---:"] * len(titles))])
        yield from map(_row, section.rows)
    if document.references:
        yield from ("", "## Sources of the claims", "")
        for source, number in document.references.items():
            address = f", {escaped(source.url)}" if source.url else ""
            yield f"{number}. {escaped(source.name)}{address}, {escaped(source.stated_on)}"


def _row(view: RowView) -> str:
    row = view.row
    ranks = f"{row['rank_best']}–{row['rank_worst']}" if row["rank_best"] else ""
    names = (row["model"]["name"], row["deployment"] or "")
    tier = "" if row["tier"] is None else str(row["tier"])
    return table_row([tier, ranks, *map(escaped, names), *map(_figure, view.cells)])


def _figure(cell: CellView) -> str:
    claim = f" (claim {cell.number})" if cell.number is not None else ""
    if not cell.text:
        return f"– {escaped(cell.raw['missing'] or '')}{claim}".strip()
    label = f"({cell.measures})" if cell.measures else ""
    apart = f"≠ ({escaped(cell.not_comparable)})" if cell.not_comparable else ""
    text = " ".join(filter(None, (escaped(cell.text), cell.plus_minus, label, apart)))
    return f"*{text}*{claim}" if claim else text
