"""Choose the next token from a distribution: temperature, then nucleus (Holtzman et al. 2020)."""

from dataclasses import dataclass

import numpy as np

from workers.ngram.counts import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How to choose. Temperature 0 takes the most probable token; `seed` makes it repeatable."""

    temperature: float
    top_p: float
    seed: int | None


class Sampler:
    """Draws tokens for one answer."""

    def __init__(self, sampling: Sampling) -> None:
        self._temperature = sampling.temperature
        self._top_p = sampling.top_p
        # A generator takes no negative seed; the API does.
        seed = None if sampling.seed is None else sampling.seed % 2**64
        self._random = np.random.default_rng(seed)

    def choose(self, weights: FloatArray) -> int:
        """Return the number of one token; `weights` (size,) need not sum to 1, and are changed."""
        if self._temperature == 0:
            return int(weights.argmax())
        # The largest becomes 1, so that no power is too small for the number format.
        weights /= weights.max()
        weights **= 1 / self._temperature
        if self._top_p < 1:
            _keep_nucleus(weights, self._top_p)
        cumulated = weights.cumsum(dtype=np.float64)
        drawn = self._random.random() * cumulated[-1]
        return int(cumulated.searchsorted(drawn, side="right"))


def _keep_nucleus(weights: FloatArray, top_p: float) -> None:
    """Set to 0 all but the fewest tokens that together have this share."""
    descending = np.argsort(-weights, kind="stable")
    cumulated = weights[descending].cumsum(dtype=np.float64)
    kept = int(cumulated.searchsorted(top_p * cumulated[-1], side="left")) + 1
    weights[descending[kept:]] = 0
