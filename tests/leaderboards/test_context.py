"""Terms that the votes cannot tell are refused with the reason, and features that are none."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from leaderboards.context import RefusedTerm, StyledCounts, TermReason, difference
from leaderboards.ratings import FitSettings, fit
from tests.leaderboards.counting import from_rows
from tests.leaderboards.simulated import Truth, votes

STYLE = FitSettings(terms=frozenset({"style"}))
SIDE = FitSettings(terms=frozenset({"side"}))


@pytest.fixture(scope="module")
def styled() -> StyledCounts:
    return votes(3_000, Truth(np.linspace(-0.5, 0.5, 5), gamma=np.array([0.5, 0.2])), seed=4)


def with_feature(styled: StyledCounts, column: np.ndarray[Any, Any]) -> StyledCounts:
    return dataclasses.replace(
        styled,
        features=np.column_stack([styled.features, column]),
        names=(*styled.names, "extra"),
    )


def test_a_difference_is_between_minus_one_and_one_and_has_no_division_by_zero() -> None:
    left, right = np.array([300.0, 0.0, 0.0, 3.0]), np.array([99.0, 0.0, 7.0, 3.0])
    assert difference(left, right).tolist() == [201 / 400, 0, -7 / 8, 0]
    assert difference(right, left).tolist() == (-difference(left, right)).tolist()


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_a_constant_feature_is_refused_and_the_rest_is_fitted(
    styled: StyledCounts, value: float
) -> None:
    result = fit(with_feature(styled, np.full(3_000, value)), STYLE)
    assert result.refused_terms == (RefusedTerm("extra", TermReason.CONSTANT),)
    assert result.coefficients == fit(styled, STYLE).coefficients
    assert result.ratings == fit(styled, STYLE).ratings


def test_a_feature_that_others_add_up_to_is_refused(styled: StyledCounts) -> None:
    copied = with_feature(styled, styled.features @ [2.0, -1.0] + 1e-12)
    result = fit(copied, STYLE)
    assert result.refused_terms == (RefusedTerm("extra", TermReason.COLLINEAR),)
    assert result.coefficients == fit(styled, STYLE).coefficients


def test_a_feature_that_the_models_tell_is_refused(styled: StyledCounts) -> None:
    """Every answer of a model equally long: whether length or model wins cannot be known."""
    length = np.arange(5.0)
    per_model = length[styled.counts.a] - length[styled.counts.b]
    result = fit(with_feature(styled, per_model), STYLE)
    assert result.refused_terms == (RefusedTerm("extra", TermReason.COLLINEAR),)


def test_a_side_that_is_always_the_same_model_is_refused() -> None:
    counts = from_rows("AB", [[0, 1, 7, 3, 0, 0]])
    result = fit(counts, SIDE)
    assert result.refused_terms == (RefusedTerm("side", TermReason.COLLINEAR),)
    assert result.ratings == fit(counts).ratings


def test_a_side_that_decides_every_vote_is_refused() -> None:
    counts = from_rows("AB", [[0, 1, 7, 0, 0, 0], [1, 0, 5, 0, 0, 0]])
    result = fit(counts, SIDE)
    assert result.refused_terms == (RefusedTerm("side", TermReason.SEPARATED),)
    assert result.coefficients == ()
    assert result.ratings == fit(counts).ratings


def test_a_feature_that_decides_every_vote_it_bears_on_is_refused(styled: StyledCounts) -> None:
    rare = np.zeros(3_000)
    rare[np.flatnonzero(styled.counts.wins_a)[:10]] = 1
    settings = FitSettings(terms=frozenset({"side", "style"}))
    result = fit(with_feature(styled, rare), settings)
    assert result.refused_terms == (RefusedTerm("extra", TermReason.SEPARATED),)
    assert [row.value_logits for row in result.coefficients] == pytest.approx(
        [row.value_logits for row in fit(styled, settings).coefficients], abs=1e-9
    )


def test_no_two_models_of_one_maker(styled: StyledCounts) -> None:
    settings = FitSettings(terms=frozenset({"same_maker"}))
    result = fit(styled, settings, makers={"m0": "x", "m1": "y"})
    assert result.refused_terms == (RefusedTerm("same maker", TermReason.CONSTANT),)
    assert result.ratings == fit(styled).ratings


def test_terms_without_their_data_are_refused_as_errors(styled: StyledCounts) -> None:
    with pytest.raises(ValueError, match="'style' needs StyledCounts"):
        fit(styled.counts, STYLE)
    with pytest.raises(ValueError, match="'same_maker' needs the makers"):
        fit(styled.counts, FitSettings(terms=frozenset({"same_maker"})))


@pytest.mark.parametrize(
    ("replaced", "message"),
    [
        ({"features": np.zeros((3_000, 1))}, r"want shape \(3000, 2\), got \(3000, 1\)"),
        ({"names": ("length", "length")}, "names: want each once"),
        ({"names": ("length", "side")}, "names: want each once and neither 'side'"),
        ({"features": np.full((3_000, 2), np.nan)}, "features: row 0 is not finite"),
    ],
)
def test_features_that_cannot_be_features_are_refused(
    styled: StyledCounts, replaced: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(styled, **replaced)
