"""The terms beside the models: brought to one scale, refused where they cannot be told apart."""

import dataclasses
from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_solve

from leaderboards.arrays import FloatArray
from leaderboards.context import SAME_MAKER, SIDE, Context, RefusedTerm, TermReason
from leaderboards.design import Design
from leaderboards.likelihood import Optimum, SeparatedError, factor_on_sum_zero, maximise

# 1 - R^2 of a term on the models and the terms before it; below, nine digits are lost to the rest.
_LEAST_OWN_SHARE: Final = 1e-9


class Fitted(NamedTuple):
    """The optimum, the design that it belongs to, and the terms that this design lacks."""

    design: Design
    optimum: Optimum
    refused: tuple[RefusedTerm, ...]


def standardised(
    context: Context, votes: FloatArray
) -> tuple[Context, dict[str, float], tuple[RefusedTerm, ...]]:
    """Features of style as z-scores over all votes, their standard deviations, and the constants.

    `votes` (n_rows,) are the votes per row. A vote is one observation, so that the scores are
    those of a list of single votes. Terms other than the side that never vary are left out.
    """
    total = max(float(votes.sum()), 1.0)
    features = context.features.copy(order="F")
    deviations: dict[str, float] = {}
    refused = []
    for index, name in enumerate(context.names):
        column = features[:, index]
        mean = float(votes @ column) / total
        deviation = float(np.sqrt(votes @ (column - mean) ** 2 / total))
        # Beside its own size: the mean of equal values is not their value to the last bit.
        if name != SIDE and deviation <= 1e-12 * max(abs(mean), 1.0):
            refused.append(RefusedTerm(name, TermReason.CONSTANT))
        elif index >= len(context.names) - context.n_style:
            features[:, index] = (column - mean) / deviation
            deviations[name] = deviation
    left_out = {term.name for term in refused}
    kept = [index for index, name in enumerate(context.names) if name not in left_out]
    names = tuple(context.names[index] for index in kept)
    scaled = Context(names, features[:, kept], len(deviations))
    return scaled, deviations, tuple(refused)


def maximise_identified(design: Design, without_terms: Design) -> Fitted:
    """Maximise over the models and those terms that the votes can tell apart from them.

    `without_terms` holds the same votes: its optimum is where the search starts. Raises
    ArithmeticError if Newton's method does not converge.
    """
    plain = maximise(without_terms)
    refused = [RefusedTerm(name, TermReason.COLLINEAR) for name in _collinear(design)]
    design = design.without({term.name for term in refused})
    while design.names:
        start = np.append(plain.parameters, np.zeros(len(design.names)))
        try:
            return Fitted(design, maximise(design, start), tuple(refused))
        except SeparatedError as separated:
            refused.append(RefusedTerm(separated.name, TermReason.SEPARATED))
            design = design.without({separated.name})
    return Fitted(without_terms, plain, tuple(refused))


def _collinear(design: Design) -> list[str]:
    """Terms that are a combination of the models and of the terms before them.

    The side stands before features of style, asked for or not: taking their means off leaves a
    constant in them, and what only this constant would tell is not the style's.
    """
    asked = design.names
    if not asked:
        return []
    if SIDE not in asked:
        first = 1 if SAME_MAKER in asked else 0
        design = dataclasses.replace(
            design,
            features=np.insert(design.features, first, 1.0, axis=1),
            names=(*asked[:first], SIDE, *asked[first:]),
        )
    own = _unexplained_by_models(design)
    kept: list[int] = []
    refused = []
    for index, name in enumerate(design.names):
        before = own[np.ix_(kept, kept)]
        explained = own[index, kept] @ np.linalg.solve(before, own[kept, index]) if kept else 0.0
        if own[index, index] - explained < _LEAST_OWN_SHARE:
            refused.append(name)
        else:
            kept.append(index)
    return [name for name in refused if name in asked]


def _unexplained_by_models(design: Design) -> FloatArray:
    """Cross products (n_terms, n_terms) of what the models leave of the terms, each scaled to 1."""
    n = design.n_models
    products = design.cross_products(design.points())
    scale = np.sqrt(np.diag(products)[n:])
    shared = products[:n, n:]
    own = products[n:, n:] - shared.T @ cho_solve(
        factor_on_sum_zero(products[:n, :n].copy(), n), shared
    )
    return np.asarray(own / np.outer(scale, scale))
