"""Builds of a model beside the joint fit: by hand, simulated, and where there is no estimate."""

from math import log, log10, sqrt

import numpy as np
import pytest

from leaderboards.build_scores import Build, BuildVotes
from leaderboards.builds import LEAST_VOTES, LEVEL, BuildRating, name_of, tell_apart
from leaderboards.differences import difference
from leaderboards.fit_settings import FitSettings
from leaderboards.ratings import ELO_PER_LOGIT, fit
from tests.leaderboards.built import MODEL, Board, Record, board, drawn
from tests.leaderboards.counting import from_rows

TWO: dict[tuple[str, str], Record] = {("Q8", "a"): (60, 40, 0), ("Q4", "a"): (40, 60, 0)}
MIXED: dict[tuple[str, str], Record] = {
    ("Q8", "a"): (30, 12, 3), ("Q8", "b"): (18, 20, 5), ("Q4", "a"): (12, 25, 4),
    ("Q4", "b"): (9, 28, 2), ("Q6", "b"): (14, 15, 6),
}  # fmt: skip
OTHERS: dict[tuple[str, str], Record] = {("a", "b"): (30, 50, 10), ("b", "c"): (20, 12, 4)}


def _half(row: BuildRating) -> float:
    return (row.upper - row.lower) / 2


def test_two_builds_against_one_opponent_by_hand() -> None:
    """The model and its opponent stand at 1000 each, since the two builds cancel out.

    A build is then 400 log10(60 / 40) away. In logits its own variance is 1 / (100 · 0.6 · 0.4),
    that of the opponent 1 / 200, their covariance -1 / 100, and of the builds' difference only the
    first counts, twice.
    """
    found = board(TWO, {})
    assert [row.rating for row in found.joint.ratings] == pytest.approx([1000, 1000])
    weak, strong = found.test.rated
    assert (weak.quantization, weak.votes, strong.quantization) == ("Q4", 100, "Q8")
    assert strong.rating == pytest.approx(1000 + 400 * log10(1.5))
    assert weak.rating == pytest.approx(1000 - 400 * log10(1.5))
    half = 1.959964 * ELO_PER_LOGIT
    assert _half(strong) == pytest.approx(half * sqrt(1 / 24 + 1 / 200 - 2 / 100), rel=1e-6)
    assert strong.above_model == pytest.approx(400 * log10(1.5))
    width = (strong.above_upper - strong.above_lower) / 2
    assert width == pytest.approx(half * sqrt(1 / 24 + 1 / 50 - 2 / 50), rel=1e-6)
    assert found.test.wald is not None
    assert found.test.wald.chi_squared == pytest.approx((2 * log(1.5)) ** 2 / (2 / 24))
    assert found.test.wald.degrees == 1
    assert found.test.wald.p_value == pytest.approx(0.00497, abs=1e-5)
    assert found.test.wald.p_adjusted == found.test.wald.p_value
    assert found.test.is_apart


def test_the_joint_fit_stays_as_it_is_and_builds_stand_behind_it() -> None:
    found = board(TWO, {})
    names = [row.model for row in found.builds.fit.ratings]
    assert names == ["a", MODEL, name_of(MODEL, "Q4"), name_of(MODEL, "Q8")]
    assert found.builds.fit.ratings[:2] == found.joint.ratings
    assert found.builds.fit.covariance[:2, :2] == pytest.approx(found.joint.covariance)
    gap = difference(found.builds.fit, name_of(MODEL, "Q8"), name_of(MODEL, "Q4"))
    assert gap.standard_error == pytest.approx(ELO_PER_LOGIT * sqrt(2 / 24), rel=1e-6)


def test_votes_that_two_builds_share_count_for_the_difference_of_both() -> None:
    """M in Q8 beat A in Q8 60 to 40, M in Q4 lost to A in Q4 40 to 60: the models are level.

    With l the log-odds of 60 to 40 and d = theta_M - theta_A, one is d - 2 l = 2 l - d above the
    other, so that the variance is 4 / 24 + 1 / 50 - 4 / 50.
    """
    records = (("Q8", 60, 40), ("Q4", 40, 60))
    votes = [
        BuildVotes(Build(one, q), Build(other, q), *result, 0, 0)
        for q, won, lost in records
        for one, other, result in (("m", "a", (won, lost)), ("a", "m", (lost, won)))
    ]
    counts = from_rows(["a", "m"], [[1, 0, 100, 100, 0, 0]])
    joint = fit(counts)
    found = tell_apart(joint, counts, votes, settings=FitSettings(), listed_from=1)
    assert found.tests["a"].is_apart
    assert found.tests["m"].is_apart
    gap = difference(found.fit, name_of("m", "Q8"), name_of("a", "Q8"))
    assert gap.elo == pytest.approx(800 * log10(1.5))
    assert gap.standard_error == pytest.approx(ELO_PER_LOGIT * sqrt(4 / 24 + 1 / 50 - 4 / 50))


@pytest.mark.parametrize("reweight_below", [None, 50])
def test_neither_the_order_of_names_nor_that_of_votes_plays_a_part(
    reweight_below: int | None,
) -> None:
    settings = FitSettings(reweight_below=reweight_below)
    one = board(MIXED, OTHERS, settings=settings)
    other = board(MIXED, OTHERS, settings=settings, backwards=True)
    assert other.test.wald is not None
    assert one.test.wald is not None
    assert other.test.wald.chi_squared == pytest.approx(one.test.wald.chi_squared)
    for before, after in zip(one.test.rated, other.test.rated, strict=True):
        assert after.quantization == before.quantization
        assert after.rating == pytest.approx(before.rating, abs=1e-6)
        assert after.lower == pytest.approx(before.lower, abs=1e-6)


def test_where_the_scale_is_anchored_plays_no_part() -> None:
    """One more model that only met another shifts the mean, and no distance."""
    found = board(MIXED, OTHERS)
    shifted = board(MIXED, {**OTHERS, ("c", "d"): (2, 40, 0)})
    assert shifted.joint.ratings[0].model == "d"
    assert shifted.test.wald is not None
    assert found.test.wald is not None
    assert shifted.test.wald.chi_squared == pytest.approx(found.test.wald.chi_squared, rel=1e-6)
    for before, after in zip(found.test.rated, shifted.test.rated, strict=True):
        assert after.above_model == pytest.approx(before.above_model, abs=1e-6)
        assert after.above_lower == pytest.approx(before.above_lower, abs=1e-6)


def test_a_covariance_of_builds_is_one() -> None:
    for found in (board(MIXED, OTHERS), board(TWO, {})):
        assert np.linalg.eigvalsh(found.builds.fit.covariance).min() > -1e-6


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ((40, 0, 0), "always_won"),
        ((0, 40, 0), "always_lost"),
        ((0, 0, 40), "only_ties"),
        ((LEAST_VOTES - 20, 19, 0), "few_votes"),
    ],
)
def test_a_build_without_an_estimate_says_why(record: Record, reason: str) -> None:
    test = board({**TWO, ("Q2", "a"): record}, {}).test
    assert [(row.quantization, row.votes, row.reason) for row in test.unrated] == [
        ("Q2", sum(record), reason)
    ]
    assert [row.quantization for row in test.rated] == ["Q4", "Q8"]
    assert test.wald is not None
    assert test.wald.degrees == 1


def test_one_build_with_an_estimate_is_no_test() -> None:
    found = board({("Q8", "a"): (60, 40, 0), ("Q4", "a"): (2, 9, 1)}, {})
    assert (len(found.test.rated), found.test.wald, found.test.is_apart) == (1, None, False)
    assert found.builds.rating(MODEL, "Q8") is None
    assert found.builds.fit.ratings == found.joint.ratings


def test_a_board_that_asks_for_more_votes_before_it_ranks_asks_them_of_builds() -> None:
    found = board(TWO, {}, listed_from=101)
    assert {row.reason for row in found.test.unrated} == {"few_votes"}
    assert not found.test.is_apart


def test_ties_that_a_board_leaves_out_are_no_votes_of_a_build() -> None:
    records: dict[tuple[str, str], Record] = {
        ("Q8", "a"): (60, 40, 500), ("Q4", "a"): (40, 60, 30)
    }  # fmt: skip
    found = board(records, {}, settings=FitSettings(ties="exclude", both_bad="exclude"))
    assert found.test == board(TWO, {}).test


def _boards(strengths: dict[str, float], times: int, *, votes: int) -> list[tuple[Board, float]]:
    """Boards with the mean of all strengths, in logits, to which ratings are relative."""
    random = np.random.default_rng(7)
    found = []
    for _ in range(times):
        one, theta = drawn(random, strengths, votes=votes)
        found.append((one, float(np.mean([*theta.values(), np.mean(list(strengths.values()))]))))
    return found


def test_builds_that_are_alike_are_told_apart_in_one_board_of_twenty() -> None:
    """400 boards: the share has a standard error of 1.1 points, that of intervals below 0.8."""
    strengths = {"Q8": 0.2, "Q4": 0.2, "Q2": 0.2}
    boards = _boards(strengths, 400, votes=60)
    told = [one.test.wald.p_value < LEVEL for one, _ in boards if one.test.wald]
    assert len(told) == 400
    assert 0.02 < np.mean(told) < 0.085
    covered = [
        row.lower <= 1000 + ELO_PER_LOGIT * (strengths[row.quantization] - mean) <= row.upper
        for one, mean in boards
        for row in one.test.rated
    ]
    assert 0.925 < np.mean(covered) < 0.975
    apart = [row.above_lower <= 0 <= row.above_upper for one, _ in boards for row in one.test.rated]
    assert 0.925 < np.mean(apart) < 0.975


def test_builds_that_differ_are_told_apart_and_their_intervals_hold_the_truth() -> None:
    strengths = {"Q8": 0.5, "Q4": -0.3}
    boards = _boards(strengths, 200, votes=240)
    assert np.mean([one.test.is_apart for one, _ in boards]) > 0.95
    covered = [
        row.lower <= 1000 + ELO_PER_LOGIT * (strengths[row.quantization] - mean) <= row.upper
        for one, mean in boards
        for row in one.test.rated
    ]
    assert 0.91 < np.mean(covered) < 0.985
