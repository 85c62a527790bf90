"""The ratings and bootstrap of FastChat's leaderboard, written anew; prints JSON.

python -m tests.bench.peer_fastchat votes.npz resamples [--bincount]

The method, not the package, which is a chat system with its own dependencies. As there: votes
are counted per (left, right, outcome) by sorting rows; scipy's L-BFGS-B on the summed loss (on
the mean loss for resamples) in units of 400 Elo points, at most 100 iterations, gradient 1e-6,
otherwise its defaults, so that it stops early; gradients are added up per model by np.add.at;
multinomial resamples of the counts are each fitted from zero, and bounds are the 2.5 and 97.5 %
quantiles. It spreads resamples over processes; here one process fits them all, as ours does.

With --bincount gradients are added up by np.bincount, which is faster and not what it does.
"""

import argparse
import json
import sys
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from tests.bench import vote_file
from tests.bench.measuring import peak_memory_mb, timed_s

_TWICE_THE_SCORE = {"model_a": 2, "model_b": 0, "tie": 1, "both_bad": 1}
_LOGITS_PER_UNIT = np.log(10)
_MAX_ITERATIONS = 100
_GRADIENT_TOLERANCE = 1e-6
_SIGNS = np.array([1.0, -1.0])

Array = NDArray[np.float64]


class _Buckets(NamedTuple):
    """Votes counted per (left, right, score): sides (n_buckets, 2), the others (n_buckets,)."""

    models: list[str]
    sides: NDArray[np.int32]
    score: Array
    votes: Array


def _counted(votes: pd.DataFrame) -> _Buckets:
    codes, models = pd.factorize(pd.concat([votes["model_a"], votes["model_b"]]))
    rows = np.empty((len(votes), 3), dtype=np.int32)
    rows[:, 0], rows[:, 1] = np.split(codes, 2)
    rows[:, 2] = votes["winner"].map(_TWICE_THE_SCORE)
    unique, count = np.unique(rows, return_counts=True, axis=0)
    return _Buckets(models.tolist(), unique[:, :2], unique[:, 2] / 2, count.astype(float))


def _strengths(buckets: _Buckets, weight: Array, *, bincount: bool) -> Array:
    """Strengths (n_models,) in units of 400 Elo points, where the optimiser stops."""
    n, sides, score = len(buckets.models), buckets.sides, buckets.score

    def summed(slope: Array) -> Array:
        if bincount:
            gains, losses = (np.bincount(sides[:, side], slope, n) for side in (0, 1))
            return np.asarray(gains - losses, dtype=np.float64)
        total = np.zeros(n)
        np.add.at(total, sides, slope[:, np.newaxis] * _SIGNS)
        return total

    def loss_and_gradient(strength: Array) -> tuple[float, Array]:
        of_sides = strength[sides]
        p = expit(_LOGITS_PER_UNIT * (of_sides[:, 0] - of_sides[:, 1]))
        loss = -((np.log(p) * score + np.log(1 - p) * (1 - score)) * weight).sum()
        return float(loss), summed(_LOGITS_PER_UNIT * weight * (p - score))

    found = minimize(
        loss_and_gradient,
        np.zeros(n),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MAX_ITERATIONS, "gtol": _GRADIENT_TOLERANCE},
    )
    return np.asarray(found.x)


def _rated(strengths: Array) -> Array:
    return np.asarray(1000 + 400 * (strengths - strengths.mean(axis=-1, keepdims=True)))


def _bootstrap(buckets: _Buckets, resamples: int, *, bincount: bool) -> Array:
    """Lower and upper bounds (2, n_models) in Elo points."""
    total = buckets.votes.sum()
    random = np.random.default_rng(0)
    drawn = random.multinomial(int(total), buckets.votes / total, size=resamples) / total
    samples = np.stack([_strengths(buckets, weight, bincount=bincount) for weight in drawn])
    return np.asarray(np.quantile(_rated(samples), [0.025, 0.975], axis=0))


def main() -> None:
    """Fit the votes in the file, resample, and print ratings, bounds, times and versions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("resamples", type=int)
    parser.add_argument("--bincount", action="store_true")
    options = parser.parse_args()
    bincount = options.bincount
    votes = pd.DataFrame(vote_file.read(options.path).columns())
    ingest_s, buckets = timed_s(lambda: _counted(votes))
    fit_s, strengths = timed_s(lambda: _strengths(buckets, buckets.votes, bincount=bincount))
    bootstrap_s, bounds = timed_s(lambda: _bootstrap(buckets, options.resamples, bincount=bincount))
    columns: list[Any] = [values.tolist() for values in (_rated(strengths), *bounds)]
    json.dump(
        {
            "versions": {name: version(name) for name in ("scipy", "numpy", "pandas")},
            "votes": len(votes),
            "cold_s": ingest_s + fit_s,
            "resamples": options.resamples,
            "bootstrap_s": bootstrap_s,
            "peak_memory_mb": peak_memory_mb(),
            "ratings": {
                model: {"rating": rating, "lower": lower, "upper": upper}
                for model, rating, lower, upper in zip(buckets.models, *columns, strict=True)
            },
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
