"""Columns of votes, as data frames and Arrow tables hold them, to small integers."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leaderboards.arrays import IntArray

WINNERS: Final = ("model_a", "model_b", "tie", "both_bad")

Column = Sequence[str] | Any
"""Strings in a sequence, a NumPy array, a pandas Series or an Arrow array."""


def encode_models(model_a: Column, model_b: Column) -> tuple[tuple[str, ...], IntArray, IntArray]:
    """Names in alphabetical order and, per side, the index of each vote's model among them.

    Raises ValueError, naming the column and the row, for a missing name or unequal lengths.
    """
    left, right = _encode("model_a", model_a), _encode("model_b", model_b)
    if len(left) != len(right):
        raise ValueError(f"model_b: {len(right)} rows, want {len(left)} like model_a")
    names = sorted({*left.dictionary.to_pylist(), *right.dictionary.to_pylist()})
    return tuple(names), _indices(left, names), _indices(right, names)


def encode_winners(winner: Column) -> IntArray:
    """Index of each vote's winner in WINNERS.

    Raises ValueError, naming the row, for anything else: a vote is never guessed to be a tie.
    """
    encoded = _encode("winner", winner)
    values = encoded.dictionary.to_pylist()
    unknown = [value for value in values if value not in WINNERS]
    if unknown:
        code = values.index(unknown[0])
        row = int(np.flatnonzero(encoded.indices.to_numpy() == code)[0])
        raise ValueError(f"winner: row {row} is {unknown[0]!r}, want {', '.join(WINNERS)}")
    return _indices(encoded, WINNERS)


def _encode(name: str, column: Column) -> pa.DictionaryArray:
    array = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column)
    if array.null_count:
        row = pc.index(pc.is_null(array), True).as_py()
        raise ValueError(f"{name}: row {row} is missing")
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array


def _indices(encoded: pa.DictionaryArray, names: Sequence[str]) -> IntArray:
    index = {name: number for number, name in enumerate(names)}
    number_of = [index[value] for value in encoded.dictionary.to_pylist()]
    return np.array(number_of, dtype=np.int64)[encoded.indices.to_numpy()]
