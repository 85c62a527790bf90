"""Which versions of formulas and of data stand behind the columns of a page."""

from collections.abc import Sequence
from typing import NamedTuple

from arena_runner.contract import metrics
from benchmarks.sovereignty import criteria, profiles
from leaderboards.columns import Column
from leaderboards.cost.mixes import mixes


class Formula(NamedTuple):
    """One version, and the part of the method's page that explains it."""

    text: str
    anchor: str


def formulas(columns: Sequence[Column]) -> list[Formula]:
    """Return the versions behind speed, costs and sovereignty, where a column shows them.

    That of the ratings is the board's own, since stored rows name it.
    """
    keys = {column.key for column in columns}
    found = []
    if any(column.dimension == "speed" for column in columns):
        found.append(Formula(f"metrics of runs {metrics.VERSION}", "speed"))
    if keys & {"task_cost", "task_electricity", "task_energy"}:
        found.append(Formula(f"mixes of tasks {mixes().version}", "costs"))
    if "sovereign" in keys:
        found.append(Formula(f"criteria {criteria().version}", "sovereignty"))
        found.append(Formula(f"profiles {profiles().version}", "sovereignty"))
    return found
