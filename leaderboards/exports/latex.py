"""A view of a board as LaTeX: one `tabular` a section, without packages."""

from collections.abc import Iterator
from typing import Final

from leaderboards import presentation
from leaderboards.exports.document import Document, one_line
from leaderboards.presentation import CellView, RowView

_SPECIAL: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "-": "{-}",
        "`": r"\textasciigrave{}",
        "[": "{[}",
        "]": "{]}",
        "–": "--",
        "±": r"$\pm$",
        "×": r"$\times$",
        "·": r"$\cdot$",
        "−": "$-$",
        "\u202f": r"\,",
        "\u00a0": "~",
    }
)


def render(document: Document) -> bytes:
    """Return UTF-8 for `\\input`; the header stands in comments above and in a note below."""
    return ("\n".join(_lines(document)) + "\n").encode()


def escaped(text: str) -> str:
    """Return the text so that TeX prints it as it is; nothing in it is ever a command."""
    return one_line(text).translate(_SPECIAL)


def _lines(document: Document) -> Iterator[str]:
    header = document.header
    for name, text in header.items():
        yield f"% {name}: {one_line(text)}"
    columns = document.shown.table.columns
    titles = [f"{column.title} {presentation.unit_text(column)}".strip() for column in columns]
    for section in document.sections():
        yield ""
        yield rf"\paragraph{{{escaped(section.title)}}} {escaped(section.note)}."
        yield ""
        yield rf"\begin{{tabular}}{{rll{'r' * len(titles)}}}"
        yield _line(["Tier", "Model", "Deployment", *titles])
        yield r"\hline"
        yield from map(_row, section.rows)
        yield r"\end{tabular}"
    for source, number in document.references.items():
        about = ", ".join(filter(None, (source.name, source.url, source.stated_on)))
        yield ""
        yield rf"\textsuperscript{{{number}}} {escaped(about)}"
    yield ""
    yield escaped(f"Cite as: {header['cite_as']}. Licence: {header['licence']}.")


def _line(cells: list[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"


def _row(view: RowView) -> str:
    row = view.row
    tier = "" if row["tier"] is None else str(row["tier"])
    names = [escaped(text) for text in (tier, row["model"]["name"], row["deployment"] or "")]
    return " & ".join([*names, *map(_figure, view.cells)]) + r" \\"


def _figure(cell: CellView) -> str:
    mark = rf"\textsuperscript{{{cell.number}}}" if cell.number is not None else ""
    if not cell.text:
        return f"-- {escaped(cell.raw['missing'] or '')}{mark}"
    label = f"({cell.measures})" if cell.measures else ""
    apart = f"({cell.not_comparable})" if cell.not_comparable else ""
    text = escaped(" ".join(filter(None, (cell.text, cell.plus_minus, label, apart))))
    return rf"\textit{{{text}}} (claim){mark}" if mark else text
