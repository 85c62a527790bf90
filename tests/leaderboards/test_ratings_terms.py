"""Side, same maker and style: published values, truths recovered, and the textbook's estimates."""

import numpy as np
import pytest
from scipy.linalg import cho_solve

from leaderboards.context import StyledCounts, context_of
from leaderboards.design import Design
from leaderboards.likelihood import maximise
from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import FitSettings, fit
from tests.leaderboards.baseball import baseball_1987
from tests.leaderboards.counting import from_rows
from tests.leaderboards.simulated import ELO_PER_LOGIT, STYLE, Truth, logits, textbook, votes

SIDE = FitSettings(terms=frozenset({"side"}))
STYLED = FitSettings(terms=frozenset({"style"}))
ALL = FitSettings(terms=frozenset({"side", "same_maker", "style"}), reweight_below=50)
MAKERS = {f"m{index}": f"maker {index // 2}" for index in range(6)}


@pytest.fixture(scope="module")
def baseball() -> PairCounts:
    return baseball_1987()


def printed_table(counts: PairCounts, settings: FitSettings) -> dict[str, tuple[float, float]]:
    """Estimates over the first model, and errors from the curvature alone, as R prints them."""
    design = Design.of(counts, context_of(counts, settings, None), settings.reweight_below)
    optimum = maximise(design)
    contrasts = np.eye(len(optimum.parameters))
    contrasts[: len(counts.models), 0] -= 1
    estimates = contrasts @ optimum.parameters
    errors = np.sqrt(np.diag(contrasts @ cho_solve(optimum.hessian_factor, contrasts.T)))
    rows = zip(estimates.tolist(), errors.tolist(), strict=True)
    return dict(zip([*counts.models, *design.names][1:], list(rows)[1:], strict=True))


def test_citations_have_the_published_standard_errors() -> None:
    """Stigler's citations, as summarised for the package BradleyTerry2 (Turner and Firth 2012)."""
    journals = ("Biometrika", "Comm Statist", "JASA", "JRSS-B")
    pairs = [[0, 1, 730, 33], [0, 2, 498, 320], [0, 3, 221, 284]]
    pairs += [[1, 2, 68, 813], [1, 3, 17, 276], [2, 3, 142, 325]]
    table = printed_table(from_rows(journals, [[*pair, 0, 0] for pair in pairs]), FitSettings())
    printed = {
        "Comm Statist": (-2.94907, 0.10255),
        "JASA": (-0.47957, 0.06059),
        "JRSS-B": (0.26895, 0.07083),
    }
    for name, row in printed.items():
        assert table[name] == pytest.approx(row, abs=5.1e-6)


def test_baseball_with_its_home_advantage(baseball: PairCounts) -> None:
    """Coefficients and errors printed for Agresti's table with and without playing at home."""
    without = {
        "Boston": (1.1077, 0.3339),
        "Cleveland": (0.6839, 0.3319),
        "Detroit": (1.4364, 0.3396),
        "Milwaukee": (1.5814, 0.3433),
        "New York": (1.2476, 0.3359),
        "Toronto": (1.2945, 0.3367),
    }
    at_home = {
        "Boston": (1.1438, 0.3378),
        "Cleveland": (0.7047, 0.3350),
        "Detroit": (1.4754, 0.3446),
        "Milwaukee": (1.6196, 0.3474),
        "New York": (1.2813, 0.3404),
        "Toronto": (1.3271, 0.3403),
        "side": (0.3023, 0.1309),
    }
    for settings, printed in ((FitSettings(), without), (SIDE, at_home)):
        table = printed_table(baseball, settings)
        assert table.keys() == printed.keys()
        for name, row in printed.items():
            assert table[name] == pytest.approx(row, abs=5.1e-5)


def test_the_fit_publishes_the_home_advantage_in_elo_points(baseball: PairCounts) -> None:
    result = fit(baseball, SIDE)
    (side,) = result.coefficients
    assert (side.name, side.standard_deviation) == ("side", None)
    assert side.value_logits == pytest.approx(0.3023, abs=5.1e-5)
    assert side.value_elo == pytest.approx(0.3023 * ELO_PER_LOGIT, abs=0.01)
    assert side.lower_elo < side.value_elo < side.upper_elo
    half_width = 1.959963984540054 * side.standard_error_logits * ELO_PER_LOGIT
    assert side.upper_elo - side.value_elo == pytest.approx(half_width)


def test_what_the_votes_were_drawn_from_is_recovered() -> None:
    truth = Truth(
        np.linspace(-0.5, 0.5, 6), left=0.2, same_maker=-0.3, gamma=np.array([0.5, 0.1, 0.0, -0.2])
    )
    result = fit(votes(60_000, truth, MAKERS, seed=11), ALL, makers=MAKERS)
    value = {row.name: row for row in result.coefficients}
    assert tuple(value) == ("side", "same maker", *STYLE)
    for name, true in (("side", truth.left), ("same maker", truth.same_maker)):
        assert abs(value[name].value_logits - true) < 3 * value[name].standard_error_logits
    for name, true in zip(STYLE, truth.gamma.tolist(), strict=True):
        deviation = value[name].standard_deviation
        assert deviation is not None
        estimate = value[name].value_logits / deviation
        assert abs(estimate - true) < 3 * value[name].standard_error_logits / deviation
    error = np.array([row.standard_error for row in result.ratings]).max() / ELO_PER_LOGIT
    assert np.abs(logits(result) - truth.theta).max() < 3 * error


def test_all_terms_at_once_agree_with_the_textbook() -> None:
    """Unpenalised, reweighted; estimates and sandwich from a dense matrix and another optimiser."""
    truth = Truth(np.linspace(-0.5, 0.5, 6), 0.2, -0.3, np.array([0.5, 0.1, 0.0, -0.2]))
    styled = votes(3_000, truth, MAKERS, seed=5)
    counts = styled.counts
    maker = np.array([MAKERS[model] for model in counts.models])
    pair = np.minimum(counts.a, counts.b) * 6 + np.maximum(counts.a, counts.b)
    weight = 1 / np.maximum(np.bincount(pair)[pair], 50)
    scores = (styled.features - styled.features.mean(axis=0)) / styled.features.std(axis=0)
    columns = np.column_stack([np.ones(3_000), maker[counts.a] == maker[counts.b], scores])
    expected = textbook(styled, columns, weight)
    result = fit(styled, ALL, makers=MAKERS)
    assert logits(result) == pytest.approx(expected.parameters[:6], abs=1e-6)
    errors = np.sqrt(np.diag(expected.covariance))
    for row, value, error in zip(
        result.coefficients, expected.parameters[6:], errors[6:], strict=True
    ):
        assert row.value_logits == pytest.approx(value, abs=1e-6)
        assert row.standard_error_logits == pytest.approx(error, rel=1e-5)
    number = [int(row.model[1:]) for row in result.ratings]
    assert result.covariance / ELO_PER_LOGIT**2 == pytest.approx(
        expected.covariance[np.ix_(number, number)], rel=1e-4, abs=1e-9
    )


def test_longer_answers_of_one_model_no_longer_lift_its_rating() -> None:
    """Two equal models, one of them twice as wordy, and voters who like words."""
    random = np.random.RandomState(3)
    n = 40_000
    left_is_wordy = random.random_sample(n) < 0.5
    feature = np.where(left_is_wordy, 1, -1) / 3 + random.normal(scale=0.3, size=n)
    left_wins = random.random_sample(n) < 1 / (1 + np.exp(-feature))
    left, right = (np.where(left_is_wordy == side, "wordy", "terse") for side in (True, False))
    winner = np.where(left_wins, "model_a", "model_b").tolist()
    styled = StyledCounts.from_votes(
        left.tolist(), right.tolist(), winner, feature[:, np.newaxis], ("length",)
    )
    raw = fit(styled)
    assert raw.ratings[0].model == "wordy"
    assert raw.ratings[0].lower > raw.ratings[1].upper
    controlled = fit(styled, STYLED)
    assert controlled.ratings[0].lower < controlled.ratings[1].upper
    (length,) = controlled.coefficients
    assert length.value_logits / feature.std() == pytest.approx(1, abs=0.1)


def test_style_that_is_not_asked_for_changes_nothing() -> None:
    styled = votes(2_000, Truth(np.linspace(0, 1, 4)), seed=2)
    assert fit(styled) == fit(styled.counts)


def test_pieces_of_whole_pairs_add_up_to_the_same_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces end between pairs, and a pair longer than a piece stays whole."""
    styled = votes(600, Truth(np.linspace(-0.5, 0.5, 6), gamma=np.array([0.5, 0.2])), seed=6)
    whole = fit(styled, STYLED)
    design = Design.of(styled.counts, context_of(styled, STYLED, None), None)
    monkeypatch.setattr("leaderboards.design._BLOCK_ROWS", 64)
    pieces = list(design.blocks())
    assert len(pieces) > 3
    assert np.concatenate([piece.votes for piece in pieces], axis=1).tolist() == (
        design.votes.tolist()
    )
    in_pieces = fit(styled, STYLED)
    monkeypatch.setattr("leaderboards.design._BLOCK_ROWS", 4)
    single_pairs = fit(styled, STYLED)
    for result in (in_pieces, single_pairs):
        assert logits(result) == pytest.approx(logits(whole), abs=1e-12)
        assert [row.value_logits for row in result.coefficients] == pytest.approx(
            [row.value_logits for row in whole.coefficients], abs=1e-12
        )
        assert result.covariance == pytest.approx(whole.covariance, abs=1e-9)
