"""choix on a file of votes, in its own environment; prints JSON.

python -m tests.bench.peer_choix votes.npz

Its iterative Luce spectral ranking on a list of (winner, loser). It knows no ties, so a decided
vote stands in the list twice and a tie once each way.
"""

import json
import sys
from importlib.metadata import version

import choix  # type: ignore[import-not-found]
import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from tests.bench import vote_file
from tests.bench.measuring import peak_memory_mb, timed_s

_ELO_PER_LOGIT = 400 / np.log(10)


def _ratings(votes: pd.DataFrame) -> dict[str, float]:
    codes, models = pd.factorize(pd.concat([votes["model_a"], votes["model_b"]]), sort=True)
    a, b = np.split(codes, 2)
    a_lost, b_lost = votes["winner"] == "model_b", votes["winner"] == "model_a"
    winners = np.concatenate([np.where(a_lost, b, a), np.where(b_lost, a, b)])
    losers = np.concatenate([np.where(a_lost, a, b), np.where(b_lost, b, a)])
    pairs = list(zip(winners.tolist(), losers.tolist(), strict=True))
    theta = choix.ilsr_pairwise(len(models), pairs)
    ratings = 1000 + _ELO_PER_LOGIT * (theta - theta.mean())
    return dict(zip(models.tolist(), ratings.tolist(), strict=True))


def main(path: str) -> None:
    """Fit the votes in the file and print ratings on the Elo scale, time and versions."""
    votes = pd.DataFrame(vote_file.read(path).columns())
    seconds, ratings = timed_s(lambda: _ratings(votes))
    json.dump(
        {
            "versions": {name: version(name) for name in ("choix", "numpy", "pandas")},
            "votes": len(votes),
            "cold_s": seconds,
            "peak_memory_mb": peak_memory_mb(),
            "ratings": {model: {"rating": rating} for model, rating in ratings.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
