"""What the scores that the seed texts claim measure, by the rules of the data file beside this."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.events import Measures

FILE: Final = Path(__file__).with_name("rubrics.yaml")
SCORES: Final = frozenset(
    ("quality_percent", "quality_score", "usd_per_quality_point", "expected_pass_percent")
)
"""The metrics of seed claims that are scores, or rest on one."""


class Rule(BaseModel):
    """Which claims of one text measure what, and why that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: str = Field(min_length=1)
    section: str = ""
    setting: str = ""
    measures: Measures
    why: str = Field(min_length=1)


class Rules(BaseModel):
    """All rules of one version, in the order in which they are tried."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    rules: tuple[Rule, ...]


@cache
def rules() -> Rules:
    """Return the rules that ship with the site."""
    raw: Any = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Rules.model_validate(raw)


def measures_of_claim(*, seed: str, metric: str, section: str, setting: str) -> Measures | None:
    """Return what a claimed score measures; None for what is no score, or where no rule says."""
    if metric not in SCORES:
        return None
    for rule in rules().rules:
        if rule.seed == seed and rule.section in section and rule.setting in setting:
            return rule.measures
    return None
