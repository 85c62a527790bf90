"""Two builds of one model against one opponent, told apart by the code that rates the boards."""

from functools import cache
from typing import Final

import numpy as np

from leaderboards.build_scores import Build, BuildVotes
from leaderboards.builds import BuildTest, tell_apart
from leaderboards.fit_settings import FitSettings
from leaderboards.ratings import PairCounts, fit

_MODEL: Final = "M"
_OPPONENT: Final = "A"
BUILD_VOTES: Final = {"Q8": (60, 40), "Q4": (40, 60)}
"""Votes that each build won and lost against the opponent."""


@cache
def worked_builds() -> BuildTest:
    """Return what the votes tell: of the model they say that it stands where its opponent does."""
    won, lost = (sum(votes) for votes in zip(*BUILD_VOTES.values(), strict=True))
    none = np.zeros(1, dtype=np.int64)
    counts = PairCounts(
        models=(_OPPONENT, _MODEL),
        a=np.array([1]),
        b=np.array([0]),
        wins_a=np.array([won]),
        wins_b=np.array([lost]),
        ties=none,
        both_bad=none,
    )
    votes = [
        BuildVotes(Build(_MODEL, quantization), Build(_OPPONENT, None), *record, 0, 0)
        for quantization, record in BUILD_VOTES.items()
    ]
    settings = FitSettings()
    found = tell_apart(fit(counts, settings), counts, votes, settings=settings, listed_from=1)
    return found.tests[_MODEL]
