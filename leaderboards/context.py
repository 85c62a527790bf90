"""What besides the two models may sway a vote: the side, a common maker, the style of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Self

import numpy as np

from leaderboards.arrays import BoolArray, FloatArray, IntArray
from leaderboards.fit_settings import FitSettings
from leaderboards.pair_counts import PairCounts
from leaderboards.vote_encoding import WINNERS, Column, encode

SIDE: Final = "side"
SAME_MAKER: Final = "same maker"


class TermReason(StrEnum):
    """Why a term has no coefficient; the fit goes on without it."""

    CONSTANT = "constant"
    """The same value in every vote: nothing to compare."""
    COLLINEAR = "collinear"
    """Told by the models and the terms before it: its effect cannot be parted from theirs."""
    SEPARATED = "separated"
    """It decides the votes that it bears on, or all but: no finite value fits best, to rounding."""


@dataclass(frozen=True, slots=True)
class RefusedTerm:
    """One term that was asked for and cannot be estimated from these votes."""

    name: str
    reason: TermReason


@dataclass(frozen=True, slots=True, eq=False)
class StyledCounts:
    """Votes per ordered pair of models and style of the two answers.

    Row k of `features` (n_rows, n_features) belongs to row k of `counts`: differences of the left
    answer's style from the right one's, (left - right) / (left + right + 1), named by `names`.

    Raises ValueError, naming the field, when the arrays cannot be such features.
    """

    counts: PairCounts
    features: FloatArray
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        wanted = (len(self.counts.a), len(self.names))
        if self.features.shape != wanted:
            raise ValueError(f"features: want shape {wanted}, got {self.features.shape}")
        taken = {*self.names, SIDE, SAME_MAKER}
        if len(taken) != len(self.names) + 2:
            raise ValueError(f"names: want each once and neither {SIDE!r} nor {SAME_MAKER!r}")
        # A sum is quick and finite only if all its terms are; not always where they are.
        with np.errstate(over="ignore", invalid="ignore"):
            total = self.features.sum()
        if not np.isfinite(total):
            wrong = np.flatnonzero(~np.isfinite(self.features).all(axis=1))
            if wrong.size:
                raise ValueError(f"features: row {wrong[0]} is not finite")

    @classmethod
    def from_votes(
        cls,
        model_a: Column,
        model_b: Column,
        winner: Column,
        features: FloatArray,
        names: Sequence[str],
    ) -> Self:
        """One row per vote; columns and errors as PairCounts.from_votes."""
        models, a, b, outcome = encode(model_a, model_b, winner)
        votes = [(outcome == number).astype(np.int64) for number in range(len(WINNERS))]
        return cls(PairCounts(models, a, b, *votes), features, tuple(names))


class Context(NamedTuple):
    """Features of rows of votes: those used as they are, then style, which is to be z-scores."""

    names: tuple[str, ...]
    columns: tuple[FloatArray, ...]
    """Features beside style, (n_rows,) each."""
    style: FloatArray
    """Features of style (n_rows, n_style)."""

    def of(self, rows: BoolArray | slice) -> Self:
        """The features of these rows."""
        columns = tuple(column[rows] for column in self.columns)
        return self._replace(columns=columns, style=self.style[rows])


def difference(left: FloatArray, right: FloatArray) -> FloatArray:
    """Style difference of two answers from what was counted in each: -1 < d < 1."""
    return np.asarray((left - right) / (left + right + 1))


def context_of(
    counts: PairCounts | StyledCounts, settings: FitSettings, makers: Mapping[str, str] | None
) -> Context:
    """The features of the terms that the settings ask for, in a fixed order.

    The side term is 1 in every row: what it adds to the chance of the left side. The same-maker
    term is 1 where both models have one maker: what such battles add to that. `makers` gives the
    maker by model; a model that it does not name shares its maker with none.

    Raises ValueError when a term lacks its data.
    """
    pairs = counts.counts if isinstance(counts, StyledCounts) else counts
    names: list[str] = []
    columns: list[FloatArray] = []
    if "side" in settings.terms:
        names.append(SIDE)
        columns.append(np.broadcast_to(1.0, len(pairs.a)))
    if "same_maker" in settings.terms:
        if makers is None:
            raise ValueError("terms: 'same_maker' needs the makers of the models")
        names.append(SAME_MAKER)
        maker = _numbered(pairs.models, makers)
        columns.append((maker[pairs.a] == maker[pairs.b]).astype(np.float64))
    if "style" not in settings.terms:
        return Context(tuple(names), tuple(columns), np.empty((len(pairs.a), 0)))
    if not isinstance(counts, StyledCounts):
        raise ValueError("terms: 'style' needs StyledCounts, got counts without features")
    return Context((*names, *counts.names), tuple(columns), counts.features)


def _numbered(models: Sequence[str], makers: Mapping[str, str]) -> IntArray:
    """A number per maker, and another one for each model without."""
    number: dict[str, int] = {}
    return np.array(
        [
            number.setdefault(makers[model], len(number)) if model in makers else -1 - index
            for index, model in enumerate(models)
        ],
        dtype=np.int64,
    )
