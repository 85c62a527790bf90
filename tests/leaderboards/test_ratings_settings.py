"""Settings of a fit: which votes count, how much a vote weighs, and what no setting can break."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import stats

from leaderboards.bootstrap import TooFewResamplesError
from leaderboards.context import StyledCounts
from leaderboards.pair_counts import PairCounts
from leaderboards.rank_probability import probability_of_rank_one
from leaderboards.ratings import Fit, FitSettings, Reason, fit
from tests import real_votes
from tests.leaderboards.counting import from_real, from_rows
from tests.leaderboards.simulated import Truth, logits, textbook, votes

TERMS = ("side", "same_maker", "style")


@pytest.fixture(scope="module")
def counts() -> PairCounts:
    return from_real(real_votes.sample_counts(30_000, seed=3))


def test_excluded_draws_are_as_if_never_cast(counts: PairCounts) -> None:
    none = np.zeros_like(counts.ties)
    assert fit(counts, FitSettings(ties="exclude")) == fit(dataclasses.replace(counts, ties=none))
    assert fit(counts, FitSettings(both_bad="exclude")) == fit(
        dataclasses.replace(counts, both_bad=none)
    )
    neither = fit(counts, FitSettings(ties="exclude", both_bad="exclude"))
    assert neither.votes == int((counts.wins_a + counts.wins_b).sum())


def test_leaving_out_ties_stretches_the_scale() -> None:
    """By 1.49 on the real votes, of which 34.5 % are draws, and hardly changes their order."""
    counts = from_real(real_votes.counts())
    halved = {row.model: row.rating for row in fit(counts).ratings}
    without_draws = fit(counts, FitSettings(ties="exclude", both_bad="exclude"))
    ours = np.array([[halved[row.model], row.rating] for row in without_draws.ratings]) - 1000
    assert ours[:, 1] @ ours[:, 0] / (ours[:, 0] @ ours[:, 0]) == pytest.approx(1.49, abs=0.01)
    assert stats.spearmanr(*ours.T).statistic == pytest.approx(0.999, abs=5e-4)


def test_a_model_with_excluded_draws_alone_has_no_rating() -> None:
    counts = from_rows("ABT", [[0, 1, 3, 1, 0, 0], [2, 0, 0, 0, 4, 1]])
    result = fit(counts, FitSettings(ties="exclude", both_bad="exclude"))
    assert [(row.model, row.reason, row.votes) for row in result.unrated] == [
        ("T", Reason.ONLY_TIES, 5)
    ]


def test_reweighting_makes_ten_times_the_votes_of_one_pair_no_louder() -> None:
    once = from_rows("ABC", [[0, 1, 60, 40, 0, 0], [1, 2, 70, 30, 0, 0], [2, 0, 90, 10, 0, 0]])
    times = np.array([10, 1, 1])
    tenfold = dataclasses.replace(once, wins_a=once.wins_a * times, wins_b=once.wins_b * times)
    settings = FitSettings(reweight_below=50)
    assert rated(fit(tenfold, settings)) == pytest.approx(rated(fit(once, settings)), abs=1e-6)
    assert rated(fit(tenfold)) != pytest.approx(rated(fit(once)), abs=1)


def test_pairs_below_the_threshold_weigh_as_they_are_many() -> None:
    rows = [[0, 1, 20, 10, 0, 0], [1, 2, 25, 20, 0, 0], [2, 0, 30, 19, 0, 0]]
    counts = from_rows("ABC", rows)
    weighted, plain = fit(counts, FitSettings(reweight_below=50)), fit(counts)
    assert rated(weighted) == pytest.approx(rated(plain), abs=1e-6)
    for ours, expected in zip(weighted.ratings, plain.ratings, strict=True):
        assert ours.standard_error == pytest.approx(expected.standard_error, rel=1e-9)


def test_reweighted_ratings_and_sandwich_are_the_textbooks() -> None:
    styled = votes(2_000, Truth(np.linspace(-0.5, 0.5, 6)), seed=9)
    counts = styled.counts
    pair = np.minimum(counts.a, counts.b) * 6 + np.maximum(counts.a, counts.b)
    weight = 1 / np.maximum(np.bincount(pair)[pair], 130)
    assert 1 / 130 in weight
    assert weight.min() < 1 / 130
    expected = textbook(styled, np.empty((2_000, 0)), weight)
    result = fit(counts, FitSettings(reweight_below=130))
    assert logits(result) == pytest.approx(expected.parameters, abs=1e-6)
    number = [int(row.model[1:]) for row in result.ratings]
    errors = np.sqrt(np.diag(expected.covariance))[number] * 400 / math.log(10)
    assert [row.standard_error for row in result.ratings] == pytest.approx(errors, rel=1e-5)


def rated(result: Fit) -> dict[str, float]:
    return {row.model: row.rating for row in result.ratings}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ties", "full", "ties is 'full', want half or exclude"),
        ("both_bad", "", "both_bad is '', want half or exclude"),
        ("reweight_below", 0, "reweight_below is 0, want 1 or more, or None"),
        ("terms", frozenset({"side", "speed"}), "terms: 'speed' is unknown"),
        ("interval", "exact", "interval is 'exact', want sandwich or bootstrap"),
        ("bootstrap_samples", 19, "bootstrap_samples is 19, want 20 or more"),
        ("seed", -1, "seed is -1, want 0 or more"),
    ],
)
def test_refused_settings_name_the_field(field: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FitSettings(**{field: value})


@st.composite
def any_styled_counts(draw: st.DrawFn, most: int) -> StyledCounts:
    """Sparse, lopsided votes of up to six models with coarse features, often degenerate."""
    n_models = draw(st.integers(2, 6))
    number = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, most))
    row = st.tuples(
        st.integers(0, n_models - 1), st.integers(1, n_models - 1), number, number, number, number
    ).map(lambda drawn: [drawn[0], (drawn[0] + drawn[1]) % n_models, *drawn[2:]])
    rows = draw(st.lists(row, max_size=12))
    value = st.sampled_from([0.0, 0.0, 0.0, -0.5, 0.5, 0.25])
    features = draw(st.lists(st.tuples(value, value), min_size=len(rows), max_size=len(rows)))
    counts = from_rows([f"m{index}" for index in range(n_models)], rows)
    return StyledCounts(counts, np.array(features).reshape(-1, 2), ("length", "lists"))


any_settings = st.builds(
    FitSettings,
    ties=st.sampled_from(["half", "exclude"]),
    both_bad=st.sampled_from(["half", "exclude"]),
    reweight_below=st.sampled_from([None, 1, 50]),
    terms=st.frozensets(st.sampled_from(TERMS)),
    interval=st.sampled_from(["sandwich", "sandwich", "bootstrap"]),
    bootstrap_samples=st.just(20),
)


@given(any_styled_counts(most=10**6), any_settings)
@hypothesis_settings(deadline=None, max_examples=300)
def test_whatever_the_settings_every_number_is_finite_or_refused(
    styled: StyledCounts, settings: FitSettings
) -> None:
    makers = {"m0": "one", "m1": "one", "m2": "two"}
    try:
        result = fit(styled, settings, makers=makers)
    except TooFewResamplesError:
        assert settings.interval == "bootstrap"
        result = fit(styled, dataclasses.replace(settings, interval="sandwich"), makers=makers)
    named = [row.model for row in result.ratings] + [row.model for row in result.unrated]
    assert sorted(named) == sorted(styled.counts.models)
    for row in result.ratings:
        assert math.isfinite(row.rating)
        assert 0 <= row.standard_error < math.inf
        assert row.lower <= row.upper
    terms = [row.name for row in result.coefficients] + [row.name for row in result.refused_terms]
    assert len(set(terms)) == len(terms)
    for coefficient in result.coefficients:
        assert abs(coefficient.value_logits) < math.inf
        assert coefficient.lower_elo <= coefficient.upper_elo
    first = probability_of_rank_one(result, draws=200)
    assert first.keys() == {row.model for row in result.ratings}
    assert sum(first.values()) == pytest.approx(1 if first else 0)


@given(any_styled_counts(most=40), any_settings)
@hypothesis_settings(deadline=None, max_examples=100)
def test_swapping_the_sides_turns_round_the_side_terms_alone(
    styled: StyledCounts, settings: FitSettings
) -> None:
    """Left and right exchanged in votes and features: style and ratings stay, sides change sign."""
    settings = dataclasses.replace(settings, interval="sandwich")
    makers = {"m0": "one", "m1": "one"}
    counts = styled.counts
    swapped = StyledCounts(
        dataclasses.replace(
            counts, a=counts.b, b=counts.a, wins_a=counts.wins_b, wins_b=counts.wins_a
        ),
        -styled.features,
        styled.names,
    )
    straight, turned = (fit(case, settings, makers=makers) for case in (styled, swapped))
    assert straight.refused_terms == turned.refused_terms
    assert rated(turned) == pytest.approx(rated(straight), abs=1e-4)
    for before, after in zip(straight.coefficients, turned.coefficients, strict=True):
        sign = -1 if before.name in ("side", "same maker") else 1
        assert after.value_logits == pytest.approx(sign * before.value_logits, abs=1e-6)
        assert after.standard_error_logits == pytest.approx(
            before.standard_error_logits, rel=1e-3, abs=1e-6
        )
