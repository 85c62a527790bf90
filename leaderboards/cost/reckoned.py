"""A board's stored rows with their costs reckoned by other parameters than the stored ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.quality import suites
from leaderboards.column import Column
from leaderboards.cost import cells
from leaderboards.cost.columns import CostCell
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.parameters import Parameters
from leaderboards.quality.cells import cost_of_a_point
from leaderboards.quality.columns import QUALITY_COST, column_key
from leaderboards.rows import Row

_PREFIX: Final = "deployment:"
_CELL_OF: Final[Mapping[str, CostCell]] = {
    "task_cost": cells.task_cost,
    "task_electricity": cells.task_electricity,
}
_UNIT_OF: Final = {**dict.fromkeys(_CELL_OF, "{}"), QUALITY_COST: "{}/point"}


def reckoned(
    rows: Sequence[Row],
    columns: Sequence[Column],
    facts: Mapping[str, CostFacts],
    chosen: Parameters,
) -> tuple[list[Row], tuple[Column, ...]]:
    """Return stored rows and their columns with the costs as the parameters have them."""
    return (
        [_row(row, facts, chosen) for row in rows],
        tuple(
            replace(column, unit=_UNIT_OF[column.key].format(chosen.currency))
            if column.key in _UNIT_OF
            else column
            for column in columns
        ),
    )


def _row(row: Row, facts: Mapping[str, CostFacts], chosen: Parameters) -> Row:
    key = row["key"]
    slug = key.removeprefix(_PREFIX) if key.startswith(_PREFIX) else None
    costs = {name: cell(facts, slug, chosen) for name, cell in _CELL_OF.items()}
    suite = suites().by_slug[chosen.suite]
    score = row["cells"][column_key(suite)]
    costs[QUALITY_COST] = cost_of_a_point(costs["task_cost"], score, suite=suite)
    return {**row, "cells": {**row["cells"], **costs}}
