"""evalica's Bradley-Terry scores for a CSV of votes, in its own environment; prints JSON."""

import json
import sys
from importlib.metadata import version

import evalica  # type: ignore[import-not-found]
import numpy as np
import pandas as pd  # type: ignore[import-untyped]

_TOLERANCE = 1e-14


def main(path: str) -> None:
    """Fit the votes in the file, a tie half a win, and print ratings on the Elo scale."""
    votes = pd.read_csv(path, keep_default_na=False)
    winner = {"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y}
    result = evalica.bradley_terry(
        votes["model_a"],
        votes["model_b"],
        votes["winner"].map(lambda outcome: winner.get(outcome, evalica.Winner.Draw)),
        win_weight=1.0,
        tie_weight=0.5,
        tolerance=_TOLERANCE,
        limit=100_000,
    )
    theta = np.log(result.scores)
    ratings = 1000 + 400 / np.log(10) * (theta - theta.mean())
    json.dump(
        {
            "versions": {name: version(name) for name in ("evalica", "numpy", "pandas")},
            "votes": len(votes),
            "ratings": {model: {"rating": rating} for model, rating in ratings.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
