"""Counts of votes as the ratings take them, from the forms in which tests have votes."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from leaderboards.pair_counts import PairCounts
from tests.real_votes import WINNERS, Counts, Vote


def from_rows(models: Sequence[str], rows: Sequence[Sequence[int]]) -> PairCounts:
    """Counts of rows (a, b, wins_a, wins_b, ties, both_bad)."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return PairCounts(tuple(models), *columns)


def from_votes(votes: Iterable[Vote], models: Sequence[str] = ()) -> PairCounts:
    """Counts of single votes, for `models` or else those of the votes in alphabetical order."""
    number_of = Counter(votes)
    voted_on = {name for vote in number_of for name in (vote.model_a, vote.model_b)}
    models = models or sorted(voted_on)
    index = {model: number for number, model in enumerate(models)}
    rows = []
    for vote, number in number_of.items():
        outcomes = [0, 0, 0, 0]
        outcomes[WINNERS.index(vote.winner)] = number
        rows.append([index[vote.model_a], index[vote.model_b], *outcomes])
    return from_rows(models, rows)


def from_real(counts: Counts) -> PairCounts:
    """Counts of the real votes, or of a sample of them."""
    return PairCounts(counts.models, *counts.pairs.T, *counts.votes.T)
