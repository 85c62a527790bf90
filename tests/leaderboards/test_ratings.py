"""Ratings agree with published values and with the reference libraries on real votes."""

import math
from pathlib import Path

import numpy as np
import pytest

from leaderboards.pair_counts import PairCounts
from leaderboards.ratings import Fit, fit
from tests import llmfao, real_votes
from tests.golden.ratings import goldens
from tests.leaderboards.agreement import (
    ELO_PER_LOGIT,
    largest_difference,
    largest_half_width_difference,
)
from tests.leaderboards.counting import from_real, from_rows, from_votes
from tests.real_votes import Vote


def logits(result: Fit, *, reference: str) -> dict[str, float]:
    """Strength of each model over the reference, in logits as textbooks print it."""
    rating = {row.model: row.rating for row in result.ratings}
    return {model: (r - rating[reference]) / ELO_PER_LOGIT for model, r in rating.items()}


def test_the_worked_example_of_wikipedia() -> None:
    """22 games of A to D; strengths as printed in the article, geometric mean 1."""
    games = [[0, 1, 2, 3], [0, 3, 1, 4], [1, 2, 5, 3], [2, 3, 1, 3]]
    result = fit(from_rows("ABCD", [[*game, 0, 0] for game in games]))
    strengths = {row.model: math.exp((row.rating - 1000) / ELO_PER_LOGIT) for row in result.ratings}
    printed = {"A": 0.640, "B": 1.043, "C": 0.660, "D": 2.270}
    assert strengths == pytest.approx(printed, abs=5e-4)
    assert result.votes == 22


def test_citations_between_journals_of_statistics() -> None:
    """Coefficients printed for Stigler's citation data (Turner and Firth 2012, section 2)."""
    models = ("Biometrika", "Comm Statist", "JASA", "JRSS-B")
    citations = [
        [0, 1, 730, 33],
        [0, 2, 498, 320],
        [0, 3, 221, 284],
        [1, 2, 68, 813],
        [1, 3, 17, 276],
        [2, 3, 142, 325],
    ]
    result = fit(from_rows(models, [[*pair, 0, 0] for pair in citations]))
    printed = {"Biometrika": 0.0, "Comm Statist": -2.9491, "JASA": -0.4796, "JRSS-B": 0.2690}
    assert logits(result, reference="Biometrika") == pytest.approx(printed, abs=5.1e-5)


def test_baseball_of_the_american_league_in_1987() -> None:
    """Coefficients printed for Agresti's table (Turner and Firth 2012, section 3.1)."""
    wins_over = {
        "Milwaukee": [0, 7, 9, 7, 7, 9, 11],
        "Detroit": [6, 0, 7, 5, 11, 9, 9],
        "Toronto": [4, 6, 0, 7, 7, 8, 12],
        "New York": [6, 8, 6, 0, 6, 7, 10],
        "Boston": [6, 2, 6, 7, 0, 7, 12],
        "Cleveland": [4, 4, 5, 6, 6, 0, 6],
        "Baltimore": [2, 4, 1, 3, 1, 7, 0],
    }
    wins = list(wins_over.values())
    rows = [[i, j, wins[i][j], wins[j][i], 0, 0] for i in range(7) for j in range(i)]
    printed = {
        "Milwaukee": 1.5814,
        "Detroit": 1.4364,
        "Toronto": 1.2945,
        "New York": 1.2476,
        "Boston": 1.1077,
        "Cleveland": 0.6839,
        "Baltimore": 0.0,
    }
    result = fit(from_rows(tuple(wins_over), rows))
    assert logits(result, reference="Baltimore") == pytest.approx(printed, abs=5.1e-5)


def test_all_real_votes_agree_with_arena_rank() -> None:
    """By default arena-rank stops early and adds 1e-5 of all votes to its Hessian."""
    golden = goldens.load("arena_rank_leaderbot_full")
    result = fit(from_real(real_votes.counts()))
    assert result.votes == 1_670_250
    assert largest_difference(result, golden, column="rating") <= 0.35
    assert largest_difference(result, golden, column="rating_converged") <= 0.002
    assert largest_half_width_difference(result, golden) <= 1.0


def test_a_sample_of_single_real_votes_agrees_with_arena_rank(tmp_path: Path) -> None:
    """Nearly all of the difference is its early stop; on random samples that is up to 0.36."""
    golden = goldens.load("arena_rank_leaderbot_sample")
    votes = list(real_votes.sample(goldens.SAMPLE_VOTES, goldens.SAMPLE_SEED))
    assert goldens.write_csv(tmp_path / "votes.csv", votes) == golden["votes_csv_sha256"]
    result = fit(from_votes(votes))
    assert largest_difference(result, golden, column="rating_converged") <= 0.002
    assert largest_difference(result, golden, column="rating") <= 0.35
    assert largest_half_width_difference(result, golden) <= 3.0


@pytest.fixture(scope="module")
def llmfao_votes() -> list[Vote]:
    try:
        return list(llmfao.votes())
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


def test_votes_of_llmfao_agree_with_evalica_and_arena_rank(llmfao_votes: list[Vote]) -> None:
    result = fit(from_votes(llmfao_votes))
    assert largest_difference(result, goldens.load("evalica_llmfao"), column="rating") <= 1e-6
    golden = goldens.load("arena_rank_llmfao")
    assert largest_difference(result, golden, column="rating_converged") <= 0.002


def sandwich_half_widths(
    votes: list[Vote], ratings: dict[str, float], *, ridge: float
) -> dict[str, float]:
    """Half-widths in Elo points from the textbook sum over single votes and a plain inverse.

    `ridge` is added to the diagonal of the Hessian, as arena-rank does.
    """
    score = {"model_a": 1.0, "model_b": 0.0}
    index = {model: number for number, model in enumerate(ratings)}
    hessian, spread = np.zeros((2, len(index), len(index)))
    for vote in votes:
        difference = ratings[vote.model_a] - ratings[vote.model_b]
        p = 1 / (1 + math.exp(-difference / ELO_PER_LOGIT))
        a, b = index[vote.model_a], index[vote.model_b]
        sides = np.ix_([a, b], [a, b])
        contrast = np.array([[1, -1], [-1, 1]])
        hessian[sides] += p * (1 - p) * contrast
        spread[sides] += (score.get(vote.winner, 0.5) - p) ** 2 * contrast
    bread = np.linalg.pinv(hessian + ridge * np.eye(len(index)), rcond=1e-12)
    variances = np.diag(bread @ spread @ bread)
    half_widths = 1.959963984540054 * ELO_PER_LOGIT * np.sqrt(variances)
    return dict(zip(ratings, half_widths.tolist(), strict=True))


def test_intervals_are_the_sandwich_summed_vote_by_vote(llmfao_votes: list[Vote]) -> None:
    """And what parts them from arena-rank's is the ridge of 1e-5 times all votes, no more."""
    result = fit(from_votes(llmfao_votes))
    ratings = {row.model: row.rating for row in result.ratings}
    ours = {row.model: (row.upper - row.lower) / 2 for row in result.ratings}
    assert ours == pytest.approx(sandwich_half_widths(llmfao_votes, ratings, ridge=0), abs=1e-7)
    golden = goldens.load("arena_rank_llmfao")["ratings"]
    theirs = {model: (row["upper"] - row["lower"]) / 2 for model, row in golden.items()}
    their_ratings = {model: row["rating"] for model, row in golden.items()}
    ridge = 1e-5 * len(llmfao_votes)
    with_ridge = sandwich_half_widths(llmfao_votes, their_ratings, ridge=ridge)
    assert theirs == pytest.approx(with_ridge, abs=1e-6)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """400 simulated boards with a third of ties: 95 % of 2,400 intervals, give or take 2 points."""
    random = np.random.RandomState(7)
    theta = np.linspace(-0.6, 0.6, 6)
    a, b = np.triu_indices(6, 1)
    # The mean score of a vote is exactly the model's: ties take as much from either side.
    win = 1 / (1 + np.exp(theta[b] - theta[a]))
    tie = np.minimum(win, 1 - win) * 2 / 3
    truth = 1000 + ELO_PER_LOGIT * theta
    covered = 0
    for _ in range(400):
        votes = np.array(
            [
                random.multinomial(80, [w - t / 2, 1 - w - t / 2, t])
                for w, t in zip(win, tie, strict=True)
            ]
        )
        no_votes = np.zeros_like(a)
        counts = PairCounts(tuple("012345"), a, b, votes[:, 0], votes[:, 1], votes[:, 2], no_votes)
        covered += sum(
            bool(row.lower <= truth[int(row.model)] <= row.upper) for row in fit(counts).ratings
        )
    assert covered / 2400 == pytest.approx(0.95, abs=0.02)
