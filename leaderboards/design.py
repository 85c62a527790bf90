"""The rows of votes that a likelihood sums over, and sums of their cross products."""

import dataclasses
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from leaderboards.arrays import BoolArray, FloatArray, IntArray
from leaderboards.context import Context
from leaderboards.pair_counts import PairCounts


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Votes of model a[k] (left) against b[k] under the features of row k.

    `a`, `b` are indices below `n_models`, the votes are whole numbers, `weight` is what one vote
    of the row counts; all of shape (n_rows,), `features` (n_rows, n_terms) column by column. The
    linear predictor of a row is theta[a] - theta[b] + features @ gamma, in logits.
    """

    n_models: int
    a: IntArray
    b: IntArray
    wins_a: FloatArray
    wins_b: FloatArray
    draws: FloatArray
    weight: FloatArray
    features: FloatArray
    names: tuple[str, ...]
    pair: IntArray = field(init=False)
    """Cell of the ordered pair in a matrix (n_models, n_models)."""
    points_a: FloatArray = field(init=False)
    """Weighted wins and half draws of the left side (n_rows,)."""
    points_b: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pair", self.a * self.n_models + self.b)
        half = self.draws / 2
        object.__setattr__(self, "points_a", self.weight * (self.wins_a + half))
        object.__setattr__(self, "points_b", self.weight * (self.wins_b + half))

    @classmethod
    def of(cls, counts: PairCounts, context: Context, reweight_below: int | None) -> Self:
        """Rows of counts in which every model has votes; as few as the features allow.

        Without features both orders of a pair are one row, without features of style each
        ordered pair is one: only styles differ inside a pair.
        """
        n = len(counts.models)
        a, b, features = counts.a, counts.b, context.features
        votes = np.array([counts.wins_a, counts.wins_b, counts.ties + counts.both_bad], dtype=float)
        if not context.names:
            turned = a > b
            a, b = np.minimum(a, b), np.maximum(a, b)
            votes[:2] = np.where(turned, votes[1::-1], votes[:2])
        if not context.n_style:
            cells = a * n + b
            sums = [np.bincount(cells, weights=row, minlength=n * n) for row in votes]
            pairs = np.flatnonzero(np.add.reduce(sums))
            a, b = np.divmod(pairs, n)
            votes = np.array(sums)[:, pairs]
            row_of = np.zeros(n * n, dtype=np.int64)
            row_of[cells] = np.arange(len(cells))
            features = np.asfortranarray(features[row_of[pairs]])
        weight = np.ones(len(a))
        if reweight_below is not None:
            between = _square(a * n + b, votes.sum(axis=0), n)
            weight = 1 / np.maximum((between + between.T)[a, b], reweight_below)
        wins_a, wins_b, draws = votes
        return cls(n, a, b, wins_a, wins_b, draws, weight, features, context.names)

    def points(self) -> FloatArray:
        """Weighted votes per row (n_rows,)."""
        return self.points_a + self.points_b

    def takes_points(self) -> BoolArray:
        """Matrix (n_models, n_models): whether the row's model took points from the column's."""
        from_right, from_left = np.zeros((2, self.n_models**2), dtype=np.bool_)
        from_right[self.pair[self.points_a > 0]] = True
        from_left[self.pair[self.points_b > 0]] = True
        shape = (self.n_models, self.n_models)
        return np.asarray(from_right.reshape(shape) | from_left.reshape(shape).T)

    def without(self, terms: set[str]) -> Self:
        """The same rows without the features of these names."""
        kept = [index for index, name in enumerate(self.names) if name not in terms]
        names = tuple(self.names[index] for index in kept)
        return dataclasses.replace(self, features=self.features[:, kept], names=names)

    def cross_products(self, weight: FloatArray) -> FloatArray:
        """Sum over rows of weight * x x^T, x = (e_a - e_b, features): (n_models + n_terms) square.

        Never holds more than one matrix of that size and a few vectors of n_rows.
        """
        n = self.n_models
        between = _square(self.pair, weight, n)
        between += between.T.copy()
        total = np.empty((n + len(self.names), n + len(self.names)))
        np.negative(between, out=total[:n, :n])
        np.fill_diagonal(total[:n, :n], between.sum(axis=1))
        for column in range(n, len(total)):
            weighted = weight * self.features[:, column - n]
            total[:n, column] = total[column, :n] = self.contrasts(weighted)
            total[n:, column] = self.features.T @ weighted
        return total

    def contrasts(self, values: FloatArray) -> FloatArray:
        """Sum over rows of value * (e_a - e_b), shape (n_models,)."""
        return np.asarray(
            np.bincount(self.a, weights=values, minlength=self.n_models)
            - np.bincount(self.b, weights=values, minlength=self.n_models)
        )

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum over rows of value * x, x = (e_a - e_b, features): shape (n_models + n_terms,)."""
        return np.append(self.contrasts(values), self.features.T @ values)

    def predictor(self, parameters: FloatArray) -> FloatArray:
        """Linear predictor per row (n_rows,) in logits; `parameters` are (theta, gamma)."""
        theta, gamma = parameters[: self.n_models], parameters[self.n_models :]
        value = theta.take(self.a) - theta.take(self.b)
        return value + self.features @ gamma if len(gamma) else value


def inside(counts: PairCounts, kept: BoolArray) -> tuple[PairCounts, BoolArray]:
    """The counts between two of the `kept` models (n_models,), and the mask of their rows."""
    rows = kept[counts.a] & kept[counts.b]
    number = np.cumsum(kept) - 1
    models = tuple(model for model, stays in zip(counts.models, kept, strict=True) if stays)
    columns = (counts.wins_a, counts.wins_b, counts.ties, counts.both_bad)
    votes = (column[rows] for column in columns)
    return PairCounts(models, number[counts.a[rows]], number[counts.b[rows]], *votes), rows


def _square(cells: IntArray, values: FloatArray, n: int) -> FloatArray:
    summed = np.bincount(cells, weights=values, minlength=n * n)
    return np.asarray(summed.reshape(n, n))
