"""A view of a board as CSV (RFC 4180) below a header of comment lines."""

import csv
import io
import re
from typing import Any, Final

from leaderboards.exports.document import Document, one_line
from leaderboards.exports.flat import fields

# What makes spreadsheets compute a cell (OWASP, "CSV Injection"), with the full-width forms.
_FORMULA: Final = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
_SEPARATORS: Final = re.compile(r'[,;"\t]')


def render(document: Document) -> bytes:
    """Return UTF-8: lines `# name: text`, the names of the fields, a line a row."""
    out = io.StringIO()
    for name, text in document.header.items():
        out.write(comment(name, text))
    writer = csv.writer(out)
    columns = fields(document.shown.table.columns)
    writer.writerow([field.name for field in columns])
    for row in document.rows:
        writer.writerow([cell(field.of(row)) for field in columns])
    return out.getvalue().encode()


def comment(name: str, text: str) -> str:
    """Return a line of the header."""
    # Without separators a line stays one cell in every spreadsheet, so no formula begins in it.
    return f"# {name}: {_SEPARATORS.sub(' ', one_line(text))}".rstrip() + "\r\n"


def cell(value: Any) -> str | int | float:
    """Return a value as a cell has it: nothing for None, yes and no, and no formulas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return inert(value) if isinstance(value, str) else value


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe stands before one."""
    line = one_line(text)
    return f"'{line}" if _FORMULA.match(text) or _FORMULA.match(line) else line
