"""The fits of a board as they were made: from which votes, by which rules, with what result."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field

import voting.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, decode, encode
from arena.api.schemas import SLUG, Answer
from leaderboards import history
from leaderboards.builds import BuildTest
from leaderboards.history import FitInfo

router = Router(tags=["boards"])
BoardSlug = Annotated[str, Path(pattern=SLUG, description="Slug of the board.", example="text")]


class FitSettings(BaseModel):
    """How the votes were weighed."""

    ties: str = Field(description="`half` a win for both, or `exclude`.")
    both_bad: str
    reweight_below: int | None = Field(
        description="A vote weighs 1 / max(votes of its pair, this); null: all weigh the same."
    )
    interval: str


class FittedRating(BaseModel):
    """One rating, Elo points, with the ends of its 95 % interval and its votes."""

    model: str
    rating: float
    lower: float
    upper: float
    votes: int


class FittedTerm(BaseModel):
    """What one thing beside the models adds to the left side's chance, with its 95 % interval."""

    name: str
    value_logits: float
    standard_error_logits: float
    value_elo: float
    lower_elo: float
    upper_elo: float
    standard_deviation: float | None = Field(
        description="The effect is per this much of the feature; null where it applies or not."
    )


class RatingFit(Answer):
    """One fit. The same position gives the same two digests again."""

    position: int = Field(description="Position of the log that its votes stand for.")
    made_at: datetime
    formula_version: str
    settings: FitSettings
    inputs_sha256: str = Field(description="Digest of counts, settings and formula.")
    ratings_sha256: str = Field(description="Digest of the ratings to four decimals.")
    vote_count: int
    duration_ms: float
    ratings: list[FittedRating] = Field(description="Best first, preliminary ones included.")
    coefficients: list[FittedTerm]
    builds: list[BuildTest] = Field(
        description="Models that votes name in several quantizations, and what they tell of them."
    )


class FitPage(Page[RatingFit]):
    """Fits, newest first."""


@router.get(
    "/boards/{slug}/fits",
    response=FitPage,
    operation_id="list_board_fits",
    summary="List the fits of a board",
)
def list_board_fits(
    request: ApiRequest,
    response: HttpResponse,
    slug: BoardSlug,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> FitPage | HttpResponse:
    """Every fit of the board as it was made, newest first."""
    voting.queries.board(tenant=request.tenant, slug=slug)
    before = int(decode(cursor, kinds=(int,))[0]) if cursor else None
    found = history.fits(tenant=request.tenant, board=slug, before=before, limit=limit + 1)
    page, has_more = found[:limit], len(found) > limit
    version = (has_more, *(fit.inputs_sha256 for fit in page))
    if fresh := not_modified(request, response, version=version):
        return fresh
    return FitPage(
        items=[_fit(info) for info in page],
        next=encode((page[-1].position,)) if has_more else None,
        has_more=has_more,
    )


def _fit(info: FitInfo) -> RatingFit:
    names = tuple(FittedRating.model_fields)
    return RatingFit(
        position=info.position,
        made_at=info.made_at,
        formula_version=info.formula_version,
        settings=FitSettings.model_validate(info.settings),
        inputs_sha256=info.inputs_sha256,
        ratings_sha256=info.ratings_sha256,
        vote_count=info.vote_count,
        duration_ms=info.duration_ms,
        ratings=[
            FittedRating.model_validate(dict(zip(names, row, strict=True))) for row in info.ratings
        ],
        builds=list(info.builds),
        coefficients=[FittedTerm.model_validate(term) for term in info.coefficients],
    )
