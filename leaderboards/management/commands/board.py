"""Print one board: ./manage.py board --tenant public --board text --format json|csv|table."""

import csv
import json
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table
from typing_extensions import override

import voting.queries
from arena.eventstore import arguments
from leaderboards.cells import Cell, iso
from leaderboards.columns import Column
from leaderboards.queries import BoardTable, board_table

FORMATS: Final = ("table", "json", "csv")
_TABLE_WIDTH: Final = 220
_ROW_FIELDS: Final = ("order", "section", "tier", "rank_best", "rank_worst")
_CELL_FIELDS: Final = (
    "value",
    "lower",
    "upper",
    "sample",
    "as_of",
    "kind",
    "measures",
    "source_name",
    "missing",
    "suffix",
    "result",
)


class Command(BaseCommand):
    """Print one board as last computed."""

    help = "Print one board as last computed."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--board", required=True, help="slug of the board")
        parser.add_argument("--format", choices=FORMATS, default="table")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant = arguments.tenant_of(options["tenant"])
        try:
            table = board_table(tenant=tenant, board=options["board"])
        except voting.queries.UnknownBoard as error:
            known = ", ".join(board.slug for board in voting.queries.boards(tenant=tenant))
            there = f"it has: {known}" if known else "it has none yet"
            raise CommandError(f"{error} in tenant {tenant.slug!r}; {there}") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(_as_json(table), indent=2, ensure_ascii=False))
        elif options["format"] == "csv":
            self._write_csv(table)
        else:
            self._write_table(table)

    def _write_csv(self, table: BoardTable) -> None:
        """One line a row; every figure with its interval, sample, date, kind and source."""
        fields = [(column.key, field) for column in table.columns for field in _CELL_FIELDS]
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(
            [
                *_ROW_FIELDS,
                "model",
                "model_name",
                "deployment",
                *(".".join(pair) for pair in fields),
            ]
        )
        for row in table.rows:
            # By name, so as a plain mapping: a TypedDict takes literal keys only.
            values: dict[str, Any] = {**row}
            writer.writerow(
                [
                    *(values[field] for field in _ROW_FIELDS),
                    row["model"]["slug"],
                    row["model"]["name"],
                    row["deployment"],
                    *(values["cells"][key].get(field) for key, field in fields),
                ]
            )

    def _write_table(self, table: BoardTable) -> None:
        """The columns of a board as it opens; all of them are in the other formats."""
        columns = [column for column in table.columns if column.is_default]
        as_of = iso(table.as_of) or "no event yet"
        result = Table(
            "tier",
            "model",
            title=f"{table.info.name}: {table.info.question}",
            caption=f"{table.vote_count:,} votes on {table.model_count} models, as of {as_of} "
            f"(position {table.position}), {table.formula_version}, {table.anchor}. "
            "~ approximate, * claimed elsewhere.",
        )
        for column in columns:
            says_unit = column.unit.lower() == column.title.lower()
            title = column.title if says_unit else f"{column.title} ({column.unit})"
            result.add_column(title, justify="right")
        for row in table.rows:
            name = row["model"]["name"]
            result.add_row(
                _plain(row["tier"]),
                f"{name} ({row['deployment']})" if row["deployment"] else name,
                *(_figure(column, row["cells"][column.key]) for column in columns),
            )
        console = Console(file=self.stdout, soft_wrap=False)  # type: ignore[arg-type]
        console.width = max(console.width, _TABLE_WIDTH)
        console.print(result, markup=False)


def _as_json(table: BoardTable) -> dict[str, Any]:
    return {
        "board": table.info.slug,
        "name": table.info.name,
        "question": table.info.question,
        "licence": table.info.licence,
        "attribution": table.info.attribution,
        "position": table.position,
        "as_of": iso(table.as_of),
        "vote_count": table.vote_count,
        "model_count": table.model_count,
        "formula_version": table.formula_version,
        "anchor": table.anchor,
        "columns": [
            {"key": column.key, "title": column.title, "unit": column.unit, "help": column.help}
            for column in table.columns
        ],
        "rows": table.rows,
    }


def _figure(column: Column, cell: Cell) -> str:
    """The figure in as few characters as say it: value, half width, marks."""
    value = cell["value"]
    if value is None:
        return cell["result"] if "result" in cell else f"– ({cell['missing']})"
    marks = ("~" if cell["approximate"] else "", "*" if cell["kind"] == "claim" else "")
    if isinstance(value, bool):
        return f"{marks[0]}{'yes' if value else 'no'}{marks[1]}"
    interval = ""
    if cell["lower"] is not None and cell["upper"] is not None:
        interval = f" ±{(cell['upper'] - cell['lower']) / 2:,.{column.digits}f}"
    suffix = f" {cell['suffix']}" if "suffix" in cell else ""
    return f"{marks[0]}{value:,.{column.digits}f}{interval}{suffix}{marks[1]}"


def _plain(value: int | None) -> str:
    return "–" if value is None else str(value)
