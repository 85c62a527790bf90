"""Multinomial draws of many cells, most of them small: votes drawn anew with replacement."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

from leaderboards.arrays import FloatArray, IntArray

# How many votes fewer than wanted are drawn in one go, in standard deviations of their number.
_SAFETY_DEVIATIONS: Final = 3.0
# A table pays off over a hundred draws where so many cells share it.
_CELLS_PER_TABLE: Final = 64
# Above, a Poisson number might not fit into the one byte of a table's entry.
_LARGEST_TABULATED: Final = 100
_BUCKETS: Final = 1 << 12
_UNDECIDED: Final = 255


class Multinomial:
    """Draws as many votes as there are, with replacement, counted as `votes` (n_cells,) are.

    Exactly multinomial: independent Poisson counts given their sum are that. Nearly all votes are
    drawn so, the few that are missing from the full number one by one.
    """

    def __init__(self, votes: FloatArray) -> None:
        """Prepare for draws; `votes` are whole numbers and not all of them zero."""
        self._total = int(votes.sum())
        self._up_to = np.cumsum(votes)
        share = max(0.0, 1 - _SAFETY_DEVIATIONS / self._total**0.5)
        kinds, cells_of = np.unique(votes, return_counts=True)
        is_common = (cells_of >= _CELLS_PER_TABLE) & (kinds > 0) & (kinds <= _LARGEST_TABULATED)
        common = kinds[is_common]
        kind = np.searchsorted(common, votes)
        tabulated = np.append(common, 0.0).take(kind) == votes
        tabulated &= votes > 0
        self._tabulated = np.flatnonzero(tabulated)
        self._tables = _PoissonTables(share * common, kind[tabulated])
        self._others = np.flatnonzero(~tabulated & (votes > 0))
        self._other_means = share * votes[self._others]

    def draw(self, random: np.random.Generator) -> FloatArray:
        """One draw, (n_cells,)."""
        while (missing := self._total - int((drawn := self._poisson(random)).sum())) < 0:
            pass
        numbers = np.sort(random.integers(self._total, size=missing))
        one_by_one = np.searchsorted(self._up_to, numbers, side="right")
        np.add.at(drawn, one_by_one, 1.0)
        return drawn

    def _poisson(self, random: np.random.Generator) -> FloatArray:
        drawn = np.zeros(len(self._up_to))
        drawn[self._tabulated] = self._tables.draw(random)
        drawn[self._others] = random.poisson(self._other_means)
        return drawn


class _PoissonTables:
    """Poisson numbers by inverting the distribution function, exact to its rounding.

    A uniform number's first bits, its bucket, look the result up; the few buckets in which the
    function steps need the bits that follow (Chen and Asau 1974, the guide table).
    """

    def __init__(self, means: FloatArray, kind: IntArray) -> None:
        """Tables of `means` (n_means,), for cells with mean means[kind], (n_cells,)."""
        self._kind = kind
        self._table_start = (kind * _BUCKETS).astype(np.int32)
        self._up_to = pdtr(np.arange(_UNDECIDED), means[:, np.newaxis])
        edges = np.arange(_BUCKETS + 1) / _BUCKETS
        self._least: NDArray[np.uint8] = np.empty((len(means), _BUCKETS), dtype=np.uint8)
        self._decided = self._least.copy()
        for up_to, least, decided in zip(self._up_to, self._least, self._decided, strict=True):
            least[:] = np.searchsorted(up_to, edges[:-1], side="right")
            most = np.searchsorted(up_to, edges[1:], side="left")
            decided[:] = np.where(least == most, least, _UNDECIDED)

    def draw(self, random: np.random.Generator) -> NDArray[np.uint8]:
        """One number for each cell, (n_cells,)."""
        bucket = random.integers(_BUCKETS, size=len(self._kind), dtype=np.uint16)
        drawn = self._decided.ravel().take(self._table_start + bucket)
        open_cells = np.flatnonzero(drawn == _UNDECIDED)
        kind, first_bits = self._kind[open_cells], bucket[open_cells]
        uniform = (first_bits + random.random(len(open_cells))) / _BUCKETS
        number = self._least[kind, first_bits]
        while (is_beyond := self._up_to[kind, number] <= uniform).any():
            number += is_beyond
        drawn[open_cells] = number
        return drawn
