"""Columns of votes, as data frames and Arrow tables hold them, to small integers."""

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


def encode(model_a: Column, model_b: Column, winner: Column) -> EncodedVotes:
    """Votes as numbers; models in alphabetical order.

    Raises ValueError, naming the column and the row, for a missing value, a model against itself,
    unequal lengths, and for an unknown winner: a vote is never guessed to be a tie.
    """
    left, right = _encode("model_a", model_a), _encode("model_b", model_b)
    won = _encode("winner", winner)
    for name, column in (("model_b", right), ("winner", won)):
        if len(column) != len(left):
            raise ValueError(f"{name}: {len(column)} rows, want {len(left)} like model_a")
    models = tuple(sorted({*left.dictionary.to_pylist(), *right.dictionary.to_pylist()}))
    a, b = _indices(left, models), _indices(right, models)
    itself = np.flatnonzero(a == b)
    if itself.size:
        name = models[a[itself[0]]]
        raise ValueError(f"model_a, model_b: row {itself[0]} sets {name!r} against itself")
    return EncodedVotes(models, a, b, _outcomes(won))


def _outcomes(won: pa.DictionaryArray) -> IntArray:
    values = won.dictionary.to_pylist()
    unknown = [value for value in values if value not in WINNERS]
    if unknown:
        code = values.index(unknown[0])
        row = int(np.flatnonzero(won.indices.to_numpy() == code)[0])
        raise ValueError(f"winner: row {row} is {unknown[0]!r}, want {', '.join(WINNERS)}")
    return _indices(won, WINNERS)


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


def _names(left: pa.DictionaryArray, right: pa.DictionaryArray) -> tuple[str, ...]:
    return tuple(sorted({*left.dictionary.to_pylist(), *right.dictionary.to_pylist()}))


def _numbers(encoded: pa.DictionaryArray, names: Sequence[str]) -> IntArray:
    """Index in `names` of each string of the dictionary."""
    index = {name: number for number, name in enumerate(names)}
    return np.array([index[value] for value in encoded.dictionary.to_pylist()], dtype=np.int64)


def _indices(encoded: pa.DictionaryArray, names: Sequence[str]) -> IntArray:
    return _numbers(encoded, names)[encoded.indices.to_numpy()]
