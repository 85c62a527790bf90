"""evalica's Bradley-Terry scores for a file of votes, in its own environment; prints JSON.

python -m tests.bench.peer_evalica votes.npz [--converged] [--lists] [--repeats 3]

A tie is half a win. By default its own tolerance and limit, with --converged far beyond them. From
the columns of a frame, or with --lists from lists of Python strings, which it reads faster.
"""

import argparse
import json
import sys
from importlib.metadata import version

import evalica  # type: ignore[import-not-found]
import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from tests.bench import vote_file
from tests.bench.measuring import best_s, peak_memory_mb, timed_s

_CONVERGED = {"tolerance": 1e-14, "limit": 100_000}
_WINNER = {
    "model_a": evalica.Winner.X,
    "model_b": evalica.Winner.Y,
    "tie": evalica.Winner.Draw,
    "both_bad": evalica.Winner.Draw,
}


def main() -> None:
    """Fit the votes in the file and print ratings on the Elo scale, times and versions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--converged", action="store_true")
    parser.add_argument("--lists", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    settings = _CONVERGED if options.converged else {}
    frame = pd.DataFrame(vote_file.read(options.path).columns())
    model_a, model_b, winner = (
        column.tolist() if options.lists else column for _, column in frame.items()
    )

    def from_votes() -> dict[str, float]:
        result = evalica.bradley_terry(
            model_a,
            model_b,
            [_WINNER[outcome] for outcome in winner] if options.lists else winner.map(_WINNER),
            win_weight=1.0,
            tie_weight=0.5,
            **settings,
        )
        theta = np.log(result.scores)
        return (1000 + 400 / np.log(10) * (theta - theta.mean())).to_dict()  # type: ignore[no-any-return]

    cold_s, ratings = timed_s(from_votes)
    json.dump(
        {
            "versions": {name: version(name) for name in ("evalica", "numpy", "pandas")},
            "votes": len(winner),
            "cold_s": cold_s,
            "warm_s": best_s(from_votes, of=options.repeats),
            "peak_memory_mb": peak_memory_mb(),
            "ratings": {model: {"rating": rating} for model, rating in ratings.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
