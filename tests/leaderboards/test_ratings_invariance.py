"""What must not matter to a rating does not: sides, order, batches, names, and time."""

import dataclasses

import numpy as np
import pytest

from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import fit
from tests import real_votes
from tests.leaderboards.counting import from_real, from_votes


@pytest.fixture(scope="module")
def counts() -> PairCounts:
    return from_real(real_votes.sample_counts(30_000, seed=3))


def joined(*batches: PairCounts) -> PairCounts:
    columns = [field.name for field in dataclasses.fields(PairCounts)][1:]
    arrays = (np.concatenate([getattr(batch, name) for batch in batches]) for name in columns)
    return PairCounts(batches[0].models, *arrays)


def rows(
    counts: PairCounts, chosen: slice | np.ndarray[tuple[int], np.dtype[np.int64]]
) -> PairCounts:
    columns = [field.name for field in dataclasses.fields(PairCounts)][1:]
    return PairCounts(counts.models, *(getattr(counts, name)[chosen] for name in columns))


def test_swapping_the_sides_of_every_vote_changes_nothing(counts: PairCounts) -> None:
    swapped = dataclasses.replace(
        counts, a=counts.b, b=counts.a, wins_a=counts.wins_b, wins_b=counts.wins_a
    )
    assert fit(swapped) == fit(counts)


def test_the_order_of_rows_changes_nothing(counts: PairCounts) -> None:
    shuffled = rows(counts, np.random.RandomState(1).permutation(len(counts.a)))
    assert fit(shuffled) == fit(counts)


def test_counting_in_batches_changes_nothing() -> None:
    votes = list(real_votes.sample(30_000, seed=3))
    whole = from_votes(votes)
    starts = range(0, 30_000, 7_000)
    batches = [from_votes(votes[start : start + 7_000], whole.models) for start in starts]
    assert fit(joined(*batches)) == fit(whole)


def test_single_votes_and_their_counts_give_the_same_fit(counts: PairCounts) -> None:
    assert fit(from_votes(real_votes.sample(30_000, seed=3))) == fit(counts)


def test_the_order_of_the_models_changes_nothing_beyond_rounding(counts: PairCounts) -> None:
    last = len(counts.models) - 1
    reversed_models = dataclasses.replace(
        counts, models=counts.models[::-1], a=last - counts.a, b=last - counts.b
    )
    straight = {row.model: row.rating for row in fit(counts).ratings}
    assert {row.model: row.rating for row in fit(reversed_models).ratings} == pytest.approx(
        straight, abs=1e-6
    )


def test_a_tie_and_a_both_bad_count_the_same(counts: PairCounts) -> None:
    assert fit(dataclasses.replace(counts, ties=counts.both_bad, both_bad=counts.ties)) == fit(
        counts
    )


def test_ten_times_the_votes_give_the_same_ratings_and_narrower_intervals(
    counts: PairCounts,
) -> None:
    many = fit(joined(*[counts] * 10))
    once = {row.model: row for row in fit(counts).ratings}
    assert many.votes == 300_000
    for row in many.ratings:
        assert row.rating == pytest.approx(once[row.model].rating, abs=1e-6)
        assert row.standard_error == pytest.approx(
            once[row.model].standard_error / 10**0.5, rel=1e-6
        )


def test_the_mean_of_all_models_in_the_fit_is_the_anchor(counts: PairCounts) -> None:
    ratings = [row.rating for row in fit(counts).ratings]
    assert len(ratings) == len(counts.models)
    assert np.mean(ratings) == pytest.approx(1000, abs=1e-9)
