"""Counting of single votes from columns of strings, whatever holds them."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from leaderboards.context import StyledCounts
from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import fit
from tests import real_votes
from tests.leaderboards.counting import from_votes

A = ["x", "y", "x", "z", "x", "x"]
B = ["y", "x", "y", "y", "y", "y"]
WINNER = ["model_a", "model_a", "tie", "both_bad", "model_b", "model_a"]


def table(counts: PairCounts) -> list[list[int]]:
    columns = (counts.a, counts.b, counts.wins_a, counts.wins_b, counts.ties, counts.both_bad)
    return [list(map(int, row)) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    "hold",
    [
        list,
        tuple,
        np.array,
        lambda column: np.array(column, dtype=object),
        pa.array,
        lambda column: pa.array(column).dictionary_encode(),
        lambda column: pa.chunked_array([column[:2], [], column[2:]]),
        lambda column: pa.chunked_array([column[:2], column[2:]]).dictionary_encode(),
    ],
    ids=["list", "tuple", "str", "object", "arrow", "dictionary", "chunks", "dictionary-chunks"],
)
def test_votes_are_counted_by_ordered_pair(hold: Any) -> None:
    counts = PairCounts.from_votes(hold(A), hold(B), hold(WINNER))
    assert counts.models == ("x", "y", "z")
    assert table(counts) == [[0, 1, 2, 1, 1, 0], [1, 0, 1, 0, 0, 0], [2, 1, 0, 0, 0, 1]]


def test_real_votes_are_counted_as_the_slow_way_counts_them() -> None:
    votes = list(real_votes.sample(20_000, seed=1))
    names = {"tie (bothbad)": "both_bad"}
    winner = [names.get(vote.winner, vote.winner) for vote in votes]
    fast = PairCounts.from_votes(
        [vote.model_a for vote in votes], [vote.model_b for vote in votes], winner
    )
    assert fit(fast) == fit(from_votes(votes))


def test_no_votes() -> None:
    counts = PairCounts.from_votes([], [], [])
    assert (counts.models, table(counts)) == ((), [])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((A, B, [*WINNER[:5], "Tie"]), "winner: row 5 is 'Tie', want model_a, model_b, tie, both"),
        ((A, B, [*WINNER[:4], None, "tie"]), "winner: row 4 is missing"),
        (([None, *A[1:]], B, WINNER), "model_a: row 0 is missing"),
        ((A, B[:5], WINNER), "model_b: 5 rows, want 6 like model_a"),
        ((A, B, WINNER[:5]), "winner: 5 rows, want 6 like model_a"),
        ((A, A, WINNER), "model_a, model_b: row 0 sets 'x' against itself"),
        ((A, [*B[:3], "z", "y", "y"], WINNER), "model_a, model_b: row 3 sets 'z' against"),
    ],
)
def test_votes_that_cannot_be_counted_name_the_column_and_the_row(
    columns: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        PairCounts.from_votes(*columns)
    with pytest.raises(ValueError, match=message):
        StyledCounts.from_votes(
            columns[0], columns[1], columns[2], features=np.zeros((6, 1)), names=("length",)
        )


def test_features_stay_with_their_votes() -> None:
    features = np.arange(6.0)[:, np.newaxis]
    styled = StyledCounts.from_votes(A, B, WINNER, features, ["length"])
    assert styled.features.tolist() == features.tolist()
    assert table(styled.counts)[3] == [2, 1, 0, 0, 0, 1]
    assert styled.names == ("length",)
