"""Score, whisker, level, evidence and expiry, on hypothetical deployments and by property."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.sovereignty import (
    Assessment,
    Evidence,
    Fact,
    UnknownProfile,
    assess,
    criteria,
    default_profile,
    evidence_on,
    profile_called,
    profiles,
)
from tests.sovereignty.archetypes import STATED_ON, archetypes, facts_of

ON = STATED_ON + timedelta(days=10)
EXPIRED = STATED_ON + timedelta(days=181)
FORGOTTEN = STATED_ON + timedelta(days=361)


def rated(name: str, *, profile: str | None = None, on: date = ON) -> Assessment:
    return assess(facts_of(name), profile=profile_called(profile), on=on)


@pytest.mark.parametrize("name", archetypes())
def test_an_archetype_has_its_score_and_level(name: str) -> None:
    wanted = archetypes()[name]
    found = rated(name)
    assert (found.low, found.level) == (wanted["score"], wanted["level"])


def test_the_whisker_spans_what_is_unknown_and_coverage_is_the_rest() -> None:
    unknown, known = rated("unknown_terms"), rated("us_api_default")
    assert (known.low, known.high, known.coverage_percent) == (41, 41, 100)
    assert unknown.coverage_percent == 17
    assert unknown.high == unknown.low + 83
    assert (unknown.level, unknown.level_high) == ("S0", "S4")


def test_what_keeps_a_deployment_from_the_next_level_is_named() -> None:
    assert rated("us_api_default").unmet == ("A1",)
    assert rated("us_api_zero_retention").unmet == ("B1", "B2", "E2")
    assert set(rated("own_spark_unproven").unmet) == {"A2", "A3"}
    assert rated("own_spark_proven").unmet == ()
    assert rated("own_spark_proven").is_sovereign
    assert not rated("us_api_zero_retention").is_sovereign


def test_an_expired_fact_counts_as_a_claim_and_then_not_at_all() -> None:
    fresh, expired, forgotten = (rated("eu_operator", on=on) for on in (ON, EXPIRED, FORGOTTEN))
    assert (expired.low, expired.high) == (fresh.low / 2, fresh.low / 2)
    assert (forgotten.low, forgotten.high, forgotten.known) == (0, 100, 0)
    assert (fresh.level, expired.level, forgotten.level) == ("S3", "S0", "S0")
    assert expired.parts[0].reason == "expired on 2027-04-30: counts as a claim"
    assert forgotten.parts[0].reason == "expired on 2027-04-30, too long ago to count"


def test_the_days_on_which_evidence_changes() -> None:
    stated, ends = date(2026, 1, 1), date(2026, 6, 30)

    def believed(on: date) -> str:
        return evidence_on("E4", stated_on=stated, expires_on=ends, on=on)

    assert believed(stated - timedelta(days=1)) == "E0"
    assert (believed(stated), believed(ends)) == ("E4", "E4")
    assert (believed(ends + timedelta(days=1)), believed(ends + timedelta(days=180))) == ("E1",) * 2
    assert believed(ends + timedelta(days=181)) == "E0"
    assert evidence_on("E0", stated_on=stated, expires_on=ends, on=ends) == "E0"


def test_not_applicable_is_full_on_own_hardware_and_unknown_elsewhere() -> None:
    facts = facts_of("own_spark_proven")
    hosted = [replace(f, value="region_pin", countries=("FR",)) if f.criterion == "A1" else f
              for f in facts]  # fmt: skip
    found = assess(hosted, profile=default_profile(), on=ON)
    parts = {part.criterion.id: part for part in found.parts}
    assert parts["D1"].points is None
    assert parts["D1"].reason == "not applicable only on the user's own hardware"
    assert found.level == "S0"


def test_a_fact_without_evidence_is_unknown_and_a_claim_counts_half() -> None:
    def points(evidence: Evidence) -> float | None:
        facts = [replace(f, evidence=evidence) for f in facts_of("unknown_terms")]
        return assess(facts, profile=default_profile(), on=ON).low

    assert (points("E0"), points("E1"), points("E2"), points("E4")) == (0, 8, 16, 16)


def test_the_profile_decides_what_is_inside() -> None:
    european = rated("eu_operator", profile="eu-public-body")
    american = rated("eu_operator", profile="us-organisation")
    sealed = rated("own_spark_proven", profile="air-gapped")
    home = rated("us_api_zero_retention", profile="us-organisation")
    assert (european.level, american.level, sealed.level) == ("S3", "S1", "S4")
    parts = {part.criterion.id: part.points for part in home.parts}
    assert (parts["B1"], parts["B2"], parts["A1"]) == (8, 8, 0)


def test_the_worst_country_decides() -> None:
    [criterion] = [one for one in criteria().criteria if one.id == "B1"]
    option, profile = criterion.options["parent"], default_profile()
    assert profile.points(option, ["DE", "FR"]) == 8
    assert profile.points(option, ["DE", "CH"]) == 4
    assert profile.points(option, ["DE", "CN"]) == 0
    assert profile.points(option, []) == 0


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(UnknownProfile, match="eu-organisation, eu-public-body, us-organisation"):
        profile_called("nowhere")


_FACTS = st.dictionaries(
    st.sampled_from([criterion.id for criterion in criteria().criteria]),
    st.tuples(st.integers(0, 9), st.sampled_from(["E0", "E1", "E2", "E4"]), st.integers(0, 500)),
)


# Slow only where the machine is: generating takes microseconds.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stated=_FACTS, profile=st.sampled_from(profiles().profiles), days=st.integers(0, 900))
def test_every_score_is_bounded_and_knowing_more_only_narrows(
    stated: dict[str, tuple[int, str, int]], profile: object, days: int
) -> None:
    assert isinstance(profile, type(default_profile()))
    on = STATED_ON + timedelta(days=days)
    facts = []
    for name, (index, evidence, age) in stated.items():
        values = criteria().criterion(name).values
        at = STATED_ON + timedelta(days=age)
        facts.append(
            Fact(
                criterion=name,
                value=values[index % len(values)],
                countries=("US",),
                evidence=evidence,  # type: ignore[arg-type]  # drawn from the classes
                stated_on=at,
                expires_on=at + timedelta(days=180),
            )
        )
    found = assess(facts, profile=profile, on=on)
    assert 0 <= found.low <= found.high <= 100
    assert found.high - found.low == pytest.approx(100 - found.coverage_percent)
    assert found.level <= found.level_high
    if facts and facts[-1].criterion != "A1":
        less = assess(facts[:-1], profile=profile, on=on)
        assert less.low <= found.low + 1e-9
        assert found.high <= less.high + 1e-9
