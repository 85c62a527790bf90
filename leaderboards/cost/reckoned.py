"""A board's stored rows with their costs reckoned by other parameters than the stored ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.quality import suites
from leaderboards.cells import Cell, rounded
from leaderboards.column import Column
from leaderboards.conditions import marked
from leaderboards.cost import cells
from leaderboards.cost.columns import CostCell
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.parameters import UNITS, USD, Parameters
from leaderboards.cost.steps import TASK_COST, TASK_ELECTRICITY, TASK_ENERGY
from leaderboards.quality.cells import cost_of_a_point
from leaderboards.quality.columns import QUALITY_COST, column_key
from leaderboards.rows import Row

_PREFIX: Final = "deployment:"
_CELL_OF: Final[Mapping[str, CostCell]] = {
    TASK_COST: cells.task_cost,
    TASK_ELECTRICITY: cells.task_electricity,
    TASK_ENERGY: cells.task_energy,
}


_TITLES: Final[Mapping[tuple[str, str], str]] = {
    (TASK_COST, "million"): "Blended",
    (TASK_COST, "month"): "A month",
    (TASK_ELECTRICITY, "million"): "Power, blended",
    (TASK_ELECTRICITY, "month"): "Power a month",
    (TASK_ENERGY, "million"): "Energy, blended",
    (TASK_ENERGY, "month"): "Energy a month",
}
_PRICE: Final = "output_usd_per_million_tokens"
_DIGITS: Final = {"task": 5, "million": 3, "month": 2}
_ENERGY_DIGITS: Final = {"task": 3, "million": 1, "month": 0}


def reckoned(
    rows: Sequence[Row],
    columns: Sequence[Column],
    facts: Mapping[str, CostFacts],
    chosen: Parameters,
) -> tuple[list[Row], tuple[Column, ...]]:
    """Return stored rows and their columns with the costs as the parameters have them."""
    found = [_row(row, facts, chosen) for row in rows]
    marks = marked([row["cells"] for row in found], (TASK_ELECTRICITY, TASK_ENERGY, QUALITY_COST))
    return (
        [{**row, "cells": own} for row, own in zip(found, marks, strict=True)],
        tuple(_column(column, chosen) for column in columns),
    )


def _column(column: Column, chosen: Parameters) -> Column:
    if column.key == _PRICE and chosen.currency != USD:
        return replace(
            column,
            unit=f"{chosen.currency}/M tokens",
            help=f"{column.help} Shown at {chosen.rate_text} {chosen.currency} for one USD.",
        )
    if column.key == QUALITY_COST:
        return replace(column, unit=f"{chosen.currency}/point")
    if column.key not in _CELL_OF:
        return column
    return replace(
        column,
        title=_TITLES.get((column.key, chosen.unit), column.title),
        unit=f"{_base(column.key, chosen)}{chosen.unit_text}",
        digits=(_ENERGY_DIGITS if column.key == TASK_ENERGY else _DIGITS)[chosen.unit],
        help=f"{column.help} Shown for {UNITS[chosen.unit]}: {chosen.times:,.6g} tasks."
        if chosen.unit != "task"
        else column.help,
    )


def _row(row: Row, facts: Mapping[str, CostFacts], chosen: Parameters) -> Row:
    key = row["key"]
    slug = key.removeprefix(_PREFIX) if key.startswith(_PREFIX) else None
    costs = {
        name: _in_unit(cell(facts, slug, chosen), chosen, base=_base(name, chosen))
        for name, cell in _CELL_OF.items()
    }
    price = _in_currency(row["cells"][_PRICE], chosen)
    suite = suites().by_slug[chosen.suite]
    score = row["cells"][column_key(suite)]
    # Of one task, whatever the unit: points are not earned by the month.
    a_task = cells.task_cost(facts, slug, replace(chosen, unit="task"))
    costs[QUALITY_COST] = cost_of_a_point(a_task, score, suite=suite)
    return {**row, "cells": {**row["cells"], _PRICE: price, **costs}}


def _base(key: str, chosen: Parameters) -> str:
    """Return what a column counts of a task: energy, or money."""
    return cells.WATT_HOURS if key == TASK_ENERGY else chosen.currency


def _in_unit(cell: Cell, chosen: Parameters, *, base: str) -> Cell:
    """Name the unit that a cost is told for, and how many tasks that is."""
    value, unit = cell["value"], f"{base}{chosen.unit_text}"
    if value is None or chosen.unit == "task":
        return {**cell, "unit": unit}
    note = f"{cell['note']}; times {chosen.times:,.6g} tasks for {UNITS[chosen.unit]}"
    return {**cell, "unit": unit, "note": note}


def _in_currency(cell: Cell, chosen: Parameters) -> Cell:
    """Return a list price in the chosen currency, at the rate that the reader states."""
    value = cell["value"]
    if chosen.currency == USD or value is None or isinstance(value, bool):
        return cell
    said = f"{value:.10g} {cell['unit']} at {chosen.rate_text} {chosen.currency} for one USD"
    return {
        **cell,
        "unit": f"{chosen.currency}/M tokens",
        "value": rounded(value * chosen.rate, cells.DECIMALS),
        "note": ", ".join(filter(None, (cell["note"], said))),
    }
