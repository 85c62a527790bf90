"""The rows of votes that a likelihood sums over, by pair of models and block by block."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, Self

import numpy as np

from leaderboards.arrays import BoolArray, FloatArray, IntArray
from leaderboards.context import Context
from leaderboards.pair_counts import PairCounts

# A dozen vectors of so many rows fit into the second cache of a core.
_BLOCK_ROWS: Final = 1 << 14


class Block(NamedTuple):
    """Rows of whole pairs: `votes` (3, n_rows), `features` (n_terms, n_rows) as in Design."""

    pairs: slice
    first_row: IntArray
    """First row of each pair, counted from the first of the block (n_pairs,)."""
    rows_per_pair: IntArray
    votes: FloatArray
    weight: FloatArray
    """What one vote of the row counts (n_rows,)."""
    features: FloatArray

    def points(self) -> tuple[FloatArray, FloatArray]:
        """Weighted wins and half draws of the left side, and of the right one (n_rows,)."""
        wins_a, wins_b, draws = self.votes
        half = draws / 2
        return self.weight * (wins_a + half), self.weight * (wins_b + half)

    def per_row(self, values: FloatArray) -> FloatArray:
        """Values of the block's pairs (n_pairs,) in each of their rows (n_rows,)."""
        if len(values) == self.votes.shape[1]:
            return values
        return np.repeat(values, self.rows_per_pair)

    def per_pair(self, values: FloatArray) -> FloatArray:
        """Sums by pair (..., n_pairs) of the values of rows (..., n_rows)."""
        if len(self.first_row) == values.shape[-1]:
            return values
        return np.add.reduceat(values, self.first_row, axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Votes of model a[k] (left) against b[k], each ordered pair once, under features of rows.

    `a`, `b` are indices below `n_models`, `weight` is what one vote of the pair counts; all of
    shape (n_pairs,). Pair k has the rows from first_row[k] to first_row[k + 1], (n_pairs + 1,).
    `votes` (3, n_rows) are whole numbers: wins of a, wins of b, draws. `features` are
    (n_terms, n_rows). The linear predictor of a row is theta[a] - theta[b] + gamma @ features, in
    logits.
    """

    n_models: int
    a: IntArray
    b: IntArray
    weight: FloatArray
    first_row: IntArray
    votes: FloatArray
    features: FloatArray
    names: tuple[str, ...]

    @classmethod
    def of(cls, counts: PairCounts, context: Context, reweight_below: int | None) -> Self:
        """The rows of counts in which every model has votes, sorted by pair."""
        n, n_rows = len(counts.models), len(counts.a)
        # NumPy sorts integers of two bytes in a tenth of the time of longer ones.
        short = np.min_scalar_type(n)
        left, right = counts.a.astype(short), counts.b.astype(short)
        order = np.lexsort((right, left))
        left, right = left.take(order), right.take(order)
        is_first = np.ones(n_rows, dtype=np.bool_)
        is_first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
        first_row = np.flatnonzero(is_first)
        a, b = left[first_row].astype(np.int64), right[first_row].astype(np.int64)
        votes, features = np.empty((3, n_rows)), np.empty((len(context.names), n_rows))
        for start in range(0, n_rows, _BLOCK_ROWS):
            rows = slice(start, start + _BLOCK_ROWS)
            taken = order[rows]
            votes[0, rows], votes[1, rows] = counts.wins_a.take(taken), counts.wins_b.take(taken)
            votes[2, rows] = counts.ties.take(taken) + counts.both_bad.take(taken)
            for feature, column in zip(features, context.columns, strict=False):
                feature[rows] = column[taken]
            features[len(context.columns) :, rows] = context.style.take(taken, axis=0).T
        weight = np.ones(len(a))
        if reweight_below is not None:
            between = np.zeros((n, n))
            between[a, b] = np.add.reduceat(votes.sum(axis=0), first_row)
            weight = 1 / np.maximum((between + between.T)[a, b], reweight_below)
        rows_of = np.append(first_row, n_rows)
        return cls(n, a, b, weight, rows_of, votes, features, context.names)

    def blocks(self) -> Iterator[Block]:
        """All rows, in pieces few enough for the cache unless one pair has more."""
        wanted = np.arange(0, self.votes.shape[1] + _BLOCK_ROWS, _BLOCK_ROWS)
        edges = np.minimum(np.searchsorted(self.first_row, wanted), len(self.a))
        for begin, end in pairwise(edges):
            if begin == end:
                continue
            first_row = self.first_row[begin : end + 1]
            rows = slice(first_row[0], first_row[-1])
            rows_per_pair = np.diff(first_row)
            yield Block(
                pairs=slice(begin, end),
                first_row=first_row[:-1] - first_row[0],
                rows_per_pair=rows_per_pair,
                votes=self.votes[:, rows],
                weight=np.repeat(self.weight[begin:end], rows_per_pair),
                features=self.features[:, rows],
            )

    def predictor(self, block: Block, parameters: FloatArray) -> FloatArray:
        """Linear predictor of the block's rows in logits; `parameters` are (theta, gamma)."""
        theta, gamma = parameters[: self.n_models], parameters[self.n_models :]
        value = block.per_row(theta[self.a[block.pairs]] - theta[self.b[block.pairs]])
        if len(gamma):
            value = value + gamma @ block.features
        return value

    def takes_points(self) -> BoolArray:
        """Matrix (n_models, n_models): whether the row's model took points from the column's."""
        takes = np.zeros((2, self.n_models, self.n_models), dtype=np.bool_)
        for block in self.blocks():
            a, b = self.a[block.pairs], self.b[block.pairs]
            from_right, from_left = (block.per_pair(points) > 0 for points in block.points())
            takes[0, a, b], takes[1, b, a] = from_right, from_left
        return np.asarray(takes[0] | takes[1])

    def without(self, terms: set[str]) -> Self:
        """The same rows without the features of these names."""
        if not terms:
            return self
        kept = [index for index, name in enumerate(self.names) if name not in terms]
        names = tuple(self.names[index] for index in kept)
        return dataclasses.replace(self, features=self.features[kept], names=names)

    def contrasts(self, values: FloatArray) -> FloatArray:
        """Sum over pairs of value (n_pairs,) times (e_a - e_b), shape (n_models,)."""
        return np.asarray(
            np.bincount(self.a, weights=values, minlength=self.n_models)
            - np.bincount(self.b, weights=values, minlength=self.n_models)
        )


def inside(counts: PairCounts, kept: BoolArray) -> tuple[PairCounts, BoolArray | slice]:
    """The counts between two of the `kept` models (n_models,), and which rows they are."""
    if kept.all():
        return counts, slice(None)
    rows = kept[counts.a] & kept[counts.b]
    number = np.cumsum(kept) - 1
    models = tuple(model for model, stays in zip(counts.models, kept, strict=True) if stays)
    columns = (counts.wins_a, counts.wins_b, counts.ties, counts.both_bad)
    votes = (column[rows] for column in columns)
    return PairCounts(models, number[counts.a[rows]], number[counts.b[rows]], *votes), rows
