"""The columns of every board that say what a task costs."""

from collections.abc import Callable, Mapping
from typing import Final

from leaderboards.cells import Cell
from leaderboards.column import CellOf, Column
from leaderboards.cost import cells
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.parameters import Parameters, defaults
from leaderboards.sources import Sources

CostCell = Callable[[Mapping[str, CostFacts], str | None, Parameters], Cell]


def _at_defaults(cell: CostCell) -> Callable[[Sources], CellOf]:
    return lambda sources: lambda subject: cell(sources.costs, subject.deployment, defaults())


COST_COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        key="task_cost",
        title="Task",
        unit="USD",
        better="lower",
        dimension="cost",
        help="What one task of the chosen mix costs: tokens at the operator's list price or, on a "
        "machine of one's own, its electricity and its price over months of use.",
        digits=5,
        cells=_at_defaults(cells.task_cost),
    ),
    Column(
        key="task_electricity",
        title="Power a task",
        unit="USD",
        better="lower",
        dimension="cost",
        help="The electricity alone of one task of the chosen mix, on a machine of one's own.",
        digits=5,
        cells=_at_defaults(cells.task_electricity),
        is_default=False,
    ),
    Column(
        key="task_energy",
        title="Energy a task",
        unit=cells.WATT_HOURS,
        better="lower",
        dimension="cost",
        help="The energy of one task of the chosen mix, on a machine of one's own: measured or "
        "declared watts while it works.",
        digits=3,
        cells=_at_defaults(cells.task_energy),
    ),
)
