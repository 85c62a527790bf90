"""arena-rank's contextual fit of votes with features, in its own environment; prints JSON.

python -m tests.bench.peer_arena_rank_style votes.npz [--reweighted]

Times are those of its defaults, which shrink the coefficients: reg 1 on a mean loss. Ratings and
coefficients (logits per standard deviation) come from reg 0, its optimiser run on to the end and
its ridge on the Hessian next to nothing, so that nothing but the likelihood is left.
"""

import argparse
import json
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from arena_rank.models.contextual_bradley_terry import (  # type: ignore[import-not-found]
    ContextualBradleyTerry,
)
from arena_rank.utils.data_utils import (  # type: ignore[import-not-found]
    ContextualPairDataset,
)

from tests.bench import vote_file
from tests.bench.measuring import best_s, peak_memory_mb, timed_s


def _fit(dataset: Any, **options: float) -> dict[str, Any]:
    model = ContextualBradleyTerry(dataset.n_competitors, dataset.n_features, **options)
    result = model.compute_ratings_and_cis(dataset)
    keys = ("ratings", "rating_lower", "rating_upper", "coeffs")
    return {"competitors": result["competitors"]} | {key: np.asarray(result[key]) for key in keys}


def main() -> None:
    """Fit the votes in the file and print ratings, coefficients, times and versions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--reweighted", action="store_true")
    options = parser.parse_args()
    votes = vote_file.read(options.path)
    names = votes.feature_names()
    frame = pd.DataFrame(votes.columns())
    frame[names] = votes.features

    def dataset() -> Any:
        return ContextualPairDataset.from_pandas(frame, names, reweighted=options.reweighted)

    cold_s, shrunk = timed_s(lambda: _fit(dataset()))
    warm_s = best_s(lambda: _fit(dataset()), of=2)
    peak_mb = peak_memory_mb()
    free = _fit(dataset(), reg=0.0, hessian_reg=1e-9, ftol=1e-15, gtol=1e-12)
    columns = (free[key].tolist() for key in ("ratings", "rating_lower", "rating_upper"))
    json.dump(
        {
            "versions": {name: version(name) for name in ("arena-rank", "jax", "numpy", "pandas")},
            "votes": len(frame),
            "cold_s": cold_s,
            "warm_s": warm_s,
            "peak_memory_mb": peak_mb,
            "coefficients": free["coeffs"].tolist(),
            "shrunk_coefficients": shrunk["coeffs"].tolist(),
            "ratings": {
                name: {"rating": rating, "lower": lower, "upper": upper}
                for name, rating, lower, upper in zip(free["competitors"], *columns, strict=True)
            },
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
