"""Which two models meet: probabilities that add up, a floor for everybody, and fair sides."""

import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from voting.pairing import (
    FLOOR,
    Contender,
    PairVotes,
    TooFewContenders,
    draw,
    probabilities,
    shares,
)

Votes = dict[tuple[str, str], PairVotes]


def contender(number: int, *, model: str | None = None, weight: float = 1.0) -> Contender:
    return Contender(deployment=f"d{number}", model=model or f"m{number}", weight=weight)


@st.composite
def contests(draw_from: st.DrawFn) -> tuple[list[Contender], Votes]:
    """Up to eight deployments of up to five models, with any weights and votes."""
    models = [f"m{number}" for number in range(draw_from(st.integers(2, 5)))]
    extra = draw_from(st.lists(st.sampled_from(models), max_size=3))
    weights = st.floats(0.01, 100)
    contenders = [
        contender(number, model=model, weight=draw_from(weights))
        for number, model in enumerate([*models, *extra])
    ]
    votes: Votes = {}
    for pair in combinations(models, 2):
        count = draw_from(st.integers(0, 100_000))
        if count:
            votes[pair] = PairVotes(draw_from(st.floats(0, count)), count)
    return contenders, votes


@given(contests())
def test_probabilities_add_up_to_one_and_no_model_meets_itself(
    contest: tuple[list[Contender], Votes],
) -> None:
    pairs = probabilities(*contest)
    assert sum(pair.probability for pair in pairs) == pytest.approx(1)
    assert all(pair.one.model != pair.other.model for pair in pairs)
    assert all(0 < pair.probability < 1 + 1e-9 for pair in pairs)


@given(contests())
def test_everybody_is_in_a_share_of_the_battles(contest: tuple[list[Contender], Votes]) -> None:
    contenders, votes = contest
    chances = shares(probabilities(contenders, votes))
    assert set(chances) == {one.deployment for one in contenders}
    assert sum(chances.values()) == pytest.approx(2)
    assert min(chances.values()) >= FLOOR / len(contenders)


@given(contests(), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    contest: tuple[list[Contender], Votes], randomness: random.Random
) -> None:
    contenders, votes = contest
    before = shares(probabilities(contenders, votes))
    shuffled = list(contenders)
    randomness.shuffle(shuffled)
    assert shares(probabilities(shuffled, votes)) == pytest.approx(before)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.floats(0.05, 0.95))
def test_a_pair_with_fewer_votes_is_drawn_more_often(
    fewer: int, more_by: int, win_rate: float
) -> None:
    contenders = [contender(number) for number in range(3)]
    more = fewer + more_by
    votes = {
        ("m0", "m1"): PairVotes(fewer * win_rate, fewer),
        ("m0", "m2"): PairVotes(more * win_rate, more),
    }
    chance = {
        (pair.one.model, pair.other.model): pair.probability
        for pair in probabilities(contenders, votes)
    }
    assert chance["m0", "m1"] > chance["m0", "m2"]


def test_a_weight_moves_only_the_share_above_the_floor() -> None:
    contenders = [contender(0, weight=3), contender(1), contender(2)]
    chance = [pair.probability for pair in probabilities(contenders, {})]
    even = FLOOR / 3
    assert chance == pytest.approx([0.8 * 3 / 7 + even, 0.8 * 3 / 7 + even, 0.8 * 1 / 7 + even])


@pytest.mark.parametrize(
    "contenders", [[], [contender(1)], [contender(1, model="m"), contender(2, model="m")]]
)
def test_one_model_cannot_battle(contenders: list[Contender]) -> None:
    with pytest.raises(TooFewContenders):
        probabilities(contenders, {})


def test_draws_follow_the_probabilities_and_sides_are_even() -> None:
    contenders = [contender(number, weight=number + 1) for number in range(5)]
    votes = {("m0", "m1"): PairVotes(50, 80), ("m2", "m3"): PairVotes(400, 700)}
    expected = {
        (pair.one.deployment, pair.other.deployment): pair.probability
        for pair in probabilities(contenders, votes)
    }
    randomness, draws = random.Random(20261121), 20_000
    pairs: Counter[tuple[str, str]] = Counter()
    left_first = 0
    for _ in range(draws):
        drawn = draw(contenders, votes, randomness=randomness)
        pair = tuple(sorted((drawn.left.deployment, drawn.right.deployment)))
        assert drawn.probability_ppb == round(expected[pair] * 1e9)  # type: ignore[index]
        pairs[pair] += 1  # type: ignore[index]
        left_first += drawn.left.deployment == pair[0]
    observed = [pairs[pair] for pair in expected]
    fit = chisquare(observed, [probability * draws for probability in expected.values()])
    assert fit.pvalue > 0.001
    assert chisquare([left_first, draws - left_first]).pvalue > 0.001


def test_the_documented_example_is_what_the_code_computes() -> None:
    contenders = [contender(0), contender(1), contender(2, weight=2)]
    votes = {("m0", "m1"): PairVotes(60, 100), ("m0", "m2"): PairVotes(10, 20)}
    names = {"m0": "P", "m1": "Q", "m2": "R"}
    rows = []
    for one, other, probability in probabilities(contenders, votes):
        points, count = votes.get((one.model, other.model), (0, 0))
        rows.append(
            f"| {names[one.model]}, {names[other.model]} | {one.weight * other.weight:.0f} |"
            f" {count} | {points} | {probability * 100:.1f} % |"
        )
    page = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"
    assert "\n".join(rows) in page.read_text()
