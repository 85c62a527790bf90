"""The scores that one cell of a column of quality rests on."""

from benchmarks.quality import Suite, suites
from benchmarks.queries import ScoreInfo
from leaderboards.columns import Column
from leaderboards.quality import cells
from leaderboards.quality.columns import INDEX, JUDGE, column_key
from leaderboards.quality.facts import Scores
from leaderboards.rows import Row


def score_grounds(
    scores: Scores, row: Row, column: Column, *, quantization: str | None
) -> list[ScoreInfo]:
    """Return the scores behind a cell; none where its column is not made of scores."""
    model = row["model"]["slug"]

    def about(suite: Suite) -> list[ScoreInfo]:
        return scores.about(
            model=model,
            deployment=row["key"].partition("deployment:")[2] or None,
            quantization=quantization,
            suite=suite.slug,
        )

    if column.key == INDEX:
        own = [score for corpus in suites().corpora for score in about(corpus)]
        among = cells.group_of(own, scores.of_weights.get(model, ()), suites().corpora)
        return among[1] if among else []
    suite = suite_of(column)
    found = about(suite) if suite else []
    return cells.compared(found) if found else []


def suite_of(column: Column) -> Suite | None:
    """Return the suite whose scores a column shows; None for any other column."""
    if column.key == JUDGE:
        return suites().by_slug[suites().judge]
    return {column_key(suite): suite for suite in suites().with_column}.get(column.key)
