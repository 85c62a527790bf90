"""Every column of a board for the rows compared, each figure held against that of the first row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from leaderboards.cells import Cell
from leaderboards.columns import Column
from leaderboards.conditions import contrast
from leaderboards.differences import Difference
from leaderboards.presentation import SHAPES, CellView, Setting, cell_view, unit_text
from leaderboards.rows import Row
from leaderboards.templatetags.numbers import number, signed

RATING: Final = "rating"
Verdict = Literal["better", "worse", "same", "no better side"]
RatingDifference = Callable[[Row, Row], Difference | str]
_WITHOUT_RATIO: Final = ("Elo", "%")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One figure of a row against that of the first row; `missing` says why there is nothing."""

    cell: CellView
    difference: float | None
    text: str
    """The difference in words, with its unit's digits; empty where there is none."""
    verdict: Verdict | None
    note: str
    missing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRow:
    """One column; `held` in the order of the rows, the first against itself."""

    column: Column
    shape: str
    unit: str
    held: tuple[Held, ...]


def figure_rows(
    rows: Sequence[Row],
    columns: Sequence[Column],
    *,
    board: str,
    rating_difference: RatingDifference,
) -> list[FigureRow]:
    """Return the columns in which at least one of the rows has a figure."""
    setting = Setting(board=board)
    return [
        FigureRow(
            column=column,
            shape=SHAPES[column.dimension],
            unit=unit_text(column),
            held=tuple(
                _held(row, rows[0], column, setting, rating_difference, is_first=number == 0)
                for number, row in enumerate(rows)
            ),
        )
        for column in columns
        if any(row["cells"][column.key]["value"] is not None for row in rows)
    ]


def comparable(cell: Cell, base: Cell) -> str:
    """Return why two figures of a column cannot be subtracted; empty where they can."""
    if cell["value"] is None or base["value"] is None:
        return "a figure is missing"
    if isinstance(cell["value"], bool) or isinstance(base["value"], bool):
        return "a yes or no has no difference"
    if cell["unit"] != base["unit"]:
        return f"{cell['unit']} and {base['unit']} are different units"
    if cell["kind"] != base["kind"]:
        return "a claim beside a measurement: not subtracted"
    if cell["kind"] == "claim" and cell["source_name"] != base["source_name"]:
        return "claims of different sources: not subtracted"
    if "conditions" not in cell or "conditions" not in base:
        return ""
    apart = contrast(cell["conditions"], base["conditions"], name="the first")
    return f"not comparable and not subtracted: {apart}" if apart else ""


def verdict_of(difference: float, column: Column) -> Verdict:
    """Return whether a figure that is so much more is better or worse."""
    if column.better is None:
        return "no better side"
    if difference == 0:
        return "same"
    return "better" if (difference > 0) == (column.better == "higher") else "worse"


def _held(
    row: Row,
    base: Row,
    column: Column,
    setting: Setting,
    rating_difference: RatingDifference,
    *,
    is_first: bool,
) -> Held:
    view = cell_view(row, column, setting)
    if is_first:
        return _nothing(view, "")
    cell, other = row["cells"][column.key], base["cells"][column.key]
    reason = comparable(cell, other)
    if reason:
        return _nothing(view, reason)
    if column.key == RATING and cell["kind"] == "measured":
        found = rating_difference(row, base)
        return _nothing(view, found) if isinstance(found, str) else _of_ratings(view, found)
    return _of_figures(view, cell, other)


def _of_ratings(view: CellView, found: Difference) -> Held:
    is_told = found.lower > 0 or found.upper < 0
    return Held(
        cell=view,
        difference=found.elo,
        text=f"{signed(found.elo, 1)} ±{number((found.upper - found.lower) / 2, 1)}",
        verdict=verdict_of(found.elo, view.column),
        note="" if is_told else "interval of the difference holds 0",
        missing="",
    )


def _of_figures(view: CellView, cell: Cell, base: Cell) -> Held:
    value, other = float(cell["value"] or 0), float(base["value"] or 0)
    difference, digits = value - other, view.column.digits
    ratio = (
        f" ({signed(100 * difference / other, 0)} %)"
        if other > 0 and cell["unit"] not in _WITHOUT_RATIO
        else ""
    )
    return Held(
        cell=view,
        difference=difference,
        text=f"{signed(difference, digits)}{ratio}",
        verdict=verdict_of(difference, view.column),
        note="intervals overlap" if _overlap(cell, base) else "",
        missing="",
    )


def _overlap(cell: Cell, base: Cell) -> bool:
    ends = (cell["lower"], cell["upper"], base["lower"], base["upper"])
    lower, upper, base_lower, base_upper = ends
    if lower is None or upper is None or base_lower is None or base_upper is None:
        return False
    return lower <= base_upper and base_lower <= upper


def _nothing(view: CellView, missing: str) -> Held:
    return Held(cell=view, difference=None, text="", verdict=None, note="", missing=missing)
