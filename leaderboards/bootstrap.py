"""Bootstrap of votes from their counts: the fits of as many votes drawn anew with replacement."""

import dataclasses
from typing import NamedTuple

import numpy as np

from leaderboards.arrays import FloatArray
from leaderboards.connectivity import all_joined
from leaderboards.design import Design
from leaderboards.likelihood import Optimum, SeparatedError, maximise_nearby
from leaderboards.multinomial import Multinomial


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
    design = _without_sides(design)
    multinomial = Multinomial(design.votes.ravel())
    kept = []
    for _ in range(samples):
        drawn = multinomial.draw(random).reshape(design.votes.shape)
        parameters = _refit(dataclasses.replace(design, votes=drawn), optimum)
        if parameters is not None:
            kept.append(parameters)
    if 2 * len(kept) < samples:
        raise TooFewResamplesError(
            f"bootstrap: {samples - len(kept)} of {samples} resamples cut a model or a term off;"
            " take sandwich intervals, or wait for more votes"
        )
    return Resamples(np.array(kept), samples - len(kept))


def _without_sides(design: Design) -> Design:
    """The same likelihood in half the rows: without terms it does not matter who was on the left.

    The weights of a pair are the same for both orders, see Design.of.
    """
    if design.names:
        return design
    votes = np.add.reduceat(design.votes, design.first_row[:-1], axis=1)
    swapped = design.a > design.b
    votes[:2, swapped] = votes[1::-1, swapped]
    lower, upper = np.minimum(design.a, design.b), np.maximum(design.a, design.b)
    pairs, first, pair = np.unique(
        lower * design.n_models + upper, return_index=True, return_inverse=True
    )
    return dataclasses.replace(
        design,
        a=lower[first],
        b=upper[first],
        weight=design.weight[first],
        first_row=np.arange(len(pairs) + 1),
        votes=np.array([np.bincount(pair, weights=column) for column in votes]),
        features=np.empty((0, len(pairs))),
    )


def _refit(design: Design, optimum: Optimum) -> FloatArray | None:
    if not all_joined(design.takes_points()):
        return None
    try:
        return maximise_nearby(design, optimum.parameters)
    except (SeparatedError, np.linalg.LinAlgError):
        return None
