"""Pure: what a point of quality costs, and where that must not be said."""

from dataclasses import dataclass

from benchmarks.events import Measures


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Quality of one deployment from 0 to 1.

    A score that measures the `format` says that an answer looks like one, not that it is.
    """

    value: float
    measures: Measures


def per_quality(cost: float, score: Score | None) -> float | str:
    """Return cost / score, or the reason why there is none.

    0.0149 a task at a score of 0.99 are 0.0151 a point. A score of nothing has no price, and
    neither has a rubric that only looks at the form of an answer.
    """
    if score is None:
        return "no quality score"
    if score.measures == "format":
        return "the score only tells the form of the answers"
    if score.value <= 0:
        return "the score is nothing"
    return cost / score.value
