"""Counts that cannot be counts are refused with the field, the row and what is wanted."""

from typing import Any

import numpy as np
import pytest

from leaderboards.pair_counts import MAX_VOTES, PairCounts


def counts(**replaced: Any) -> PairCounts:
    fields: dict[str, Any] = {
        "models": ("A", "B", "C"),
        "a": np.array([0, 1]),
        "b": np.array([1, 2]),
        "wins_a": np.array([5, 6]),
        "wins_b": np.array([7, 8]),
        "ties": np.array([1, 0]),
        "both_bad": np.array([0, 2]),
    }
    return PairCounts(**(fields | replaced))


def test_wins_and_draws_are_laid_out_by_row_and_column() -> None:
    both_orders = counts(a=np.array([0, 1], dtype=np.int32), b=np.array([1, 0], dtype=np.int8))
    assert both_orders.wins().tolist() == [[0, 13, 0], [13, 0, 0], [0, 0, 0]]
    assert both_orders.draws().tolist() == [[0, 3, 0], [3, 0, 0], [0, 0, 0]]
    assert both_orders.a.dtype == np.int64


@pytest.mark.parametrize(
    ("replaced", "message"),
    [
        ({"models": ("A", "B", "A")}, r"models: 'A' stands twice"),
        ({"ties": np.array([1])}, r"ties: want integers of shape \(2,\) like a, got .* \(1,\)"),
        ({"wins_a": np.array([[5, 6]])}, r"wins_a: .* got int64 of shape \(1, 2\)"),
        ({"wins_b": np.array([0.5, 1.0])}, r"wins_b: want integers .* got float64"),
        ({"both_bad": np.array([0, -1])}, r"both_bad: row 1 is -1, want 0 to"),
        ({"b": np.array([1, 3])}, r"b: row 1 is 3, want 0 to 2"),
        ({"a": np.array([-1, 1])}, r"a: row 0 is -1, want 0 to 2"),
        ({"b": np.array([1, 1])}, r"row 1 sets 'B' against itself"),
        ({"ties": np.array([MAX_VOTES + 1, 0])}, r"ties: row 0 is 10000000001"),
        ({"ties": np.array([MAX_VOTES, 0])}, r"10000000028 votes, want at most"),
    ],
)
def test_refused_counts_name_the_field_and_the_row(replaced: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        counts(**replaced)
