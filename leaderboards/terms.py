"""The terms beside the models: brought to one scale, refused where they cannot be told apart."""

from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_solve

from leaderboards.arrays import FloatArray
from leaderboards.context import SAME_MAKER, SIDE, RefusedTerm, TermReason
from leaderboards.cross_products import CrossProducts
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
    design: Design, n_style: int
) -> tuple[Design, dict[str, float], tuple[RefusedTerm, ...]]:
    """Design of z-scores over all votes, their standard deviations, and the constant terms.

    The last `n_style` features become z-scores in place: the design given is used up. A vote is
    one observation, whatever its weight, so that the scores are those of a list of single votes.
    Terms other than the side that never vary are left out.
    """
    votes = design.votes.sum(axis=0)
    total = max(float(votes.sum()), 1.0)
    deviations: dict[str, float] = {}
    refused = []
    for index, (name, column) in enumerate(zip(design.names, design.features, strict=True)):
        mean = float(votes @ column) / total
        deviation = float(np.sqrt(votes @ (column - mean) ** 2 / total))
        # Beside its own size: the mean of equal values is not their value to the last bit.
        if name != SIDE and deviation <= 1e-12 * max(abs(mean), 1.0):
            refused.append(RefusedTerm(name, TermReason.CONSTANT))
        elif index >= len(design.names) - n_style:
            column -= mean
            column /= deviation
            deviations[name] = deviation
    return design.without({term.name for term in refused}), deviations, tuple(refused)


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
    own = _unexplained_by_models(design)
    names = [*asked, SIDE]
    order = list(range(len(asked)))
    if SIDE not in asked:
        order.insert(1 if SAME_MAKER in asked else 0, len(asked))
    kept: list[int] = []
    refused = []
    for index in order:
        before = own[np.ix_(kept, kept)]
        explained = own[index, kept] @ np.linalg.solve(before, own[kept, index]) if kept else 0.0
        if own[index, index] - explained < _LEAST_OWN_SHARE:
            refused.append(names[index])
        else:
            kept.append(index)
    return [name for name in refused if name in asked]


def _unexplained_by_models(design: Design) -> FloatArray:
    """Cross products of what the models leave of the terms and of a constant, each scaled to 1.

    (n_terms + 1) square, the constant last.
    """
    n = design.n_models
    votes = CrossProducts(design)
    for block in design.blocks():
        votes.add(block, block.weight * block.votes.sum(axis=0))
    products = votes.with_constant()
    scale = np.sqrt(np.diag(products)[n:])
    shared = products[:n, n:]
    own = products[n:, n:] - shared.T @ cho_solve(
        factor_on_sum_zero(products[:n, :n].copy(), n), shared
    )
    return np.asarray(own / np.outer(scale, scale))
