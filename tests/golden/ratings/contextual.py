"""Simulated games with ten features, of the sizes and the seed of arena-rank's own test."""

from typing import Final

import numpy as np

from tests.bench.vote_file import Votes

_SEED: Final = 67
_PLAYERS: Final = 100
_GAMES: Final = 10_000
_FEATURES: Final = 10


def games() -> Votes:
    """10,000 games without ties between 100 players; features have mean 0 and sd 1."""
    # The old generator, because its stream never changes.
    random = np.random.RandomState(_SEED)
    strength = random.randn(_PLAYERS)
    a = random.randint(0, _PLAYERS, _GAMES)
    b = (a + random.randint(1, _PLAYERS, _GAMES)) % _PLAYERS
    coefficients = random.randn(_FEATURES)
    features = random.randn(_GAMES, _FEATURES)
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    logits = strength[a] - strength[b] + features @ coefficients
    b_won = random.uniform(size=_GAMES) >= 1 / (1 + np.exp(-logits))
    players = tuple(f"player {number:02}" for number in range(_PLAYERS))
    return Votes(players, a.astype(np.int32), b.astype(np.int32), b_won.astype(np.int8), features)
