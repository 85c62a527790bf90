"""Votes counted per pair of models: all that a rating needs to know of them."""

import dataclasses
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from leaderboards.arrays import FloatArray, IntArray
from leaderboards.vote_encoding import Column, count

# Half points add up exactly in float64 up to here, and the Hessian of a fit stays well posed.
MAX_VOTES: Final = 10**10


@dataclass(frozen=True, slots=True, eq=False)
class PairCounts:
    """Votes per ordered pair of models; row k holds the votes of model a[k] against model b[k].

    `a` (left side) and `b` (right side) are indices into `models`, the other arrays are numbers
    of votes; all are integers of shape (n_rows,). A pair may stand in several rows and in both
    orders, so batches are joined by concatenation.

    Raises ValueError, naming the field and the row, when the arrays cannot be such counts.
    """

    models: tuple[str, ...]
    a: IntArray
    b: IntArray
    wins_a: IntArray
    wins_b: IntArray
    ties: IntArray
    both_bad: IntArray

    def __post_init__(self) -> None:
        if len(set(self.models)) != len(self.models):
            twice = next(name for name in self.models if self.models.count(name) > 1)
            raise ValueError(f"models: {twice!r} stands twice, want one index per model")
        for name in ("a", "b", "wins_a", "wins_b", "ties", "both_bad"):
            values = getattr(self, name)
            if not np.issubdtype(values.dtype, np.integer) or values.shape != (len(self.a),):
                raise ValueError(
                    f"{name}: want integers of shape ({len(self.a)},) like a,"
                    f" got {values.dtype} of shape {values.shape}"
                )
            limit = len(self.models) - 1 if name in ("a", "b") else MAX_VOTES
            if values.size and not 0 <= values.min() <= values.max() <= limit:
                wrong = np.flatnonzero((values < 0) | (values > limit))
                raise ValueError(f"{name}: row {wrong[0]} is {values[wrong[0]]}, want 0 to {limit}")
            object.__setattr__(self, name, values.astype(np.int64, copy=False))
        same = np.flatnonzero(self.a == self.b)
        if same.size:
            name = self.models[self.a[same[0]]]
            raise ValueError(f"a, b: row {same[0]} sets {name!r} against itself")
        total = sum(int(v.sum()) for v in (self.wins_a, self.wins_b, self.ties, self.both_bad))
        if total > MAX_VOTES:
            raise ValueError(f"wins, ties, both_bad: {total} votes, want at most {MAX_VOTES}")

    @classmethod
    def from_votes(cls, model_a: Column, model_b: Column, winner: Column) -> Self:
        """Counts of single votes, one row per ordered pair; models in alphabetical order.

        The columns are sequences, NumPy arrays, pandas Series or Arrow arrays of strings; a
        winner is one of model_a, model_b, tie and both_bad. Raises ValueError, naming the column
        and the row, for anything else.
        """
        models, votes = count(model_a, model_b, winner)
        pairs = np.nonzero(votes.any(axis=2))
        return cls(models, *pairs, *votes[pairs].T)

    def pooled(self) -> Self:
        """The same votes in one row per ordered pair, sorted by pair."""
        n = len(self.models)
        cells = self.a * n + self.b
        if (cells[1:] > cells[:-1]).all():
            return self
        columns = (self.wins_a, self.wins_b, self.ties, self.both_bad)
        votes = [np.bincount(cells, weights=column, minlength=n * n) for column in columns]
        voted = np.flatnonzero(np.add.reduce(votes))
        a, b = np.divmod(voted, n)
        return type(self)(self.models, a, b, *(row[voted].astype(np.int64) for row in votes))

    def unordered(self) -> Self:
        """The same votes in one row per pair, a < b, whoever was on the left."""
        turned = self.a > self.b
        a, wins_a = np.where(turned, self.b, self.a), np.where(turned, self.wins_b, self.wins_a)
        b, wins_b = np.where(turned, self.a, self.b), np.where(turned, self.wins_a, self.wins_b)
        return dataclasses.replace(self, a=a, b=b, wins_a=wins_a, wins_b=wins_b).pooled()

    def wins(self) -> FloatArray:
        """Matrix (n_models, n_models): votes that the row's model won against the column's."""
        return self._matrix(self.wins_a) + self._matrix(self.wins_b).T

    def draws(self) -> FloatArray:
        """Symmetric matrix (n_models, n_models): ties and both-bad votes of each pair."""
        one_sided = self._matrix(self.ties + self.both_bad)
        return one_sided + one_sided.T

    def _matrix(self, votes: IntArray) -> FloatArray:
        """Sum of `votes` (n_rows,) by ordered pair (a, b); exact up to MAX_VOTES."""
        n = len(self.models)
        cells = np.bincount(self.a * n + self.b, weights=votes, minlength=n * n)
        return np.asarray(cells.reshape(n, n))
