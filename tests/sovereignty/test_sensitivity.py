"""Which orders the weights decide: ten thousand draws, always the same."""

from datetime import date

import pytest

from benchmarks.sovereignty import DRAWS, Assessment, Fact, assess, default_profile, sensitivity
from tests.sovereignty.archetypes import archetypes, facts_of

ON = date(2026, 11, 10)


def rated(facts: list[Fact]) -> Assessment:
    return assess(facts, profile=default_profile(), on=ON)


def known(**values: str) -> Assessment:
    return rated(
        [
            Fact(criterion=name, value=value, evidence="E2", stated_on=ON, expires_on=ON)
            for name, value in values.items()
        ]
    )


def test_the_order_of_the_archetypes_never_flips() -> None:
    found = sensitivity({name: rated(facts_of(name)) for name in archetypes()})
    assert DRAWS == 10_000
    assert (found.compared, found.level, found.flips) == (15, 0, ())


def test_a_narrow_lead_flips_and_says_how_often() -> None:
    found = sensitivity({"one": known(F1="osi"), "two": known(C1="hours_24", F3="partly")})
    [flip] = found.flips
    assert (flip.ahead, flip.behind, flip.lead) == ("one", "two", 1)
    assert 35 < flip.flipped_percent < 45


def test_the_draws_are_seeded_and_independent_of_the_order_of_names() -> None:
    pair = {"one": known(F1="osi"), "two": known(C1="hours_24", F3="partly")}
    assert sensitivity(pair) == sensitivity(dict(reversed(pair.items())))


def test_a_deployment_that_is_better_in_everything_never_falls_behind() -> None:
    better, worse = known(F1="osi", G1="both", A2="tested"), known(F1="community", G1="one")
    assert sensitivity({"b": better, "w": worse}).flips == ()


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_have_no_order(count: int) -> None:
    found = sensitivity({"one": known(F1="osi")} if count else {})
    assert (found.compared, found.flips) == (0, ())


def test_level_pairs_are_counted_and_not_compared() -> None:
    found = sensitivity({"one": known(F1="osi"), "two": known(F1="osi")})
    assert (found.compared, found.level, found.flips) == (0, 1, ())
