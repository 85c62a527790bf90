"""Votes that cannot carry a finite rating give a reason, and no input gives infinity."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import Reason, fit
from leaderboards.tiers import tiers
from tests.leaderboards.counting import from_rows

CIRCLE = [[0, 1, 3, 1, 0, 0], [1, 2, 3, 1, 0, 0], [2, 0, 3, 1, 0, 0]]
"""Three models that beat each other in a circle."""


def reasons(counts: PairCounts) -> dict[str, Reason]:
    return {row.model: row.reason for row in fit(counts).unrated}


def test_a_model_without_votes() -> None:
    assert reasons(from_rows("ABCD", CIRCLE)) == {"D": Reason.NO_VOTES}


def test_no_models_and_no_votes_at_all() -> None:
    assert reasons(from_rows("", [])) == {}
    assert reasons(from_rows("A", [])) == {"A": Reason.NO_VOTES}
    assert reasons(from_rows("AB", [[0, 1, 0, 0, 0, 0]])) == dict.fromkeys("AB", Reason.NO_VOTES)


def test_one_vote() -> None:
    counts = from_rows("AB", [[0, 1, 1, 0, 0, 0]])
    assert fit(counts).ratings == ()
    assert reasons(counts) == {"A": Reason.ALWAYS_WON, "B": Reason.ALWAYS_LOST}


def test_a_model_that_always_won_leaves_the_others_rated() -> None:
    with_winner = fit(from_rows("ABCW", [*CIRCLE, [3, 0, 5, 0, 0, 0]]))
    without = fit(from_rows("ABC", CIRCLE))
    assert with_winner.ratings == without.ratings
    assert [(row.model, row.reason, row.votes) for row in with_winner.unrated] == [
        ("W", Reason.ALWAYS_WON, 5)
    ]
    assert with_winner.votes == 12


@pytest.mark.parametrize("draw", ["ties", "both_bad"])
def test_one_draw_with_the_rest_is_enough_to_be_rated(draw: str) -> None:
    votes = [1, 0] if draw == "ties" else [0, 1]
    result = fit(from_rows("ABCW", [*CIRCLE, [3, 0, 5, 0, *votes]]))
    assert result.ratings[0].model == "W"
    assert result.unrated == ()


def test_islands_are_not_compared_and_the_one_with_most_votes_is_rated() -> None:
    island = [[3, 4, 50, 40, 0, 0]]
    result = fit(from_rows("ABCXY", [*CIRCLE, *island]))
    assert [row.model for row in result.ratings] == ["X", "Y"]
    assert {row.model: row.reason for row in result.unrated} == dict.fromkeys(
        "ABC", Reason.NOT_CONNECTED
    )


def test_islands_joined_in_one_direction_only_are_still_islands() -> None:
    result = fit(from_rows("ABCXY", [*CIRCLE, [3, 4, 1, 1, 0, 0], [3, 0, 9, 0, 0, 0]]))
    assert [row.model for row in result.ratings] == ["A", "B", "C"]
    assert {row.model: row.reason for row in result.unrated} == dict.fromkeys(
        "XY", Reason.NOT_CONNECTED
    )


def test_ties_alone_give_no_interval_and_so_no_rating() -> None:
    only_ties = from_rows("AB", [[0, 1, 0, 0, 7, 2]])
    assert reasons(only_ties) == dict.fromkeys("AB", Reason.ONLY_TIES)
    joined = fit(from_rows("ABCT", [*CIRCLE, [3, 0, 0, 0, 4, 0]]))
    assert [(row.model, row.reason, row.votes) for row in joined.unrated] == [
        ("T", Reason.ONLY_TIES, 4)
    ]
    assert {row.model for row in joined.ratings} == set("ABC")


def test_two_models() -> None:
    result = fit(from_rows("AB", [[0, 1, 3, 1, 0, 0]]))
    assert result.ratings[0].rating - result.ratings[1].rating == pytest.approx(
        400 * math.log10(3), abs=1e-7
    )
    # Var of the difference in logits is 1 / (n p (1 - p)), and each side bears half of it.
    error = 400 / math.log(10) / math.sqrt(4 * 0.75 * 0.25) / 2
    assert result.ratings[0].standard_error == pytest.approx(error, rel=1e-9)


def test_an_almost_one_sided_chain_converges() -> None:
    chain = [[i, i + 1, 10**8, 1, 0, 0] for i in range(8)]
    result = fit(from_rows("ABCDEFGHI", chain))
    steps = [
        above.rating - below.rating
        for above, below in zip(result.ratings, result.ratings[1:], strict=False)
    ]
    assert steps == pytest.approx([400 * 8] * 8, abs=1e-3)


def test_a_web_of_lopsided_pairs_converges() -> None:
    """Full Newton steps overshoot here until the Hessian is singular."""
    result = fit(
        from_rows(
            [f"m{i}" for i in range(8)],
            [
                [7, 6, 0, 1, 0, 0],
                [3, 2, 1, 1012662, 0, 0],
                [7, 3, 5694765, 2, 0, 0],
                [3, 1, 76, 0, 0, 0],
                [6, 7, 1, 2, 0, 0],
                [0, 1, 39, 0, 0, 0],
                [0, 6, 13577959, 1, 73, 1],
                [4, 3, 0, 259342908, 177223, 2],
                [2, 7, 1, 1, 0, 0],
                [4, 1, 14582999, 15895, 0, 0],
            ],
        )
    )
    assert {row.model for row in result.unrated} == {"m5"}
    assert len(result.ratings) == 7
    assert result.gradient_norm < 1e-6


@st.composite
def any_counts(draw: st.DrawFn) -> PairCounts:
    """Counts of up to seven models, sparse and lopsided more often than not."""
    n_models = draw(st.integers(2, 7))
    number = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 10**7))
    pair = st.tuples(st.integers(0, n_models - 1), st.integers(1, n_models - 1))
    row = st.tuples(pair, number, number, number, number).map(
        lambda drawn: [drawn[0][0], (drawn[0][0] + drawn[0][1]) % n_models, *drawn[1:]]
    )
    return from_rows([f"m{i}" for i in range(n_models)], draw(st.lists(row, max_size=12)))


@given(any_counts())
@settings(deadline=None, max_examples=300)
def test_every_model_is_either_finite_or_refused(counts: PairCounts) -> None:
    with np.errstate(all="raise", under="ignore"):
        result = fit(counts)
    named = [row.model for row in result.ratings] + [row.model for row in result.unrated]
    assert sorted(named) == sorted(counts.models)
    for row in result.ratings:
        assert math.isfinite(row.rating)
        assert 0 < row.standard_error < math.inf
        assert row.lower < row.rating < row.upper
        assert row.votes > 0
    for placing in tiers(result):
        assert 1 <= placing.rank_best <= placing.rank_worst <= len(result.ratings)
