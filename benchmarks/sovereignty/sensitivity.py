"""How much an order depends on the weights: the same facts under many other weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from benchmarks.sovereignty.catalogue import TOTAL_WEIGHT
from benchmarks.sovereignty.score import Assessment

DRAWS: Final = 10_000
SPREAD: Final = 0.5
"""Each weight is drawn evenly from its own value, less and plus this share of it."""
SEED: Final = 20_261_126
_TIE: Final = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
    """Two deployments whose order the weights decide."""

    ahead: str
    behind: str
    lead: float
    """Points of the score, at the weights of the profile."""
    flipped_percent: float
    """Share of the draws in which `behind` has the higher score."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensitivity:
    """What all draws say; pairs that are level at the weights of the profile are not compared."""

    compared: int
    level: int
    flips: tuple[Flip, ...]
    """The pairs that flip at least once, most often first."""


def sensitivity(assessments: Mapping[str, Assessment], *, draws: int = DRAWS) -> Sensitivity:
    """Return which pairs change their order when every weight is drawn anew.

    Weights are scaled back to sum 100 in each draw; what is unknown counts nothing, as in the
    score. The seed is fixed: the same assessments always give the same result.
    """
    names = sorted(assessments, key=lambda name: (-assessments[name].low, name))
    if len(names) < 2:
        return Sensitivity(compared=0, level=0, flips=())
    scores = _scores([assessments[name] for name in names], draws)
    flips, level = [], 0
    for ahead, behind in combinations(range(len(names)), 2):
        lead = assessments[names[ahead]].low - assessments[names[behind]].low
        if lead < _TIE:
            level += 1
            continue
        count = int(np.count_nonzero(scores[behind] > scores[ahead] + _TIE))
        if count:
            flips.append(
                Flip(
                    ahead=names[ahead],
                    behind=names[behind],
                    lead=lead,
                    flipped_percent=100 * count / draws,
                )
            )
    pairs = len(names) * (len(names) - 1) // 2
    flips.sort(key=lambda flip: (-flip.flipped_percent, flip.ahead, flip.behind))
    return Sensitivity(compared=pairs - level, level=level, flips=tuple(flips))


def _scores(assessments: list[Assessment], draws: int) -> np.ndarray:
    """Return the score of each assessment in each draw."""
    shares = np.array(
        [[(part.points or 0) / part.criterion.full for part in one.parts] for one in assessments]
    )
    weights = np.array([part.weight for part in assessments[0].parts])
    factors = np.random.default_rng(SEED).uniform(1 - SPREAD, 1 + SPREAD, (draws, len(weights)))
    drawn = factors * weights
    drawn *= TOTAL_WEIGHT / drawn.sum(axis=1, keepdims=True)
    scores: np.ndarray = shares @ drawn.T
    return scores
