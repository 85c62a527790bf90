"""arena-rank on a file of votes, in its own environment; prints JSON.

python -m tests.bench.peer_arena_rank votes.npz [--reweighted] [--converged] [--repeats 2]

Times are for this process: cold from the frame of strings to intervals with JAX still to compile,
warm the same again, and fit alone with its dataset built. Ratings are those of its defaults, and
with --converged also those of its optimiser run on until it cannot improve: it stops early.
"""

import argparse
import json
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from arena_rank.models.bradley_terry import BradleyTerry  # type: ignore[import-not-found]
from arena_rank.utils.data_utils import PairDataset  # type: ignore[import-not-found]

from tests.bench import vote_file
from tests.bench.measuring import best_s, peak_memory_mb, timed_s

_FTOL_CONVERGED = 1e-15
_GTOL_CONVERGED = 1e-12


def _fit(dataset: Any, **options: float) -> dict[str, dict[str, float]]:
    model = BradleyTerry(n_competitors=dataset.n_competitors, **options)
    result = model.compute_ratings_and_cis(dataset)
    # JAX computes behind the caller's back; an array of numpy is there when it is returned.
    columns = (np.asarray(result[key]) for key in ("ratings", "rating_lower", "rating_upper"))
    return {
        name: {"rating": rating, "lower": lower, "upper": upper}
        for name, rating, lower, upper in zip(
            result["competitors"], *(column.tolist() for column in columns), strict=True
        )
    }


def main() -> None:
    """Fit the votes in the file and print ratings with bounds, times and versions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--reweighted", action="store_true")
    parser.add_argument("--converged", action="store_true")
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    votes = pd.DataFrame(vote_file.read(options.path).columns())

    def from_votes() -> dict[str, dict[str, float]]:
        return _fit(PairDataset.from_pandas(votes, reweighted=options.reweighted))

    cold_s, ratings = timed_s(from_votes)
    warm_s = best_s(from_votes, of=options.repeats)
    peak_mb = peak_memory_mb()
    dataset = PairDataset.from_pandas(votes, reweighted=options.reweighted)
    fit_s = best_s(lambda: _fit(dataset), of=options.repeats)
    if options.converged:
        converged = _fit(dataset, ftol=_FTOL_CONVERGED, gtol=_GTOL_CONVERGED)
        for model, row in ratings.items():
            row["rating_converged"] = converged[model]["rating"]
    json.dump(
        {
            "versions": {name: version(name) for name in ("arena-rank", "jax", "numpy", "pandas")},
            "votes": len(votes),
            "cold_s": cold_s,
            "warm_s": warm_s,
            "fit_s": fit_s,
            "peak_memory_mb": peak_mb,
            "ratings": ratings,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
