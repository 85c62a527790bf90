"""Differences of ratings, their test and its correction, against figures reckoned elsewhere."""

import numpy as np
import pytest

from leaderboards.differences import difference, expected_share, holm
from leaderboards.head_to_head import meetings
from leaderboards.ratings import FitSettings, fit
from tests.leaderboards.baseball import baseball_1987
from tests.leaderboards.counting import from_rows
from voting.queries import PairRow, RatingPolicy

POLICY = RatingPolicy(
    ties="half", both_bad="exclude", reweight_below=None, preliminary_below=1, position=1
)


def test_two_models_have_the_difference_of_their_odds() -> None:
    """60 to 40: logit 0.405465, its variance 1/60 + 1/40 by the delta method, and no other one."""
    result = fit(from_rows("AB", [[0, 1, 60, 40, 0, 0]]))
    found = difference(result, "A", "B")
    per_logit = 400 / np.log(10)
    assert found.elo == pytest.approx(0.4054651 * per_logit, abs=1e-4)
    assert found.standard_error == pytest.approx((1 / 60 + 1 / 40) ** 0.5 * per_logit, abs=1e-4)
    assert found.p_value == pytest.approx(0.0470, abs=0.0001)
    assert found.first_share == pytest.approx(0.6)
    assert found.lower < found.elo < found.upper


def test_it_is_not_what_the_two_intervals_suggest() -> None:
    result = fit(baseball_1987(), FitSettings())
    first, second = result.ratings[0], result.ratings[-1]
    found = difference(result, first.model, second.model)
    apart = (first.standard_error**2 + second.standard_error**2) ** 0.5
    assert found.standard_error != pytest.approx(apart, rel=0.01)
    i, j = 0, len(result.ratings) - 1
    v = result.covariance
    assert found.standard_error**2 == pytest.approx(v[i, i] + v[j, j] - 2 * v[i, j])
    back = difference(result, second.model, first.model)
    assert (back.elo, back.p_value) == (-found.elo, found.p_value)
    assert back.first_share == pytest.approx(1 - found.first_share)


def test_without_spread_there_is_no_test() -> None:
    result = fit(from_rows("AB", [[0, 1, 0, 0, 9, 0]]))
    if len(result.ratings) == 2:
        assert difference(result, "A", "B").p_value is None
    else:
        with pytest.raises(KeyError):
            difference(result, "A", "B")


def test_holm_as_published() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_expected_shares() -> None:
    assert expected_share(0) == 0.5
    assert expected_share(400) == pytest.approx(10 / 11)


def test_meetings_are_counted_from_both_sides_by_the_rules() -> None:
    when = None
    pairs = [
        PairRow("a", "b", 3, 1, 2, 4, when),  # type: ignore[arg-type]  # no time is read
        PairRow("b", "a", 2, 5, 0, 1, when),  # type: ignore[arg-type]
        PairRow("a", "c", 9, 9, 9, 9, when),  # type: ignore[arg-type]
    ]
    met = meetings(pairs, "a", "b", POLICY)
    assert (met.wins, met.losses, met.ties, met.both_bad) == (8, 3, 2, 5)
    assert (met.n, met.votes) == (13, 18)
    assert met.share == pytest.approx(9 / 13)
    none = meetings(pairs, "b", "c", POLICY)
    assert (none.n, none.share, none.lower) == (0, None, None)
