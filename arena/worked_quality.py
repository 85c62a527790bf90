"""Scores, preferences and perplexities of an example, by the code that fills the boards."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from leaderboards.cost.quality import Score, per_quality
from leaderboards.quality.figures import (
    Preferences,
    Share,
    perplexity_index,
    points,
    preferred,
    solved,
)

SOLVED: Final = ((9_012, 12_032), (150, 200), (20, 50), (17, 50))
"""Tasks solved, of how many."""
REPEATS: Final = ((140, 200), (150, 200), (154, 200))
JUDGED: Final = (8.1, 10.0, 0.1, 160)
"""Mean points, the most there are, their standard error, answers."""
PREFERENCES: Final = (Preferences(wins=3, ties=1), Preferences(wins=3, ties=1, losses=1))
PERPLEXITIES: Final = {"F16": 7.3009, "Q8": 7.3050, "Q4": 7.3998}
COST: Final = 0.0075


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedQuality:
    """All figures of the example; shares from 0 to 1."""

    suites: tuple[tuple[int, int, Share], ...]
    repeats: Share
    judged: Share
    preferences: tuple[tuple[Preferences, Share | None], ...]
    indices: tuple[tuple[str, float, float | str], ...]
    alone: float | str
    cost: float
    per_point: float | str
    refused: float | str


@cache
def worked_quality() -> WorkedQuality:
    """Return the example."""
    value, out_of, error, answers = JUDGED
    group = list(PERPLEXITIES.values())
    return WorkedQuality(
        suites=tuple((done, of, solved([(done, of)])) for done, of in SOLVED),
        repeats=solved(REPEATS),
        judged=points(value, out_of=out_of, error=error, answers=answers),
        preferences=tuple((found, preferred(found)) for found in PREFERENCES),
        indices=tuple(
            (name, found, perplexity_index(found, group)) for name, found in PERPLEXITIES.items()
        ),
        alone=perplexity_index(group[0], group[:1]),
        cost=COST,
        per_point=per_quality(COST, Score(value=0.75, measures="reference")),
        refused=per_quality(COST, Score(value=0.75, measures="format")),
    )
