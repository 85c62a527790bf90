"""What the seed texts state: claims with their source, and what speaks against them."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

import benchmarks.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.schemas import SLUG, Answer
from benchmarks.events import Measures

router = Router(tags=["models"])
Status = Literal["stated", "flagged", "quarantined"]


class ClaimFinding(Answer):
    """Why a claim is flagged or quarantined."""

    code: str
    message: str


class SeedClaim(Answer):
    """A number of a seed text: never ranked."""

    position: int = Field(description="Event that states it.")
    seed: str = Field(description="Id of the text.")
    section: str = Field(description="Part of the text.")
    deployment_slug: str | None
    model_slug: str | None
    subject: str = Field(description="What it is about where it is no deployment.")
    metric: str
    value: float
    unit: str
    out_of: float | None = Field(description="Denominator of a score.")
    setting: str = Field(description="Suite, rubric, role or end of a range.")
    measures: Measures | None = Field(description="What a score measures; null for no score.")
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date
    status: Status = Field(description="Only `stated` claims stand on a board, unranked.")
    findings: tuple[ClaimFinding, ...]


class SeedClaimPage(Page[SeedClaim]):
    """Claims in the order of the log."""


@router.get(
    "/claims", response=SeedClaimPage, operation_id="list_claims", summary="List seed claims"
)
def list_claims(
    request: ApiRequest,
    response: HttpResponse,
    seed: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,40}$", description="Only of this text.")
    ] = None,
    model: Annotated[
        str | None, Query(pattern=SLUG, description="Only about this model, by slug.")
    ] = None,
    status: Annotated[Status | None, Query(description="Only with this status.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> SeedClaimPage | HttpResponse:
    """Every number of the seed texts with its unit, source, status and reasons."""
    claims = [
        SeedClaim.model_validate(claim)
        for claim in benchmarks.queries.seed_claims(
            tenant=request.tenant, seed=seed, model_slug=model
        )
        if status is None or claim.status == status
    ]
    items, following = page_of(
        claims, sort_key=lambda claim: (claim.position,), kinds=(int,), cursor=cursor, limit=limit
    )
    page = SeedClaimPage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page
