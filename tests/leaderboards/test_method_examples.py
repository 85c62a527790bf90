"""The small examples in docs/methodology.md are what the live code computes."""

from pathlib import Path

import numpy as np
import pytest

from leaderboards.context import StyledCounts
from leaderboards.rank_probability import probability_of_rank_one
from leaderboards.ratings import Fit, FitSettings, fit
from tests.leaderboards.baseball import baseball_1987
from tests.leaderboards.counting import from_rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"


@pytest.fixture(scope="module")
def prose() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def gap(result: Fit) -> str:
    return f"{result.ratings[0].rating - result.ratings[-1].rating:.1f}"


def test_leaving_out_draws(prose: str) -> None:
    counts = from_rows("AB", [[0, 1, 30, 10, 20, 40]])
    without_ties = FitSettings(ties="exclude")
    decided = FitSettings(ties="exclude", both_bad="exclude")
    half, no_ties, no_draws = (
        gap(fit(counts, chosen)) for chosen in (FitSettings(), without_ties, decided)
    )
    assert (
        f"the gap is {half} points; without ties {no_ties}, without any draws {no_draws}" in prose
    )


def test_reweighting(prose: str) -> None:
    circle = from_rows("ABC", [[0, 1, 600, 400, 0, 0], [1, 2, 60, 40, 0, 0], [2, 0, 60, 40, 0, 0]])
    plain, weighted = fit(circle), fit(circle, FitSettings(reweight_below=50))
    a, c, b = (f"{row.rating:.1f}" for row in plain.ratings)
    assert [row.model for row in plain.ratings] == ["A", "C", "B"]
    assert f"unweighted A, C and B stand at {a}, {c} and {b}, reweighted all at 1000.0" in prose
    assert [round(row.rating, 6) for row in weighted.ratings] == [1000] * 3
    half_width = {row.model: (row.upper - row.lower) / 2 for row in weighted.ratings}["A"]
    before = (plain.ratings[0].upper - plain.ratings[0].lower) / 2
    assert f"{before:.1f} becomes {half_width:.1f} points for A" in prose


def test_the_home_side(prose: str) -> None:
    result = fit(baseball_1987(), FitSettings(terms=frozenset({"side"})))
    (side,) = result.coefficients
    assert f"In {result.votes} ball games of 1987" in prose
    assert f"it is {side.value_logits:.4f} logits" in prose
    assert f"{side.value_elo:.1f} points with the interval {side.lower_elo:.1f} to" in prose
    assert f"to {side.upper_elo:.1f}." in prose


def test_style_control(prose: str) -> None:
    """A wordy model (difference 1/3 three times of four, -1/3 else) against a terse one."""
    rows = [[0, 1, 90, 60], [0, 1, 20, 30], [1, 0, 60, 90], [1, 0, 30, 20]]
    counts = from_rows(("wordy", "terse"), [[*row, 0, 0] for row in rows])
    features = np.array([[1], [-1], [-1], [1]]) / 3
    styled = StyledCounts(counts, features, ("length",))
    raw, controlled = fit(styled), fit(styled, FitSettings(terms=frozenset({"style"})))
    assert raw.ratings[0].model == "wordy"
    assert f"the wordy one is {gap(raw)} points ahead" in prose
    assert [round(row.rating, 6) for row in controlled.ratings] == [1000] * 2
    assert f"length is worth {controlled.coefficients[0].value_elo:.1f} points" in prose


def test_bootstrap_and_chance_of_rank_one(prose: str) -> None:
    games = baseball_1987()
    plain = fit(games)
    resampled = fit(games, FitSettings(interval="bootstrap", bootstrap_samples=1_000))
    best, sandwich = (
        (result.ratings[0].upper - result.ratings[0].lower) / 2 for result in (resampled, plain)
    )
    rating = plain.ratings[0].rating
    assert f"Milwaukee {rating:.1f} ± {best:.1f}, with the sandwich ± {sandwich:.1f}" in prose
    shares = probability_of_rank_one(plain)
    listed = ", ".join(f"{team} {share:.2f}" for team, share in list(shares.items())[:5])
    assert f"In the ball games: {listed}." in prose
