"""scikit-learn's logistic regression on a file of votes, in its own environment; prints JSON.

python -m tests.bench.peer_sklearn votes.npz [--converged]

One sparse row per vote, +1 for the left and -1 for the right model; a tie is two rows of weight
one half, won by either side. No intercept, no penalty, its L-BFGS with tolerance 1e-6 (its default
of 1e-4 stops up to 100 Elo points away), or with --converged one far beyond that. Features of
the votes, where there are any, are further columns in units of standard deviations.
"""

import argparse
import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]

from tests.bench import vote_file
from tests.bench.measuring import peak_memory_mb, timed_s

_ELO_PER_LOGIT = 400 / np.log(10)
_TOLERANCE = 1e-6
_TOLERANCE_CONVERGED = 1e-9


def _fit(
    votes: pd.DataFrame, features: NDArray[np.float64], tolerance: float
) -> tuple[dict[str, float], list[float]]:
    codes, models = pd.factorize(pd.concat([votes["model_a"], votes["model_b"]]), sort=True)
    n = len(votes)
    rows = np.tile(np.arange(n), 2)
    sides = np.repeat([1.0, -1.0], n)
    design = sparse.csr_array((sides, (rows, codes)), shape=(n, len(models)))
    if features.shape[1]:
        scaled = (features - features.mean(axis=0)) / features.std(axis=0)
        design = sparse.csr_array(sparse.hstack([design, sparse.csr_array(scaled)]))
    tied = np.flatnonzero(~votes["winner"].isin(["model_a", "model_b"]).to_numpy())
    a_won = (votes["winner"] == "model_a").to_numpy()
    weight = np.ones(n)
    weight[tied] = 0.5
    model = LogisticRegression(fit_intercept=False, C=np.inf, tol=tolerance, max_iter=10_000)
    model.fit(
        sparse.vstack([design, design[tied]]),
        np.concatenate([a_won, np.ones(len(tied), dtype=bool)]),
        sample_weight=np.concatenate([weight, weight[tied]]),
    )
    theta, coefficients = np.split(model.coef_[0], [len(models)])
    ratings = 1000 + _ELO_PER_LOGIT * (theta - theta.mean())
    return dict(zip(models.tolist(), ratings.tolist(), strict=True)), coefficients.tolist()


def main() -> None:
    """Fit the votes in the file and print ratings, coefficients, time and versions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--converged", action="store_true")
    options = parser.parse_args()
    votes = vote_file.read(options.path)
    frame = pd.DataFrame(votes.columns())
    tolerance = _TOLERANCE_CONVERGED if options.converged else _TOLERANCE
    seconds, (ratings, coefficients) = timed_s(lambda: _fit(frame, votes.features, tolerance))
    json.dump(
        {
            "versions": {name: version(name) for name in ("scikit-learn", "scipy", "numpy")},
            "votes": len(frame),
            "cold_s": seconds,
            "peak_memory_mb": peak_memory_mb(),
            "coefficients": coefficients,
            "ratings": {model: {"rating": rating} for model, rating in ratings.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
