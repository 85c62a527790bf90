"""A person's own board and the agreement with others: formulas, and what is left out."""

import pytest

from voting.personal import (
    MIN_OTHERS,
    Outcomes,
    OwnVote,
    agreement,
    mean_agreement,
    outcome,
    standings,
)


def vote(model_a: str, model_b: str, winner: str) -> OwnVote:
    return OwnVote("text", model_a, model_b, winner, 1)


def test_share_is_the_rule_of_succession_and_its_interval_that_of_the_beta_distribution() -> None:
    votes = [vote("a", "b", "model_a")] * 2 + [vote("b", "a", "model_b"), vote("a", "b", "model_b")]

    first, second = standings(votes)

    # Three of four: (3 + 1) / (4 + 2), Beta(4, 2), whose distribution function is x^4 (5 - 4 x).
    assert (first.model, first.points, first.battles) == ("a", 3.0, 4)
    assert first.share == pytest.approx(4 / 6)
    for bound, below in ((first.lower, 0.025), (first.upper, 0.975)):
        assert bound**4 * (5 - 4 * bound) == pytest.approx(below)
    assert second.share == pytest.approx(2 / 6)
    assert (second.lower, second.upper) == pytest.approx((1 - first.upper, 1 - first.lower))


@pytest.mark.parametrize("winner", ["tie", "both_bad"])
def test_a_draw_is_half_a_point_for_both(winner: str) -> None:
    rows = standings([vote("a", "b", winner)])

    assert [(row.points, row.share) for row in rows] == [(0.5, 0.5), (0.5, 0.5)]


def test_no_vote_makes_no_board() -> None:
    assert standings([]) == []


@pytest.mark.parametrize(
    ("model_a", "model_b", "winner", "expected"),
    [
        ("a", "b", "model_a", Outcomes(first=1)),
        ("b", "a", "model_a", Outcomes(second=1)),
        ("b", "a", "model_b", Outcomes(first=1)),
        ("a", "b", "tie", Outcomes(ties=1)),
        ("b", "a", "both_bad", Outcomes(both_bad=1)),
    ],
)
def test_a_vote_counts_for_the_model_wherever_it_stood(
    model_a: str, model_b: str, winner: str, expected: Outcomes
) -> None:
    assert outcome(model_a, model_b, winner) == expected


def test_agreement_is_the_share_of_others_who_said_the_same() -> None:
    others = Outcomes(first=6, second=2, ties=1, both_bad=1)

    assert agreement(vote=Outcomes(first=1), others=others).percent == pytest.approx(60)
    assert agreement(vote=Outcomes(both_bad=1), others=others).percent == pytest.approx(10)


def test_agreement_with_too_few_has_a_number_of_votes_but_no_share() -> None:
    few = agreement(vote=Outcomes(ties=1), others=Outcomes(ties=MIN_OTHERS - 1))

    assert (few.others, few.share) == (MIN_OTHERS - 1, None)


def test_mean_agreement_leaves_out_pairs_with_too_few_others() -> None:
    others = {
        ("text", "a", "b"): Outcomes(first=8, second=2),
        ("text", "a", "c"): Outcomes(first=1),
    }
    votes = [vote("b", "a", "model_b"), vote("a", "b", "model_b"), vote("a", "c", "model_a")]

    mean = mean_agreement(votes, others)

    assert mean.percent == pytest.approx(50)
    assert mean.votes == 2
    assert mean_agreement([], others).share is None


def test_own_votes_are_taken_off_and_never_below_none() -> None:
    assert Outcomes(first=3, ties=1).without(Outcomes(first=1, both_bad=2)) == Outcomes(2, 0, 1, 0)
