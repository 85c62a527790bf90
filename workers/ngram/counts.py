"""Interpolated Kneser-Ney counts of one order, as sorted arrays (Chen & Goodman 1999, 2.7, 4.1).

p(w|h) = max(c(hw) - D, 0) / c(h) + D * types(h) / c(h) * p(w|h'), where h' is h without its first
token. The highest order counts occurrences; a lower one counts how many different tokens stand
before the n-gram, which is what its probability is used for. Unless it is given, D is estimated
for each order as n1 / (n1 + 2 n2) from the numbers of n-grams counted once and twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
# Where a text is so short that none of its n-grams is counted once.
_DISCOUNT_WITHOUT_SINGLES = 0.5
_KEY_MAX = 2**63


@dataclass(frozen=True, slots=True)
class Order:
    """The successors of every context of one length, grouped by context.

    `contexts` (n_contexts,) are sorted keys; the successors of context i are rows
    `starts[i]:starts[i + 1]` of `successors` and `shares`, its discounted relative counts.
    `backoffs` (n_contexts,) is the probability left to the next shorter context.
    """

    contexts: IntArray
    starts: IntArray
    successors: IntArray
    shares: FloatArray
    backoffs: FloatArray

    def mix(self, key: int, shorter: FloatArray) -> bool:
        """Turn p(.|h'), in place, into p(.|h) for the context with this key; false if unseen."""
        row = int(np.searchsorted(self.contexts, key))
        if row == len(self.contexts) or self.contexts[row] != key:
            return False
        found = slice(self.starts[row], self.starts[row + 1])
        shorter *= self.backoffs[row]
        # A context has each successor once, so no index is repeated.
        shorter[self.successors[found]] += self.shares[found]
        return True


def key_of(tokens: Sequence[int], size: int) -> int:
    """Return the number that stands for these tokens of a vocabulary of this size."""
    key = 0
    for token in tokens:
        key = key * size + token
    return key


def count(
    tokens: Sequence[int], *, order: int, size: int, discount: float | None = None
) -> tuple[Order, ...]:
    """Count all orders from 1 to `order` in numbers below `size`; the shortest comes first.

    Raises ValueError when an n-gram of that order does not fit a key of 63 bits or when there
    are fewer tokens than that.
    """
    if size**order >= _KEY_MAX:
        raise ValueError(f"order {order} over {size} tokens does not fit a 63-bit key")
    if len(tokens) < order:
        raise ValueError(f"{len(tokens)} tokens hold no n-gram of order {order}")
    array = np.asarray(tokens, dtype=np.int64)
    counted = [
        # Different tokens before an n-gram: different longer n-grams that end in it.
        np.unique(np.unique(_keys(array, length + 1, size)) % size**length, return_counts=True)
        for length in range(1, order)
    ]
    counted.append(np.unique(_keys(array, order, size), return_counts=True))
    return tuple(_order(grams, counts, size, discount) for grams, counts in counted)


def _keys(tokens: IntArray, length: int, size: int) -> IntArray:
    keys = np.zeros(len(tokens) - length + 1, dtype=np.int64)
    for column in range(length):
        keys = keys * size + tokens[column : column + len(keys)]
    return keys


def _order(grams: IntArray, counts: IntArray, size: int, discount: float | None) -> Order:
    contexts, starts = np.unique(grams // size, return_index=True)
    totals = np.add.reduceat(counts, starts)
    starts = np.append(starts, len(grams)).astype(np.int64)
    types = np.diff(starts)
    if discount is None:
        discount = _discount(counts)
    shares = (counts - discount) / np.repeat(totals, types)
    return Order(
        contexts=contexts,
        starts=starts,
        successors=grams % size,
        shares=shares.astype(np.float32),
        backoffs=(discount * types / totals).astype(np.float32),
    )


def _discount(counts: IntArray) -> float:
    once, twice = (int(np.count_nonzero(counts == times)) for times in (1, 2))
    return once / (once + 2 * twice) if once and twice else _DISCOUNT_WITHOUT_SINGLES
