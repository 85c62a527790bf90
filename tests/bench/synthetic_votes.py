"""Simulated votes of which the truth is known: uneven sampling, a third of ties."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.bench.vote_file import Votes, plain

STRENGTH_SD_ELO: Final = 104.0
COEFFICIENTS: Final = (0.25, 0.03, 0.02, 0.02)
"""Of one standard deviation of style difference, in logits; as large as arenas publish them."""
_LOGITS_PER_ELO: Final = float(np.log(10)) / 400
_TIES: Final = 0.92
"""Of the chance of the weaker side; makes a third of all votes ties."""
_BOTH_BAD_AMONG_TIES: Final = 0.4


def synthetic(*, votes: int, models: int, seed: int) -> Votes:
    """`votes` between `models` whose strengths are normal with sd 104 Elo points.

    A model is drawn with a log-normal weight, so that the busiest has some hundred times the
    votes of the rarest, as in a real arena.
    """
    random = np.random.default_rng(seed)
    a, b, strength = _pairs(random, votes, models)
    names = [f"model-{number:03}" for number in range(models)]
    return plain(names, a, b, _winners(random, strength[a] - strength[b]))


def styled(*, votes: int, models: int, seed: int) -> Votes:
    """The same with four style differences, (left - right) / (left + right + 1) of counts.

    The differences have mean 0 to rounding, so that a library which subtracts the mean before it
    scales and one which only scales fit the same model.
    """
    random = np.random.default_rng(seed)
    a, b, strength = _pairs(random, votes, models)
    sides = random.negative_binomial(1.5, (0.005, 0.2, 0.1, 0.15), size=(2, votes, 4))
    features = (sides[0] - sides[1]) / (sides[0] + sides[1] + 1)
    features -= features.mean(axis=0)
    shift = (features / features.std(axis=0)) @ np.array(COEFFICIENTS)
    winner = _winners(random, strength[a] - strength[b] + shift)
    names = [f"model-{number:03}" for number in range(models)]
    return Votes(tuple(names), a, b, winner, features)


def _pairs(
    random: np.random.Generator, votes: int, models: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Left and right model of each vote, and the strength of each model in logits."""
    strength = random.normal(0, STRENGTH_SD_ELO * _LOGITS_PER_ELO, models)
    weight = random.lognormal(0, 0.8, models)
    drawn = random.choice(models, size=(2, votes), p=weight / weight.sum()).astype(np.int32)
    # A model drawn against itself meets any other one instead, each as likely.
    other = (drawn[0] + random.integers(1, models, votes, dtype=np.int32)) % models
    return drawn[0], np.where(drawn[0] == drawn[1], other, drawn[1]), strength


def _winners(random: np.random.Generator, logits: NDArray[np.float64]) -> NDArray[np.int8]:
    """An outcome for each difference; ties take as much from either side, so scores stay true."""
    p = 1 / (1 + np.exp(-logits))
    tie = _TIES * np.minimum(p, 1 - p)
    drawn = random.random(len(p))
    both_bad = random.random(len(p)) < _BOTH_BAD_AMONG_TIES
    decided = np.where(drawn < p - tie / 2, 0, 1)
    tied = (drawn >= p - tie / 2) & (drawn < p + tie / 2)
    return np.where(tied, np.where(both_bad, 3, 2), decided).astype(np.int8)
