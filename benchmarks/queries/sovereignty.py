"""Read sovereignty facts, what follows from them for a profile, and replies of operators."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, cast
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.models import OperatorReply, SovereigntyFact
from benchmarks.sovereignty import Assessment, Evidence, Fact, Profile, assess

FactStatus = Literal["waiting", "accepted", "rejected", "superseded"]
PROJECTION: Final = "sovereignty_facts"


@dataclass(frozen=True, kw_only=True, slots=True)
class FactInfo:
    """A fact with its review; None where it waits for one."""

    fact_id: UUID
    deployment_slug: str
    criterion: str
    value: str
    countries: tuple[str, ...]
    evidence: Evidence
    source_url: str | None
    source_sha256: str | None
    note: str
    stated_on: date
    expires_on: date
    criteria_version: str
    interest: str
    submitted_by: str
    submitted_at: datetime
    submitted_position: int
    status: FactStatus
    reason: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    reviewed_position: int | None
    superseded_by: UUID | None
    position: int

    @property
    def as_fact(self) -> Fact:
        """Return what the score reads of it."""
        return Fact(
            criterion=self.criterion,
            value=self.value,
            countries=self.countries,
            evidence=self.evidence,
            stated_on=self.stated_on,
            expires_on=self.expires_on,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyInfo:
    """What an operator replied."""

    operator: str
    text: str
    source_url: str | None
    stated_on: date
    position: int


class Answer(NamedTuple):
    """An accepted answer to one criterion; `countries` where the answer asks for them."""

    value: str
    countries: tuple[str, ...]


def answers(*, tenant: Tenant, criteria: Iterable[str]) -> dict[str, dict[str, Answer]]:
    """Return the accepted answers to some criteria by deployment, expired ones included."""
    rows = (
        SovereigntyFact.objects.filter(tenant=tenant, status="accepted", criterion__in=criteria)
        .order_by("position")
        .values_list("deployment_slug", "criterion", "value", "countries")
    )
    return _answers(rows)


def answered(found: Iterable[FactInfo], *, criteria: Iterable[str]) -> dict[str, dict[str, Answer]]:
    """Return the same of these facts, which stand in the order of what last changed them."""
    wanted = set(criteria)
    return _answers(
        (fact.deployment_slug, fact.criterion, fact.value, fact.countries)
        for fact in found
        if fact.status == "accepted" and fact.criterion in wanted
    )


def _answers(
    rows: Iterable[tuple[str, str, str, Iterable[str]]],
) -> dict[str, dict[str, Answer]]:
    result: dict[str, dict[str, Answer]] = {}
    for slug, criterion, value, countries in rows:
        result.setdefault(slug, {})[criterion] = Answer(value, tuple(countries))
    return result


def facts(*, tenant: Tenant, deployment: str | None = None) -> list[FactInfo]:
    """Return the facts of every deployment or of one, in the order of their submission."""
    rows = SovereigntyFact.objects.filter(tenant=tenant).order_by("submitted_position")
    if deployment is not None:
        rows = rows.filter(deployment_slug=deployment)
    return [fact_info(row) for row in rows]


def in_force(found: Iterable[FactInfo]) -> dict[str, dict[str, FactInfo]]:
    """Return the accepted facts by deployment and criterion."""
    result: dict[str, dict[str, FactInfo]] = {}
    for fact in found:
        if fact.status == "accepted":
            result.setdefault(fact.deployment_slug, {})[fact.criterion] = fact
    return result


def assessments(*, tenant: Tenant, profile: Profile, on: date) -> Mapping[str, Assessment]:
    """Return the assessment of every deployment that has a reviewed fact, by slug."""
    rows = SovereigntyFact.objects.filter(tenant=tenant, status="accepted").order_by("position")
    return assessed(map(fact_info, rows), profile=profile, on=on)


def assessed(found: Iterable[FactInfo], *, profile: Profile, on: date) -> Mapping[str, Assessment]:
    """Return the assessment of every deployment that has an accepted one among these facts."""
    return {
        slug: assess((fact.as_fact for fact in of_place.values()), profile=profile, on=on)
        for slug, of_place in in_force(found).items()
    }


def assessment(*, tenant: Tenant, deployment: str, profile: Profile, on: date) -> Assessment | None:
    """Return the assessment of one deployment, None while it has no reviewed fact."""
    found = in_force(facts(tenant=tenant, deployment=deployment)).get(deployment)
    if found is None:
        return None
    return assess((fact.as_fact for fact in found.values()), profile=profile, on=on)


def replies(*, tenant: Tenant, operator: str | None = None) -> list[ReplyInfo]:
    """Return the replies of every operator or of one, newest first."""
    rows = OperatorReply.objects.filter(tenant=tenant).order_by("-position")
    if operator is not None:
        rows = rows.filter(operator=operator)
    return [
        ReplyInfo(
            operator=row.operator,
            text=row.text,
            source_url=row.source_url,
            stated_on=row.stated_on,
            position=row.position,
        )
        for row in rows
    ]


def fact_info(row: SovereigntyFact) -> FactInfo:
    """Return the fact that one row holds."""
    return FactInfo(
        fact_id=row.fact_id,
        deployment_slug=row.deployment_slug,
        criterion=row.criterion,
        value=row.value,
        countries=tuple(row.countries),
        evidence=cast(Evidence, row.evidence),
        source_url=row.source_url,
        source_sha256=row.source_sha256,
        note=row.note,
        stated_on=row.stated_on,
        expires_on=row.expires_on,
        criteria_version=row.criteria_version,
        interest=row.interest,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        submitted_position=row.submitted_position,
        status=cast(FactStatus, row.status),
        reason=row.reason,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        reviewed_position=row.reviewed_position,
        superseded_by=row.superseded_by,
        position=row.position,
    )
