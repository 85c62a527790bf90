"""The examples of the methodology on sovereignty are what the live code computes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.sovereignty import (
    Assessment,
    assess,
    criteria,
    default_profile,
    evidence_on,
    sensitivity,
)
from tests.sovereignty.archetypes import STATED_ON, archetypes, facts_of
from tests.sovereignty.test_sensitivity import known

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"


@pytest.fixture(scope="module")
def prose() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def rated() -> dict[str, Assessment]:
    return {
        name: assess(facts_of(name), profile=default_profile(), on=STATED_ON)
        for name in archetypes()
    }


def test_the_table_of_hypothetical_deployments(prose: str, rated: dict[str, Assessment]) -> None:
    for found in rated.values():
        row = (
            f"| {found.low:.0f} | {found.high:.0f} | {found.coverage_percent:.0f} % "
            f"| {found.level} |"
        )
        assert row in prose


def test_one_of_them_in_detail(prose: str, rated: dict[str, Assessment]) -> None:
    found = rated["us_api_zero_retention"]
    adds = {part.criterion.id: part.low for part in found.parts if part.low}
    detail = prose[prose.index("The fourth in detail:") : prose.index("all else 0")]
    for name, points in adds.items():
        assert f"{name} {points:.0f}" in detail
    assert f"together {found.low:.0f}. It misses S3 by {', '.join(found.unmet)}." in prose


def test_the_gates(prose: str) -> None:
    for level in criteria().levels:
        gates = ", ".join(f"{name} ≥ {points:g}" for name, points in level.gates.items())
        assert f"| {level.level} | {gates} |" in prose


def test_the_days_of_a_certificate(prose: str) -> None:
    stated, ends = date(2026, 1, 1), date(2026, 6, 30)
    days = [stated + timedelta(days=day) for day in range(400)]
    by_class = {
        wanted: [d for d in days
                 if evidence_on("E4", stated_on=stated, expires_on=ends, on=d) == wanted]
        for wanted in ("E4", "E1", "E0")
    }  # fmt: skip
    assert by_class["E4"][-1] == ends
    assert f"half to {by_class['E1'][-1]}, and not at all from {by_class['E0'][0]} on" in prose


def test_what_the_weights_decide(prose: str, rated: dict[str, Assessment]) -> None:
    result = sensitivity(rated)
    assert f"Of the {result.compared} pairs above, {len(result.flips)} flip" in prose
    [flip] = sensitivity({"one": known(F1="osi"), "two": known(C1="hours_24", F3="partly")}).flips
    assert f"ahead in {flip.flipped_percent:.1f} % of the draws" in prose
