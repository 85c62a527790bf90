"""The columns of every board that say how good answers are."""

from collections.abc import Callable
from typing import Final

from benchmarks.quality import Suite, suites
from benchmarks.queries import ScoreInfo
from leaderboards.cells import Cell
from leaderboards.column import CellOf, Column
from leaderboards.cost import cells as cost_cells
from leaderboards.cost.parameters import defaults
from leaderboards.quality import cells
from leaderboards.quality.figures import Preferences
from leaderboards.sources import Sources, Subject

HUMAN: Final = "human_preference"
JUDGE: Final = "judge_score"
INDEX: Final = "perplexity_index"
QUALITY_COST: Final = "quality_cost"


def column_key(suite: Suite) -> str:
    """Return the key of a suite's column."""
    return f"score_{suite.slug.replace('-', '_')}"


def found(sources: Sources, subject: Subject, suite: Suite) -> list[ScoreInfo]:
    """Return the scores of one row on one suite."""
    place = sources.deployments.get(subject.deployment or "")
    return sources.scores.about(
        model=subject.model,
        deployment=subject.deployment,
        quantization=place.quantization if place else None,
        suite=suite.slug,
    )


def _scores_on(suite: Suite) -> Callable[[Sources], CellOf]:
    def cells_of(sources: Sources) -> CellOf:
        return lambda subject: cells.scored(found(sources, subject, suite), suite)

    return cells_of


def _human(sources: Sources) -> CellOf:
    return lambda subject: cells.human(
        sources.preferences.get(subject.model, Preferences()),
        as_of=sources.last_vote_at.get(subject.model),
    )


def _perplexities(sources: Sources) -> CellOf:
    corpora = suites().corpora

    def cell(subject: Subject) -> Cell:
        own = [score for corpus in corpora for score in found(sources, subject, corpus)]
        return cells.perplexity(own, sources.scores.of_weights.get(subject.model, ()), corpora)

    return cell


def _cost_of_a_point(sources: Sources) -> CellOf:
    chosen = defaults()
    suite = suites().by_slug[chosen.suite]

    def cell(subject: Subject) -> Cell:
        cost = cost_cells.task_cost(sources.costs, subject.deployment, chosen)
        score = cells.scored(found(sources, subject, suite), suite)
        return cells.cost_of_a_point(cost, score, suite=suite)

    return cell


def _column_of(suite: Suite) -> Column:
    return Column(
        key=column_key(suite),
        title=suite.name,
        unit=cells.PERCENT,
        better="higher",
        dimension="quality",
        help=f"Score on {suite.name}: {suite.about}. Share of its tasks with 95 % Wilson interval, "
        f"measured with known tools and imported; measures: {suite.measures}.",
        digits=1,
        cells=_scores_on(suite),
        is_default=False,
    )


QUALITY_COLUMNS: Final[tuple[Column, ...]] = (
    *(_column_of(suite) for suite in suites().with_column),
    Column(
        key=JUDGE,
        title="Judge",
        unit=cells.PERCENT,
        better="higher",
        dimension="quality",
        help=f"Points of a judge on {suites().by_slug[suites().judge].name} as a share of the most "
        "there are; the note names the judge. Empty until one has scored.",
        digits=1,
        cells=_scores_on(suites().by_slug[suites().judge]),
        is_default=False,
    ),
    Column(
        key=HUMAN,
        title="Preferred",
        unit=cells.PERCENT,
        better="higher",
        dimension="quality",
        help="Share of the preferences in the votes of this board that the model has won, ties as "
        "half, 95 % Wilson interval; both bad is no preference. Empty below 5. Whom it met "
        "decides, too: the rating accounts for that.",
        digits=1,
        cells=_human,
        is_default=False,
    ),
    Column(
        key=INDEX,
        title="Perplexity index",
        unit=cells.INDEX,
        better="higher",
        dimension="quality",
        help="Where the perplexity lies among those of the same model on the same text, 1 for the "
        "lowest and 0 for the highest. Never compares between models.",
        digits=2,
        cells=_perplexities,
        is_default=False,
    ),
    Column(
        key=QUALITY_COST,
        title="Cost a point",
        unit="USD/point",
        better="lower",
        dimension="cost",
        help="What a task of the chosen mix costs for each point of a score from 0 to 1 on the "
        "chosen suite. Not for suites that only look at the form of answers.",
        digits=5,
        cells=_cost_of_a_point,
        is_default=False,
    ),
)
