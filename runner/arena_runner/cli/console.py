"""Talks to a person on stderr and to programs on stdout, never both on one."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from arena_runner.agent.errors import InvalidInput

_FOLDED: Final = frozenset({"Point", "Found", "What to do", "Settings", "Value", "Model", "Title"})


def _stderr() -> Console:
    return Console(stderr=True, highlight=False)


def _stdout() -> Console:
    return Console(highlight=False)


@dataclass
class Out:
    """Where a command writes. With `json` stdout gets one JSON document and nothing else."""

    json: bool = False
    yes: bool = False
    err: Console = field(default_factory=_stderr)
    out: Console = field(default_factory=_stdout)

    def say(self, text: str) -> None:
        """Tell a person something; with --json nobody is told."""
        if not self.json:
            self.err.print(escape(text), soft_wrap=True)

    def warn(self, text: str) -> None:
        """Tell a person what may spoil something, also with --json: stderr is no answer."""
        self.err.print(f"[yellow]warning:[/yellow] {escape(text)}", soft_wrap=True)

    def result(self, value: Any, *, text: str | None = None) -> None:
        """Give the answer: the value as JSON, or the text on stdout."""
        if self.json:
            self.raw(json.dumps(value, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        elif text is not None:
            self.out.print(escape(text), soft_wrap=True)

    def table(self, value: Any, table: Table) -> None:
        """Give the answer: the value as JSON, or the table on stdout."""
        if self.json:
            self.result(value)
        else:
            self.out.print(table)

    def raw(self, content: bytes) -> None:
        """Write bytes to stdout exactly as they are."""
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def confirm(self, question: str) -> bool:
        """Ask a person; --yes answers yes, and where nobody can answer it is an error."""
        if self.yes:
            return True
        if self.json or not sys.stdin.isatty():
            raise InvalidInput(
                "needs-answer", f"{question} Nobody can answer here", remedy="Say yes with --yes"
            )
        return typer.confirm(question, err=True)

    def ask(self, question: str, *, default: str | None = None) -> str:
        """Ask a person for a text; --yes takes the default."""
        if default is not None and (self.yes or not sys.stdin.isatty()):
            return default
        if self.json or not sys.stdin.isatty():
            raise InvalidInput("needs-answer", f"{question}: nobody can answer here")
        answer: str = typer.prompt(question, default=default, err=True)
        return answer


def plain_table(title: str | None, columns: Sequence[str]) -> Table:
    """Return an empty table in the look of all tables."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = column.startswith("#")
        # On a narrow terminal long texts are folded, so that numbers and names stay whole.
        is_whole = numeric or column not in _FOLDED
        justify: Literal["left", "right"] = "right" if numeric else "left"
        table.add_column(column.lstrip("#"), justify=justify, no_wrap=is_whole)
    return table
