"""The sovereignty score of one deployment: a pure function of facts, profile and date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Final

from benchmarks.sovereignty.catalogue import (
    NOT_APPLICABLE,
    TOTAL_WEIGHT,
    Criteria,
    Criterion,
    Level,
    Profile,
    criteria,
)
from benchmarks.sovereignty.evidence import SHARE, Evidence, evidence_on

_DECIMALS: Final = 6
"""Sums are rounded here, so that a score of exactly 76 is not 75.99999999999999."""
SOVEREIGN_FROM: Final[Level] = "S3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """An accepted answer to one criterion."""

    criterion: str
    value: str
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, where the answer asks for them."""
    evidence: Evidence
    stated_on: date
    expires_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one criterion adds. `points` is None where it is unknown, and `reason` says why."""

    criterion: Criterion
    weight: float
    fact: Fact | None
    evidence: Evidence
    """Of the fact on the day asked for."""
    points: float | None
    reason: str

    @property
    def low(self) -> float:
        """Return what the part adds to the score when what is unknown counts nothing."""
        return self.weight * (self.points or 0) / self.criterion.full

    @property
    def high(self) -> float:
        """Return what the part adds to the score when what is unknown counts in full."""
        return self.weight if self.points is None else self.low


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """Score and level of a deployment for a profile on a day.

    `low` is the score, 0 to 100, in which what is unknown counts nothing; `high` counts it in
    full; `coverage_percent` is the share of the weight that is known. `level_high` is the level if
    all that is unknown were full.
    """

    profile: Profile
    on: date
    parts: tuple[Part, ...]
    low: float
    high: float
    coverage_percent: float
    level: Level
    level_high: Level
    unmet: tuple[str, ...]
    """Criteria that keep it from the next level."""

    @property
    def is_sovereign(self) -> bool:
        """Return the level as the yes or no that others state."""
        return self.level >= SOVEREIGN_FROM

    @property
    def known(self) -> int:
        """Return how many criteria are known."""
        return sum(part.points is not None for part in self.parts)


def assess(facts: Iterable[Fact], *, profile: Profile, on: date) -> Assessment:
    """Return the assessment; of two facts about one criterion the later one given counts.

    score = sum over criteria of weight × points / full points, weights sum to 100.
    """
    asked = criteria()
    by_criterion = {fact.criterion: fact for fact in facts}
    is_own = _is_own(asked, by_criterion, on)
    parts = tuple(
        _part(criterion, by_criterion.get(criterion.id), profile, on, is_own=is_own)
        for criterion in asked.criteria
    )
    known = fsum(part.weight for part in parts if part.points is not None)
    level, unmet = _level(asked, profile, {part.criterion.id: part.points or 0 for part in parts})
    level_high, _ = _level(asked, profile, {part.criterion.id: _best(part) for part in parts})
    return Assessment(
        profile=profile,
        on=on,
        parts=parts,
        low=round(fsum(part.low for part in parts), _DECIMALS),
        high=round(fsum(part.high for part in parts), _DECIMALS),
        coverage_percent=round(100 * known / TOTAL_WEIGHT, _DECIMALS),
        level=level,
        level_high=level_high,
        unmet=unmet,
    )


def _best(part: Part) -> float:
    return part.criterion.full if part.points is None else part.points


def _is_own(asked: Criteria, facts: Mapping[str, Fact], on: date) -> bool:
    """Return whether it is known on that day that nobody but the user runs the deployment."""
    condition = asked.not_applicable_when
    fact = facts.get(condition.criterion)
    return fact is not None and fact.value == condition.value and _believed(fact, on) != "E0"


def _believed(fact: Fact, on: date) -> Evidence:
    return evidence_on(fact.evidence, stated_on=fact.stated_on, expires_on=fact.expires_on, on=on)


def _part(
    criterion: Criterion, fact: Fact | None, profile: Profile, on: date, *, is_own: bool
) -> Part:
    evidence = _believed(fact, on) if fact else "E0"
    points, reason = _points(criterion, fact, evidence, profile, on, is_own=is_own)
    return Part(
        criterion=criterion,
        weight=profile.weights[criterion.id],
        fact=fact,
        evidence=evidence,
        points=points,
        reason=reason,
    )


def _points(
    criterion: Criterion,
    fact: Fact | None,
    evidence: Evidence,
    profile: Profile,
    on: date,
    *,
    is_own: bool,
) -> tuple[float | None, str]:
    if fact is None:
        return None, "no reviewed fact"
    share = SHARE[evidence]
    if share is None:
        return None, "no evidence" if fact.evidence == "E0" else _out_of_time(fact, on)
    if fact.value == NOT_APPLICABLE:
        if not is_own:
            return None, "not applicable only on the user's own hardware"
        full = criterion.full
    elif fact.value in criterion.options:
        full = profile.points(criterion.options[fact.value], fact.countries)
    else:
        return None, "stated under criteria that are no longer in force"
    reason = "" if evidence == fact.evidence else f"expired on {fact.expires_on}: counts as a claim"
    return full * share, reason


def _out_of_time(fact: Fact, on: date) -> str:
    if on < fact.stated_on:
        return f"stated on {fact.stated_on} only"
    return f"expired on {fact.expires_on}, too long ago to count"


def _level(
    asked: Criteria, profile: Profile, points: Mapping[str, float]
) -> tuple[Level, tuple[str, ...]]:
    """Return the highest level whose gates, and those of all below, are met, and what is unmet."""
    reached: Level = "S0"
    for level in asked.levels:
        unmet = tuple(
            name
            for name, least in level.gates.items()
            if name not in profile.gates_without and points[name] < least
        )
        if unmet:
            return reached, unmet
        reached = level.level
    return reached, ()
