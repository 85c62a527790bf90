"""Our fits in a process of their own, measured as the peers are; prints JSON.

python -m tests.bench.ours_ratings votes votes.npz      raw votes to ratings and intervals
python -m tests.bench.ours_ratings bootstrap votes.npz  the same, intervals by 100 resamples
python -m tests.bench.ours_ratings style votes.npz      raw votes with features, style control
python -m tests.bench.ours_ratings counts counts.npz    ratings and intervals from kept counts
python -m tests.bench.ours_ratings keep votes.npz counts.npz   only writes the counts

Raw votes are columns of strings in Arrow arrays, the storage that a frame of pandas has.
"""

import json
import sys
from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa

from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import Fit, FitSettings, StyledCounts, fit
from tests.bench import vote_file
from tests.bench.measuring import best_s, peak_memory_mb, timed_s

_COUNTS: Final = ("models", "a", "b", "wins_a", "wins_b", "ties", "both_bad")
_REPEATS: Final = {"votes": 3, "bootstrap": 2, "style": 2, "counts": 25}
_SETTINGS: Final = {
    "bootstrap": FitSettings(interval="bootstrap", bootstrap_samples=100),
    "style": FitSettings(terms=frozenset({"style"})),
}


def _keep(votes: str, path: str) -> None:
    """Write the counts of the votes."""
    counts = PairCounts.from_votes(**vote_file.read(votes).columns())
    np.savez(
        path, allow_pickle=False, **{name: np.array(getattr(counts, name)) for name in _COUNTS}
    )
    json.dump(len(counts.a), sys.stdout)


def _from_counts(path: str) -> Callable[[], Fit]:
    with np.load(path) as arrays:
        models, *columns = (arrays[name] for name in _COUNTS)
    counts = PairCounts(tuple(models.tolist()), *columns)
    return lambda: fit(counts)


def _from_votes(path: str, settings: FitSettings) -> Callable[[], Fit]:
    votes = vote_file.read(path)
    strings = {name: pa.array(column) for name, column in votes.columns().items()}
    if not votes.features.shape[1]:
        return lambda: fit(PairCounts.from_votes(**strings), settings)
    features, names = votes.features, votes.feature_names()
    return lambda: fit(StyledCounts.from_votes(**strings, features=features, names=names), settings)


def main(what: str, path: str) -> None:
    """Measure one kind of fit and print ratings, coefficients, times and peak memory."""
    settings = _SETTINGS.get(what, FitSettings())
    work = _from_counts(path) if what == "counts" else _from_votes(path, settings)
    cold_s, result = timed_s(work)
    json.dump(
        {
            "votes": result.votes,
            "cold_s": cold_s,
            "warm_s": best_s(work, of=_REPEATS[what]),
            "peak_memory_mb": peak_memory_mb(),
            "coefficients": [row.value_logits for row in result.coefficients],
            "ratings": {
                row.model: {"rating": row.rating, "lower": row.lower, "upper": row.upper}
                for row in result.ratings
            },
        },
        sys.stdout,
    )


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        _keep(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
