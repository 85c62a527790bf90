"""Sums of cross products over the rows of a design: what Hessians and spreads are made of."""

import numpy as np

from leaderboards.arrays import FloatArray
from leaderboards.design import Block, Design


class CrossProducts:
    """Sum over rows of weight * x x^T, x = (e_a - e_b, features), added up block by block."""

    def __init__(self, design: Design) -> None:
        """Start from zero; every block of the design is to be added once."""
        n_terms = len(design.names)
        self._design = design
        # By pair: weight, and weight times each feature.
        self._by_pair = np.empty((1 + n_terms, len(design.a)))
        self._of_terms = np.zeros((n_terms, n_terms))

    def add(self, block: Block, weight: FloatArray) -> None:
        """Add the rows of one block; `weight` is (n_rows,)."""
        self._by_pair[0, block.pairs] = block.per_pair(weight)
        if self._design.names:
            weighted = weight * block.features
            self._by_pair[1:, block.pairs] = block.per_pair(weighted)
            self._of_terms += weighted @ block.features.T

    def total(self) -> FloatArray:
        """The sum, (n_models + n_terms) square."""
        n, design = self._design.n_models, self._design
        total = np.empty((n + len(design.names),) * 2)
        models = total[:n, :n]
        models[:] = 0
        models[design.a, design.b] = self._by_pair[0]
        models += models.T.copy()
        per_model = models.sum(axis=1)
        np.negative(models, out=models)
        np.fill_diagonal(models, per_model)
        for column, values in enumerate(self._by_pair[1:], n):
            total[:n, column] = total[column, :n] = design.contrasts(values)
        total[n:, n:] = self._of_terms
        return total

    def with_constant(self) -> FloatArray:
        """The sum as if the features ended with one that is 1 in every row."""
        n = self._design.n_models
        size = n + len(self._design.names)
        total = np.empty((size + 1, size + 1))
        total[:size, :size] = self.total()
        sums = self._by_pair.sum(axis=1)
        last = np.concatenate([self._design.contrasts(self._by_pair[0]), sums[1:], sums[:1]])
        total[size] = total[:, size] = last
        return total
