"""What one cell of a board rests on: votes, runs, single events, records and their arithmetic."""

from dataclasses import dataclass, replace
from typing import Literal

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.quality import suites
from benchmarks.queries import ScoreInfo
from benchmarks.queries.sovereignty import FactInfo
from benchmarks.sovereignty import criteria
from leaderboards import history
from leaderboards.builds import BuildTest
from leaderboards.cells import Cell, has_result
from leaderboards.columns import Column
from leaderboards.cost import facts as cost_facts
from leaderboards.cost import steps
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.mixes import mixes
from leaderboards.cost.parameters import Parameters
from leaderboards.cost.steps import NamedInput, Step
from leaderboards.quality import facts as quality_facts
from leaderboards.quality.columns import QUALITY_COST, column_key
from leaderboards.quality.grounds import score_grounds
from leaderboards.rated_rows import RATING
from leaderboards.rows import Row
from leaderboards.shown_board import ShownBoard
from leaderboards.speed.headline import HEADLINE_COLUMN
from leaderboards.speed.measured import FromPoints, RunFigure
from voting.queries import PairRow

Kind = Literal["votes", "runs", "claim", "prices", "facts", "tasks", "nothing"]
_OF_VOTES = ("elo", "quality", None)
"""The dimensions whose measured figures are made of votes."""
_DEPLOYMENT = "deployment:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """How a figure is made, and in which version."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """What a cell rests on; what does not apply to its kind is empty."""

    kind: Kind
    positions: tuple[int, ...] = ()
    """Of the single events that state it or what it was reckoned from."""
    runs: tuple[RunFigure, ...] = ()
    """Newest first."""
    scores: tuple[ScoreInfo, ...] = ()
    """On the suite of the column, in the order of the log."""
    inputs: tuple[NamedInput, ...] = ()
    steps: tuple[Step, ...] = ()
    facts: tuple[FactInfo, ...] = ()
    pairs: tuple[PairRow, ...] = ()
    """The counts that the model's votes were folded into, one row an ordered pair."""
    builds: BuildTest | None = None
    """Of a rating: what the votes tell of the builds of the model."""

    @property
    def pair_votes(self) -> int:
        """Return the votes in all pairs."""
        return sum(pair.wins_a + pair.wins_b + pair.ties + pair.both_bad for pair in self.pairs)


def grounds_of(*, tenant: Tenant, shown: ShownBoard, row: Row, column: Column) -> Grounds:
    """Return what a cell of the board shown rests on, as of the moment of that board."""
    cell = row["cells"][column.key]
    slug = row["key"].removeprefix(_DEPLOYMENT) if row["key"].startswith(_DEPLOYMENT) else ""
    kind = _kind(cell, column)
    if kind == "claim":
        return Grounds(kind=kind, positions=tuple(filter(None, (cell["position"],))))
    if kind == "runs":
        return Grounds(kind=kind, runs=_runs(tenant, shown, slug, column))
    if kind == "prices":
        return _of_prices(tenant, shown, row, column)
    if kind == "facts":
        return _of_facts(_facts(tenant, shown, slug))
    if kind == "tasks":
        return _of_scores(_scores(tenant, shown, row, column))
    if kind != "votes":
        return Grounds(kind=kind)
    model = row["model"]["slug"]
    builds = _build_test(tenant, shown, model) if column.key == RATING else None
    return Grounds(kind=kind, pairs=_pairs(tenant, shown, model), builds=builds)


def formula_of(grounds: Grounds, shown: ShownBoard) -> Formula | None:
    """Return the formula of a figure; None where it is stated as it is or not there."""
    match grounds.kind:
        case "votes":
            return Formula(
                name="Bradley-Terry fit of the votes", version=shown.table.formula_version
            )
        case "runs":
            return Formula(
                name="median over the published runs that count",
                version=", ".join(sorted({run.metrics_version for run in grounds.runs})),
            )
        case "prices":
            return Formula(
                name=f"tokens of the task {shown.costs.mix.key} times what they cost",
                version=f"mixes {mixes().version}",
            )
        case "tasks":
            return Formula(
                name="scores of the newest variant on the suite",
                version=f"suites {suites().version}",
            )
        case "facts":
            return Formula(
                name=f"weighted points of the criteria, profile {shown.profile.slug}",
                version=f"criteria {criteria().version}",
            )
    return None


def _kind(cell: Cell, column: Column) -> Kind:
    # A score too names its event where it rests on one, and is computed all the same.
    if cell["position"] is not None and cell["counted"] != "tasks":
        return "claim"
    if cell["counted"] == "votes":
        is_of_votes = column.dimension in _OF_VOTES and cell["kind"] == "measured"
        return "votes" if is_of_votes else "nothing"
    return cell["counted"] if has_result(cell) else "nothing"


def _build_test(tenant: Tenant, shown: ShownBoard, model: str) -> BuildTest | None:
    if shown.then:
        return shown.then.sources.board_fit.builds.tests.get(model)
    return history.build_test(tenant=tenant, board=shown.table.info.slug, model=model)


def _pairs(tenant: Tenant, shown: ShownBoard, model: str) -> tuple[PairRow, ...]:
    rows = (
        shown.then.sources.pairs
        if shown.then
        else voting.queries.pair_counts(tenant=tenant, board=shown.table.info.slug).rows
    )
    return tuple(row for row in rows if model in (row.model_a, row.model_b))


def _runs(tenant: Tenant, shown: ShownBoard, slug: str, column: Column) -> tuple[RunFigure, ...]:
    if isinstance(column.cells, FromPoints):
        points = (
            shown.then.sources.points
            if shown.then
            else benchmarks.queries.measured_points(tenant=tenant, readings=[column.cells.reading])
        )
        return column.cells.figures(points.get(slug, ()))
    speeds = (
        shown.then.sources.speeds
        if shown.then
        else benchmarks.queries.measured_speeds(tenant=tenant)
    )
    run_ids = speeds[slug].run_ids if slug in speeds else ()
    return tuple(
        RunFigure(
            run_id=run.run_id,
            words=f"{run.tokens_per_second:,.1f} tok/s",
            metrics_version=run.metrics_version,
        )
        for run in benchmarks.queries.run_speeds(tenant=tenant, run_ids=run_ids)
    )


def _scores(tenant: Tenant, shown: ShownBoard, row: Row, column: Column) -> list[ScoreInfo]:
    slug = row["key"].partition(_DEPLOYMENT)[2]
    if shown.then:
        known, place = shown.then.sources.scores, shown.then.sources.deployments.get(slug)
    else:
        known = quality_facts.of_records(benchmarks.queries.scores(tenant=tenant))
        place = benchmarks.queries.deployment(tenant=tenant, slug=slug) if slug else None
    return score_grounds(known, row, column, quantization=place.quantization if place else None)


def _of_scores(found: list[ScoreInfo]) -> Grounds:
    ordered = sorted(found, key=lambda score: score.stated_position)
    return Grounds(
        kind="tasks",
        positions=tuple(score.stated_position for score in ordered),
        scores=tuple(ordered),
    )


def _of_prices(tenant: Tenant, shown: ShownBoard, row: Row, column: Column) -> Grounds:
    slug = row["key"].partition(_DEPLOYMENT)[2]
    if column.key != QUALITY_COST:
        return _of_costs(tenant, shown, slug, column.key, shown.costs)
    # Of one task, whatever the unit: points are not earned by the month.
    a_task = replace(shown.costs, unit="task")
    costs = _of_costs(tenant, shown, slug, steps.TASK_COST, a_task)
    return _of_a_point(tenant, shown, row, costs)


def _of_costs(
    tenant: Tenant, shown: ShownBoard, slug: str, column: str, chosen: Parameters
) -> Grounds:
    found = _costs(tenant, shown).get(slug)
    if found is None:
        return Grounds(kind="nothing")
    inputs = tuple(steps.inputs_of(found))
    positions = {one.figure.position for one in inputs if one.figure.position is not None}
    is_measured = any(one.figure.runs for one in inputs)
    return Grounds(
        kind="prices",
        positions=tuple(sorted(positions)),
        runs=_runs(tenant, shown, slug, HEADLINE_COLUMN) if is_measured else (),
        inputs=inputs,
        steps=tuple(steps.steps_of(found, column, chosen)),
    )


def _of_a_point(tenant: Tenant, shown: ShownBoard, row: Row, costs: Grounds) -> Grounds:
    """Return what a point of quality costs: the cost of the task, then its share of the score."""
    suite = suites().by_slug[shown.costs.suite]
    column = next(one for one in shown.all_columns if one.key == column_key(suite))
    scores = _of_scores(_scores(tenant, shown, row, column))
    score, cost = row["cells"][column.key]["value"], row["cells"][QUALITY_COST]
    last = costs.steps[-1] if costs.steps else None
    if score is None or cost["value"] is None or last is None:
        return costs
    step = Step(
        what="a point",
        how=f"task / {score / 100:g} on {suite.name}",
        result=last.result / (score / 100),
        unit=cost["unit"],
    )
    positions = tuple(sorted({*costs.positions, *scores.positions}))
    return replace(costs, positions=positions, scores=scores.scores, steps=(*costs.steps, step))


def _costs(tenant: Tenant, shown: ShownBoard) -> dict[str, CostFacts]:
    if shown.then:
        return dict(shown.then.sources.costs)
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    return cost_facts.read(tenant=tenant, speeds=speeds)


def _facts(tenant: Tenant, shown: ShownBoard, slug: str) -> list[FactInfo]:
    known = (
        shown.then.catalogue.facts
        if shown.then
        else benchmarks.queries.sovereignty.facts(tenant=tenant, deployment=slug)
    )
    found = benchmarks.queries.sovereignty.in_force(known).get(slug, {})
    return [found[criterion] for criterion in sorted(found)]


def _of_facts(found: list[FactInfo]) -> Grounds:
    positions = {fact.submitted_position for fact in found}
    positions |= {fact.reviewed_position for fact in found if fact.reviewed_position is not None}
    return Grounds(kind="facts", positions=tuple(sorted(positions)), facts=tuple(found))
