"""What the pages about sovereignty show: facts and scores in words and as drawings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import benchmarks.queries
from arena.accounts.pseudonym import voter_pseudonym
from arena.tenancy.models import Tenant
from benchmarks.deployment_label import label
from benchmarks.queries import DeploymentInfo
from benchmarks.queries.sovereignty import FactInfo
from benchmarks.sovereignty import (
    NOT_APPLICABLE,
    Assessment,
    Part,
    Profile,
    assess,
    criteria,
)

_PER_POINT: Final = 1.6
"""Pixels of a drawing 160 px wide for one of 100 points."""
_SHOWN_OF_PSEUDONYM: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A score from `low` to `high` on a line 160 px long, as SVG attributes."""

    low: str
    high: str
    span: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FactView:
    """A fact in words; people by pseudonyms that no other arena shares."""

    info: FactInfo
    title: str
    answer: str
    submitted_by: str
    reviewed_by: str
    before: str
    """The answer that it replaced; empty for none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartView:
    """One criterion of an assessment with the fact it rests on."""

    part: Part
    fact: FactView | None

    @property
    def is_worn(self) -> bool:
        """Return whether age has lowered the evidence."""
        return self.part.fact is not None and self.part.evidence != self.part.fact.evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceView:
    """One deployment; `found` is None while no fact about it has been reviewed."""

    info: DeploymentInfo
    model_name: str
    label: str
    found: Assessment | None
    drawing: Drawing | None
    waiting: int


def places(*, tenant: Tenant, profile: Profile, on: date) -> list[PlaceView]:
    """Return every deployment, the highest score first, those without one by name."""
    found = benchmarks.queries.sovereignty.assessments(tenant=tenant, profile=profile, on=on)
    waiting: dict[str, int] = {}
    for fact in benchmarks.queries.sovereignty.facts(tenant=tenant):
        if fact.status == "waiting":
            waiting[fact.deployment_slug] = waiting.get(fact.deployment_slug, 0) + 1
    names = {model.slug: model.name for model in benchmarks.queries.models(tenant=tenant)}
    views = [
        _place(info, names, found.get(info.slug), waiting.get(info.slug, 0))
        for info in benchmarks.queries.deployments(tenant=tenant)
    ]
    return sorted(views, key=_by_score)


def place(
    *, tenant: Tenant, info: DeploymentInfo, facts: Iterable[FactInfo], profile: Profile, on: date
) -> PlaceView:
    """Return one deployment with what follows from these facts."""
    stated = benchmarks.queries.sovereignty.in_force(facts).get(info.slug, {})
    found = (
        assess((fact.as_fact for fact in stated.values()), profile=profile, on=on)
        if stated
        else None
    )
    model = benchmarks.queries.model(tenant=tenant, slug=info.model_slug)
    return _place(info, {model.slug: model.name}, found, 0)


def parts(found: Assessment, facts: Iterable[FactView]) -> list[PartView]:
    """Return every criterion with its fact in words."""
    in_force = {fact.info.criterion: fact for fact in facts if fact.info.status == "accepted"}
    return [PartView(part=part, fact=in_force.get(part.criterion.id)) for part in found.parts]


def fact_views(*, tenant: Tenant, facts: Sequence[FactInfo]) -> list[FactView]:
    """Return the facts in words, in their order."""
    answers = {fact.fact_id: _answer(fact) for fact in facts}
    replaced = {fact.superseded_by: answers[fact.fact_id] for fact in facts if fact.superseded_by}
    return [
        FactView(
            info=fact,
            title=_title(fact),
            answer=answers[fact.fact_id],
            submitted_by=_person(tenant, fact.submitted_by),
            reviewed_by=_person(tenant, fact.reviewed_by) if fact.reviewed_by else "",
            before=replaced.get(fact.fact_id, ""),
        )
        for fact in facts
    ]


def _person(tenant: Tenant, actor: str) -> str:
    return voter_pseudonym(tenant=tenant, raw=actor)[:_SHOWN_OF_PSEUDONYM]


def _title(fact: FactInfo) -> str:
    try:
        return criteria().criterion(fact.criterion).title
    except ValueError:
        return f"of criteria {fact.criteria_version}, no longer asked"


def _answer(fact: FactInfo) -> str:
    """Return the answer in words; the bare value where the criteria no longer know it."""
    words = fact.value
    for criterion in criteria().criteria:
        if criterion.id == fact.criterion and (
            fact.value in criterion.options or fact.value == NOT_APPLICABLE
        ):
            words = criterion.label(fact.value)
    return f"{words} ({', '.join(fact.countries)})" if fact.countries else words


def _place(
    info: DeploymentInfo, names: Mapping[str, str], found: Assessment | None, waiting: int
) -> PlaceView:
    return PlaceView(
        info=info,
        model_name=names.get(info.model_slug, info.model_slug),
        label=label(info) or info.slug,
        found=found,
        drawing=_drawing(found) if found else None,
        waiting=waiting,
    )


def _drawing(found: Assessment) -> Drawing:
    low, high = found.low * _PER_POINT, found.high * _PER_POINT
    return Drawing(low=f"{low:.1f}", high=f"{high:.1f}", span=f"{high - low:.1f}")


def _by_score(view: PlaceView) -> tuple[float, str, str]:
    score = view.found.low if view.found else -1.0
    return (-score, view.model_name.casefold(), view.info.slug)
