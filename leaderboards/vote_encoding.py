"""Columns of votes, as data frames and Arrow tables hold them, to small integers."""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leaderboards.arrays import IntArray

WINNERS: Final = ("model_a", "model_b", "tie", "both_bad")

Column = Sequence[str] | Any
"""Strings in a sequence, a NumPy array, a pandas Series or an Arrow array."""


class EncodedVotes(NamedTuple):
    """Votes as numbers (n_votes,): `a`, `b` are indices into `models`, `outcome` into WINNERS."""

    models: tuple[str, ...]
    a: IntArray
    b: IntArray
    outcome: IntArray


class VoteTable(NamedTuple):
    """Votes counted: `votes` (n_models, n_models, 4) by left model, right model and WINNERS."""

    models: tuple[str, ...]
    votes: IntArray


class _Columns(NamedTuple):
    """The columns in dictionaries of Arrow, of equal length, and all models."""

    left: pa.DictionaryArray
    right: pa.DictionaryArray
    won: pa.DictionaryArray
    models: tuple[str, ...]


def encode(model_a: Column, model_b: Column, winner: Column) -> EncodedVotes:
    """Votes as numbers; models in alphabetical order.

    Raises ValueError, naming the column and the row, for a missing value, a model against itself,
    unequal lengths, and for an unknown winner: a vote is never guessed to be a tie.
    """
    columns = _columns(model_a, model_b, winner)
    a, b = _sides(columns)
    return EncodedVotes(columns.models, a, b, _indices(columns.won, WINNERS))


def count(model_a: Column, model_b: Column, winner: Column) -> VoteTable:
    """Votes counted by both models and winner; models in alphabetical order; errors as `encode`.

    It counts in the numbers that Arrow gave the strings and renumbers the table alone, which is
    twice as fast as renumbering every vote.
    """
    columns = _columns(model_a, model_b, winner)
    left, right, won, models = columns
    shape = [len(column.dictionary) for column in (left, right, won)]
    cells = left.indices.to_numpy().astype(np.int64)
    for column, size in ((right, shape[1]), (won, shape[2])):
        cells *= size
        cells += column.indices.to_numpy()
    counted = np.bincount(cells, minlength=math.prod(shape)).reshape(shape)
    votes = np.zeros((len(models), len(models), len(WINNERS)), dtype=np.int64)
    places = (_numbers(left, models), _numbers(right, models), _numbers(won, WINNERS))
    votes[np.ix_(*places)] = counted
    if votes.trace().any():
        _sides(columns)
    return VoteTable(models, votes)


def _columns(model_a: Column, model_b: Column, winner: Column) -> _Columns:
    left, right = _encode("model_a", model_a), _encode("model_b", model_b)
    won = _encode("winner", winner)
    for name, column in (("model_b", right), ("winner", won)):
        if len(column) != len(left):
            raise ValueError(f"{name}: {len(column)} rows, want {len(left)} like model_a")
    unknown = [value for value in won.dictionary.to_pylist() if value not in WINNERS]
    if unknown:
        row = pc.index(won.dictionary_decode(), unknown[0]).as_py()
        raise ValueError(f"winner: row {row} is {unknown[0]!r}, want {', '.join(WINNERS)}")
    models = sorted({*left.dictionary.to_pylist(), *right.dictionary.to_pylist()})
    return _Columns(left, right, won, tuple(models))


def _sides(columns: _Columns) -> tuple[IntArray, IntArray]:
    """Left and right model of each vote; raises ValueError where they are the same."""
    a, b = (_indices(side, columns.models) for side in (columns.left, columns.right))
    itself = np.flatnonzero(a == b)
    if itself.size:
        name = columns.models[a[itself[0]]]
        raise ValueError(f"model_a, model_b: row {itself[0]} sets {name!r} against itself")
    return a, b


def _encode(name: str, column: Column) -> pa.DictionaryArray:
    array = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column)
    if pa.types.is_dictionary(array.type):
        # A dictionary made elsewhere may hold a string twice, or a null.
        array = array.cast(array.type.value_type)
    if array.null_count:
        row = pc.index(pc.is_null(array), True).as_py()
        raise ValueError(f"{name}: row {row} is missing")
    array = array.dictionary_encode()
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array


def _numbers(encoded: pa.DictionaryArray, names: Sequence[str]) -> IntArray:
    """Index in `names` of each string of the dictionary."""
    index = {name: number for number, name in enumerate(names)}
    return np.array([index[value] for value in encoded.dictionary.to_pylist()], dtype=np.int64)


def _indices(encoded: pa.DictionaryArray, names: Sequence[str]) -> IntArray:
    return np.asarray(_numbers(encoded, names)[encoded.indices.to_numpy()])
