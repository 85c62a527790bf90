"""What a comparison says: one value for the page and the API alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import benchmarks.queries
from arena.tenancy.models import Tenant
from leaderboards.cells import Cell
from leaderboards.compare.chosen import ROWS_MAX, ROWS_MIN, Chosen, read
from leaderboards.compare.facts import (
    CriterionRow,
    FactRow,
    Place,
    criterion_rows,
    fact_rows,
    places,
)
from leaderboards.compare.figures import FigureRow, RatingDifference, figure_rows
from leaderboards.cost import cells as cost_cells
from leaderboards.cost import facts as cost_facts
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.mixes import Mix, mixes
from leaderboards.cost.own import DAYS_A_MONTH
from leaderboards.cost.parameters import Parameters
from leaderboards.current_fit import CurrentFit, current_fit
from leaderboards.differences import Difference, holm
from leaderboards.head_to_head import Meetings, meetings
from leaderboards.rated_rows import rating_differences
from leaderboards.rows import Row
from leaderboards.sources import today

LEVEL: Final = 0.05
"""Of the test that tells two ratings apart, after the correction for all pairs of the page."""
_LETTERS: Final = "ABCDEF"
_NO_SPREAD: Final = "the votes between them have no spread to test against"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One of the rows, with the queries of the same comparison without it, and led by it."""

    letter: str
    row: Row
    deployment: str | None
    """Slug; None for a model without one."""
    place: Place
    without: str
    """Empty where too few rows would be left."""
    leading: str
    """Empty for the first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two rows: their ratings, and the votes between the two models.

    `p_adjusted` is Holm's over all pairs of different ratings here. Without a difference `missing`
    says why.
    """

    first: Entry
    second: Entry
    difference: Difference | None
    p_adjusted: float | None
    met: Meetings | None
    missing: str

    @property
    def is_apart(self) -> bool | None:
        """Return whether the votes tell the two apart; None where there is no test."""
        return None if self.p_adjusted is None else self.p_adjusted < LEVEL


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskCost:
    """What one task, and a month of them, costs on one row; the month in the same currency."""

    cost: Cell
    electricity: Cell
    a_month: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MixRow:
    """One mix of tokens for every row, in their order."""

    mix: Mix
    is_chosen: bool
    costs: tuple[TaskCost, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Everything that is said of the rows."""

    chosen: Chosen
    current: CurrentFit
    entries: tuple[Entry, ...]
    pairs: tuple[Pair, ...]
    figures: tuple[FigureRow, ...]
    costs: tuple[MixRow, ...]
    criteria: tuple[CriterionRow, ...]
    facts: tuple[FactRow, ...]

    @property
    def is_full(self) -> bool:
        """Return whether no row can be added."""
        return len(self.entries) >= ROWS_MAX


def compare(*, tenant: Tenant, query: Mapping[str, str], keys: Sequence[str]) -> Comparison:
    """Answer an address; raise BadParameter (leaderboards.cost.reading) naming what is allowed."""
    chosen = read(tenant=tenant, query=query, keys=keys)
    current = current_fit(tenant=tenant, info=chosen.table.info)
    found = places(
        tenant=tenant,
        subjects=[(row["model"]["slug"], _deployment(row)) for row in chosen.rows],
        profile=chosen.profile,
        on=today(),
    )
    entries = _entries(chosen, found)
    rating_difference = rating_differences(current)
    return Comparison(
        chosen=chosen,
        current=current,
        entries=entries,
        pairs=tuple(_pairs(entries, chosen, current, rating_difference)),
        figures=tuple(
            figure_rows(
                chosen.rows, chosen.table.columns, board=chosen.table.info.slug,
                rating_difference=rating_difference,
            )
        ),
        costs=tuple(_costs(tenant, entries, chosen)),
        criteria=tuple(criterion_rows(found, chosen.profile)),
        facts=tuple(fact_rows(found)),
    )  # fmt: skip


def _deployment(row: Row) -> str | None:
    _, _, slug = row["key"].partition("deployment:")
    return slug or None


def _entries(chosen: Chosen, found: Sequence[Place]) -> tuple[Entry, ...]:
    keys = chosen.keys

    def others(key: str) -> list[str]:
        return [other for other in keys if other != key]

    return tuple(
        Entry(
            letter=letter,
            row=row,
            deployment=_deployment(row),
            place=place,
            without=chosen.query(others(row["key"])) if len(keys) > ROWS_MIN else "",
            leading=chosen.query([row["key"], *others(row["key"])])
            if row["key"] != keys[0]
            else "",
        )
        for letter, row, place in zip(_LETTERS, chosen.rows, found, strict=False)
    )


def _pairs(
    entries: Sequence[Entry],
    chosen: Chosen,
    current: CurrentFit,
    rating_difference: RatingDifference,
) -> list[Pair]:
    found = [
        (first, second, rating_difference(first.row, second.row))
        for first, second in combinations(entries, 2)
    ]
    adjusted = _adjusted([item for _, _, item in found if isinstance(item, Difference)])
    return [_pair(first, second, item, adjusted, chosen, current) for first, second, item in found]


def _pair(
    first: Entry,
    second: Entry,
    found: Difference | str,
    adjusted: Mapping[frozenset[str], float],
    chosen: Chosen,
    current: CurrentFit,
) -> Pair:
    one, other = first.row["model"]["slug"], second.row["model"]["slug"]
    told = found if isinstance(found, Difference) else None
    return Pair(
        first=first,
        second=second,
        difference=told,
        p_adjusted=adjusted.get(frozenset((told.first, told.second))) if told else None,
        met=(
            None if one == other else meetings(current.pairs, one, other, chosen.table.info.policy)
        ),
        missing=found
        if isinstance(found, str)
        else ("" if found.p_value is not None else _NO_SPREAD),
    )


def _adjusted(found: Sequence[Difference]) -> dict[frozenset[str], float]:
    """Return Holm's p of every two ratings; deployments that share one make no test."""
    p_values = {
        frozenset((item.first, item.second)): item.p_value
        for item in found
        if item.p_value is not None
    }
    return dict(zip(p_values, holm(list(p_values.values())), strict=True))


def _costs(tenant: Tenant, entries: Sequence[Entry], chosen: Chosen) -> list[MixRow]:
    known = cost_facts.read(tenant=tenant, speeds=benchmarks.queries.measured_speeds(tenant=tenant))
    return [
        MixRow(
            mix=mix,
            is_chosen=mix == chosen.costs.mix,
            costs=tuple(
                _task_cost(
                    known, entry.deployment, replace(chosen.costs, mix=mix), chosen.tasks_a_day
                )
                for entry in entries
            ),
        )
        for mix in mixes().mixes
    ]


def _task_cost(
    known: Mapping[str, CostFacts], slug: str | None, costs: Parameters, tasks_a_day: float | None
) -> TaskCost:
    costs = replace(costs, unit="task")
    cost = cost_cells.task_cost(known, slug, costs)
    value = cost["value"]
    return TaskCost(
        cost=cost,
        electricity=cost_cells.task_electricity(known, slug, costs),
        a_month=(
            None
            if value is None or tasks_a_day is None
            else float(value) * tasks_a_day * DAYS_A_MONTH
        ),
    )
