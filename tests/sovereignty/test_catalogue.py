"""The data files, and what is refused as one."""

from typing import Any

import pytest
import yaml

from benchmarks.sovereignty import CatalogueError, criteria, profiles
from benchmarks.sovereignty.catalogue import (
    CRITERIA_FILE,
    PROFILES_FILE,
    read_criteria,
    read_profiles,
)

CRITERIA = CRITERIA_FILE.read_text(encoding="utf-8")
PROFILES = PROFILES_FILE.read_text(encoding="utf-8")


def changed(text: str, *path: Any, to: Any) -> str:
    raw = yaml.safe_load(text)
    inner = raw
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return yaml.safe_dump(raw)


def test_points_sum_to_a_hundred_in_the_groups_of_the_design() -> None:
    groups: dict[str, float] = {}
    for criterion in criteria().criteria:
        groups[criterion.id[0]] = groups.get(criterion.id[0], 0) + criterion.full
    assert groups == {"A": 20, "B": 20, "C": 12, "D": 12, "E": 12, "F": 12, "G": 7, "H": 5}
    assert [profile.slug for profile in profiles().profiles] == [
        "eu-organisation", "eu-public-body", "us-organisation", "air-gapped"
    ]  # fmt: skip
    default = profiles().profiles[0]
    assert default.weights == {criterion.id: criterion.full for criterion in criteria().criteria}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no YAML"),
        ("[]", "the file"),
        (changed(CRITERIA, "policy_days", to=0), "policy_days"),
        (changed(CRITERIA, "criteria", 1, "id", to="A1"), "twice"),
        (changed(CRITERIA, "criteria", 0, "options", to={"own_hardware": {"label": "x"}}), "opt"),
        (changed(CRITERIA, "levels", 0, "gates", to={"E1": 4}), "E1 cannot reach 4"),
        (changed(CRITERIA, "levels", 0, "gates", to={"Z1": 1}), "Z1 cannot reach 1"),
        (changed(CRITERIA, "not_applicable_when", "value", to="moon"), "no value moon"),
    ],
)
def test_what_is_no_file_of_criteria_is_refused(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        read_criteria(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed(PROFILES, "profiles", 1, "slug", to="eu-organisation"), "twice"),
        (changed(PROFILES, "profiles", 0, "weights", "A1", to=13), "sum to 101, want 100"),
        (changed(PROFILES, "profiles", 0, "weights", "Z1", to=0), "exactly"),
        (changed(PROFILES, "profiles", 0, "gates_without", to=["Z1"]), "exactly"),
        (changed(PROFILES, "profiles", 0, "territory", to=["Germany"]), "territory"),
        (changed(PROFILES, "profiles", 0, "surplus", to=1), "surplus"),
    ],
)
def test_what_is_no_file_of_profiles_is_refused(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        read_profiles(text, criteria=criteria())
