"""What the calculator answers: one value for the page and the API alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import queries, sources
from leaderboards.calculator import inputs, machine
from leaderboards.calculator.advice import Advice, advice
from leaderboards.calculator.curve import BreakEven, break_even
from leaderboards.calculator.inputs import Wish
from leaderboards.calculator.machine import Figure, OwnCost
from leaderboards.calculator.shortlist import Candidate, Shortlist, shortlist
from leaderboards.cells import Cell, of_model
from leaderboards.cost import cells, facts
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.mixes import Mix, mixes
from leaderboards.rows import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One task of a mix on the deployment that was asked about."""

    mix: Mix
    cost: Cell
    electricity: Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The workload, the reader's machine, the shortlist, and where buying costs as much."""

    wish: Wish
    boards: tuple[str, ...]
    figures: tuple[Figure, ...]
    mine: OwnCost | None
    missing: str
    """Why `mine` is None."""
    shortlist: Shortlist
    against: Candidate | None
    """What the curve compares with: the price offered, else the cheapest tokens of the list."""
    curve: BreakEven | None
    advice: Advice | None
    """Which way the costs point."""
    facts: Mapping[str, CostFacts]
    """What is on record of every deployment, by slug."""
    asked: CostFacts | None
    """What is on record of the deployment that was asked about."""
    tasks: tuple[Task, ...]


def answer(*, tenant: Tenant, query: Mapping[str, str]) -> Answer:
    """Answer a URL; raise BadParameter (leaderboards.cost.reading) naming what is allowed."""
    known = facts.read(tenant=tenant, speeds=benchmarks.queries.measured_speeds(tenant=tenant))
    boards = tuple(board.slug for board in voting.queries.boards(tenant=tenant))
    wish = inputs.read(query, boards=boards, deployments=known)
    asked = known.get(wish.deployment or "")
    figures = machine.figures(wish, asked)
    cost = machine.cost(wish, figures, stated_months=asked.months if asked else None)
    mine = None if isinstance(cost, str) else cost
    rated = _rated_rows(tenant, wish.board)
    found = shortlist(
        wish,
        facts=known,
        models={model.slug: model for model in benchmarks.queries.models(tenant=tenant)},
        ratings={row["model"]["slug"]: of_model(row["cells"]["rating"]) for row in rated},
        own_ratings={row["key"]: row["cells"]["rating"] for row in rated},
        assessments=benchmarks.queries.sovereignty.assessments(
            tenant=tenant, profile=wish.sovereign.profile, on=sources.today()
        ),
        mine=mine,
    )
    against = _against(found)
    return Answer(
        wish=wish,
        boards=boards,
        figures=figures,
        mine=mine,
        missing=cost if isinstance(cost, str) else "",
        shortlist=found,
        against=against,
        curve=_curve(wish, mine, against),
        advice=advice(wish, mine, against.a_month if against else None),
        facts=known,
        asked=asked,
        tasks=tuple(tasks(known, wish, wish.deployment)) if asked else (),
    )


def _rated_rows(tenant: Tenant, board: str | None) -> list[Row]:
    """Return the rows that the votes of the board rate."""
    if board is None:
        return []
    found = queries.board_table(tenant=tenant, board=board).rows
    return [row for row in found if row["section"] in ("rated", "preliminary")]


def _against(found: Shortlist) -> Candidate | None:
    offered = (item for item in found.candidates if item.deployment is None)
    return next(offered, found.cheapest_hosted)


def _curve(wish: Wish, mine: OwnCost | None, against: Candidate | None) -> BreakEven | None:
    if mine is None or against is None or against.per_million is None:
        return None
    even = against.against_mine
    return break_even(
        mine,
        hosted_per_million=against.per_million,
        millions=wish.work.output_millions_a_month,
        even_at=even.break_even_millions if even else None,
    )


def tasks(known: Mapping[str, CostFacts], wish: Wish, deployment: str | None) -> list[Task]:
    """Return what one task of each mix costs on a deployment, with the reader's parameters."""
    found = []
    for mix in mixes().mixes:
        chosen = replace(wish.costs, mix=mix)
        found.append(
            Task(
                mix=mix,
                cost=cells.task_cost(known, deployment, chosen),
                electricity=cells.task_electricity(known, deployment, chosen),
            )
        )
    return found
