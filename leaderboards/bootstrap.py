"""Bootstrap of votes from their counts: the fits of as many votes drawn anew with replacement."""

import dataclasses
from typing import Final, NamedTuple

import numpy as np

from leaderboards.arrays import FloatArray
from leaderboards.connectivity import all_joined
from leaderboards.design import Design
from leaderboards.likelihood import Optimum, SeparatedError, maximise_nearby

# How many votes fewer than wanted are drawn in one go, in standard deviations of their number.
_SAFETY_DEVIATIONS: Final = 6.0


class TooFewResamplesError(ArithmeticError):
    """Most resamples have no finite fit, so their percentiles would say nothing."""


class Resamples(NamedTuple):
    """Fits of resamples, (n_samples, n_models + n_terms) in logits, and how many had none."""

    parameters: FloatArray
    dropped: int


def resample(design: Design, optimum: Optimum, *, samples: int, seed: int) -> Resamples:
    """Fit `samples` multinomial draws of the votes, each started from the optimum of all.

    Weights stay those of the votes as they were cast. A resample in which a model is cut off from
    the others, or a term has no finite value, is dropped and counted: its fit is infinite.

    Raises TooFewResamplesError when more than half of them are dropped.
    """
    random = np.random.default_rng(seed)
    kept = []
    for _ in range(samples):
        drawn = multinomial(random, design.votes.ravel()).reshape(design.votes.shape)
        parameters = _refit(dataclasses.replace(design, votes=drawn), optimum)
        if parameters is not None:
            kept.append(parameters)
    if 2 * len(kept) < samples:
        raise TooFewResamplesError(
            f"bootstrap: {samples - len(kept)} of {samples} resamples cut a model or a term off;"
            " take sandwich intervals, or wait for more votes"
        )
    return Resamples(np.array(kept), samples - len(kept))


def _refit(design: Design, optimum: Optimum) -> FloatArray | None:
    if not all_joined(design.takes_points()):
        return None
    try:
        return maximise_nearby(design, optimum.parameters)
    except (SeparatedError, np.linalg.LinAlgError):
        return None


def multinomial(random: np.random.Generator, votes: FloatArray) -> FloatArray:
    """As many votes as there are, drawn with replacement, counted as `votes` (n_cells,) are.

    Exactly multinomial, in half the time: independent Poisson counts given their sum are that.
    Nearly all votes are drawn so, the few that are missing from the full number one by one.
    """
    total = int(votes.sum())
    share = max(0.0, 1 - _SAFETY_DEVIATIONS / total**0.5)
    while (missing := total - int((drawn := random.poisson(share * votes)).sum())) < 0:
        pass
    numbers = np.sort(random.integers(total, size=missing))
    one_by_one = np.searchsorted(np.cumsum(votes), numbers, side="right")
    added = np.bincount(one_by_one, minlength=len(votes))
    return np.asarray(drawn + added, dtype=np.float64)
