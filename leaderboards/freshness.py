"""Figures of runs that are too old for a board as it opens: they leave its cells, no row goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from leaderboards.cells import Cell, absent, has_result
from leaderboards.cost.steps import TASK_COST
from leaderboards.page_cache import PageCache, Sized
from leaderboards.quality.columns import QUALITY_COST
from leaderboards.queries import BoardTable
from leaderboards.rows import Row

DAYS: Final = 180
"""A figure whose newest run ended earlier is left out, unless the address says otherwise."""
_BYTES_A_CELL: Final = 1_000
_old: Final[PageCache["Old"]] = PageCache(most_bytes=4_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Old:
    """The cells without their old figures, by the key of the row and of the column."""

    cells: Mapping[str, Mapping[str, Cell]]

    @property
    def rows(self) -> int:
        """Return how many rows have such a cell."""
        return len(self.cells)

    def reason(self, row: str, column: str) -> str:
        """Return why a board as it opens has no figure in a cell, empty where it has one."""
        found = self.cells.get(row, {}).get(column)
        return (found["missing"] or "") if found else ""

    def left_out(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows without the old figures."""
        if not self.cells:
            return list(rows)
        return [self._without(row) for row in rows]

    def _without(self, row: Row) -> Row:
        cells = row["cells"]
        found: dict[str, Cell] = {
            # Costs are reckoned in the currency of the reader.
            key: {**cell, "unit": cells[key]["unit"]}
            for key, cell in self.cells.get(row["key"], {}).items()
        }
        return {**row, "cells": {**cells, **found}} if found else row


NOTHING: Final = Old(cells={})


def first_day(on: date) -> str:
    """Return the earliest day, ISO 8601, on which a run may have ended that counts on a day."""
    return (on - timedelta(days=DAYS)).isoformat()


def old_of(table: BoardTable, *, tenant_id: int, on: date) -> Old:
    """Return what is too old on a day among a board's stored figures; kept with its version."""
    since = first_day(on)

    def make() -> Sized[Old]:
        found = {row["key"]: cells for row in table.rows if (cells := _old_cells(row, since))}
        return Sized(Old(cells=found), _BYTES_A_CELL * sum(map(len, found.values())))

    # The day of a board of the past is a part of the key: it must not take the place of today's.
    return _old.get((tenant_id, table.info.slug, on), table.version, make)


def _old_cells(row: Row, since: str) -> dict[str, Cell]:
    return {
        key: absent(f"last measured {day[:10]}, more than {DAYS} days ago", unit=cell["unit"])
        for key, cell in row["cells"].items()
        # ISO 8601 compares as text, a time of a day being more than the day.
        if has_result(cell) and (day := _measured_at(row["cells"], key)) is not None and day < since
    }


def _measured_at(cells: Mapping[str, Cell], key: str) -> str | None:
    """Return when the newest run ended that a figure rests on; None where it rests on none."""
    # The price of a point counts tasks of a suite, and is as old as the cost that it divides.
    cell = cells[TASK_COST] if key == QUALITY_COST and TASK_COST in cells else cells[key]
    is_of_runs = cell["counted"] == "runs" or (
        cell["counted"] == "prices" and cell["sample"] is not None
    )
    return cell["as_of"] if is_of_runs else None
