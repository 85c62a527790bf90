"""arena-rank on a CSV of votes (model_a, model_b, winner), in its own environment; prints JSON.

Times are for this process: cold from the frame of strings to intervals with JAX still to compile,
warm the same again, and fit alone with its dataset built. Ratings are those of its defaults, and
beside them those of its optimiser run on until it cannot improve: by default it stops early.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from arena_rank.models.bradley_terry import BradleyTerry  # type: ignore[import-not-found]
from arena_rank.utils.data_utils import PairDataset  # type: ignore[import-not-found]

_REPEATS = 3
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


def _timed_ms(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - start), result


def main(path: str) -> None:
    """Fit the votes in the file and print ratings with bounds, times and versions."""
    votes = pd.read_csv(path, keep_default_na=False)
    cold_ms, ratings = _timed_ms(lambda: _fit(PairDataset.from_pandas(votes)))
    warm_ms = min(_timed_ms(lambda: _fit(PairDataset.from_pandas(votes)))[0] for _ in range(2))
    dataset = PairDataset.from_pandas(votes)
    fit_ms = min(_timed_ms(lambda: _fit(dataset))[0] for _ in range(_REPEATS))
    converged = _fit(dataset, ftol=_FTOL_CONVERGED, gtol=_GTOL_CONVERGED)
    for model, row in ratings.items():
        row["rating_converged"] = converged[model]["rating"]
    json.dump(
        {
            "versions": {name: version(name) for name in ("arena-rank", "jax", "numpy", "pandas")},
            "votes": len(votes),
            "cold_ms": cold_ms,
            "warm_ms": warm_ms,
            "fit_ms": fit_ms,
            "ratings": ratings,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
