"""Sovereignty of deployments: score, level and the facts they rest on, for a profile."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import BaseModel, Field, WithJsonSchema

import benchmarks.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.problems import ProblemError
from arena.api.schemas import SLUG, Answer
from arena.tenancy.models import Tenant
from benchmarks.events import EvidenceClass
from benchmarks.queries import DeploymentInfo
from benchmarks.sovereignty import (
    Assessment,
    Level,
    Part,
    Profile,
    UnknownProfile,
    criteria,
    profile_called,
    profiles,
)

router = Router(tags=["sovereignty"])
_Known = WithJsonSchema(
    {"type": "string", "enum": [profile.slug for profile in profiles().profiles]}
)
ProfileSlug = Annotated[
    Annotated[str, _Known] | None,
    Query(description="Slug of the profile; by default `eu-organisation`."),
]


class SovereigntyScore(BaseModel):
    """What the reviewed facts about a deployment give for a profile today."""

    deployment: str = Field(description="Slug of the deployment.")
    profile: str
    on: date = Field(description="Day on which facts are believed or have expired.")
    score: float = Field(description="0 to 100; what is unknown counts nothing.")
    score_high: float = Field(description="The same when what is unknown counts in full.")
    coverage_percent: float = Field(description="Share of the weight that is known.")
    level: Level = Field(description="By the weakest gate; S0 also where it is unknown.")
    level_high: Level = Field(description="The same when what is unknown counts in full.")
    unmet: tuple[str, ...] = Field(description="Criteria that keep it from the next level.")
    criteria_version: str
    profiles_version: str


class SovereigntyFactAnswer(Answer):
    """A fact with its review. Who submitted and who reviewed it is not public."""

    fact_id: UUID
    criterion: str
    value: str
    countries: tuple[str, ...] = Field(description="ISO 3166-1 alpha-2.")
    evidence: EvidenceClass
    source_url: str | None
    source_sha256: str | None = Field(description="Of the archived copy.")
    note: str
    stated_on: date
    expires_on: date
    criteria_version: str
    interest: str = Field(description="What ties the submitter to the operator.")
    submitted_position: int
    status: Literal["waiting", "accepted", "rejected", "superseded"]
    reason: str = Field(description="Of the review.")
    reviewed_position: int | None
    superseded_by: UUID | None


class SovereigntyPart(BaseModel):
    """One criterion; `points` is null where it is unknown, and `reason` says why."""

    criterion: str
    title: str
    weight: float
    points: float | None
    full_points: float
    evidence: EvidenceClass = Field(description="Of the fact in force, today.")
    reason: str


class SovereigntyDetail(BaseModel):
    """A deployment's score with its parts, and every fact about it; no score without a fact."""

    deployment: str
    score: SovereigntyScore | None
    parts: list[SovereigntyPart]
    facts: list[SovereigntyFactAnswer]


class SovereigntyPage(Page[SovereigntyScore]):
    """Scores by deployment."""


@router.get(
    "/sovereignty",
    response=SovereigntyPage,
    operation_id="list_sovereignty",
    summary="List sovereignty scores",
)
def list_sovereignty(
    request: ApiRequest,
    response: HttpResponse,
    profile: ProfileSlug = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> SovereigntyPage | HttpResponse:
    """Every deployment that has a reviewed fact, by slug."""
    found = benchmarks.queries.sovereignty.assessments(
        tenant=request.tenant, profile=_profile(profile), on=timezone.now().date()
    )
    items, following = page_of(
        [_score(slug, found[slug]) for slug in sorted(found)],
        sort_key=lambda score: (score.deployment,),
        kinds=(str,),
        cursor=cursor,
        limit=limit,
    )
    page = SovereigntyPage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/sovereignty/{deployment}",
    response=SovereigntyDetail,
    operation_id="get_sovereignty",
    summary="Read a deployment's sovereignty",
)
def get_sovereignty(
    request: ApiRequest,
    response: HttpResponse,
    deployment: Annotated[
        str,
        Path(pattern=SLUG, description="Slug of the deployment.", example="alpha--q4--self-hosted"),
    ],
    profile: ProfileSlug = None,
) -> SovereigntyDetail | HttpResponse:
    """Score, level, every criterion and every fact, those rejected and superseded too."""
    tenant, wanted = request.tenant, _profile(profile)
    info = benchmarks.queries.deployment(tenant=tenant, slug=deployment)
    detail = sovereignty_of(tenant=tenant, info=info, profile=wanted)
    return not_modified(request, response, version=(detail.model_dump_json(),)) or detail


def sovereignty_of(*, tenant: Tenant, info: DeploymentInfo, profile: Profile) -> SovereigntyDetail:
    """Return what is told of a deployment for a profile today."""
    found = benchmarks.queries.sovereignty.assessment(
        tenant=tenant, deployment=info.slug, profile=profile, on=timezone.now().date()
    )
    return SovereigntyDetail(
        deployment=info.slug,
        score=_score(info.slug, found) if found else None,
        parts=[_part(part) for part in found.parts] if found else [],
        facts=[
            SovereigntyFactAnswer.model_validate(fact)
            for fact in benchmarks.queries.sovereignty.facts(tenant=tenant, deployment=info.slug)
        ],
    )


def _profile(slug: str | None) -> Profile:
    try:
        return profile_called(slug)
    except UnknownProfile as error:
        raise ProblemError("invalid-parameter", str(error)) from error


def _score(slug: str, found: Assessment) -> SovereigntyScore:
    return SovereigntyScore(
        deployment=slug,
        profile=found.profile.slug,
        on=found.on,
        score=found.low,
        score_high=found.high,
        coverage_percent=found.coverage_percent,
        level=found.level,
        level_high=found.level_high,
        unmet=found.unmet,
        criteria_version=criteria().version,
        profiles_version=profiles().version,
    )


def _part(part: Part) -> SovereigntyPart:
    return SovereigntyPart(
        criterion=part.criterion.id,
        title=part.criterion.title,
        weight=part.weight,
        points=part.points,
        full_points=part.criterion.full,
        evidence=part.evidence,
        reason=part.reason,
    )
