"""Lanes: a board for each version of each bench; moderators register and score their own."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, ConfigDict, Field

import benchmarks.commands
import benchmarks.queries
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.badges import BadgeAnswer
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.run_router import MODERATES
from arena.api.schemas import PRINTED, Answer, Text
from arena.eventstore.domain import Outcome
from benchmarks.events import LaneScored

router = Router(tags=["lanes"])


class LaneAnswer(Answer):
    """One lane; a claim has no rank, and `unranked` says why any has none."""

    lane: str = Field(description="`variant::bench-version::article`.")
    title: str
    deployment_slug: str | None
    article: str | None
    is_claim: bool
    rank: int | None = Field(description="By quality measured here; equal ones share a rank.")
    unranked: str
    stated_rank: int | None = Field(description="Where the source of a claim has it.")
    quality: float | None
    quality_unit: str
    tokens_per_second: float | None = Field(description="Of one stream of answers.")
    runs: int | None
    source_name: str
    source_url: str | None
    stated_on: date | None
    position: int
    badges: tuple[BadgeAnswer, ...]


class Bench(Answer):
    """One version of one bench; its lanes are comparable with no other board's."""

    bench: str
    version: str
    lanes: tuple[LaneAnswer, ...]


class BenchPage(Page[Bench]):
    """Boards by bench and version."""


class NewLaneScore(BaseModel):
    """What was measured of a lane, which is registered along with it if it is new."""

    model_config = ConfigDict(extra="forbid")

    lane: Annotated[str, Field(min_length=1, max_length=330, pattern=PRINTED)] = Field(
        description="`variant::bench-version::article`, such as `4b::curveball-v0.2::an-article`."
    )
    title: Text
    deployment_slug: Annotated[str, Field(max_length=300, pattern=PRINTED)] | None = None
    quality: Annotated[float, Field(ge=0, le=1e9)] | None = None
    quality_unit: Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    tokens_per_second: Annotated[float, Field(ge=0, le=1e9)] | None = None
    runs: Annotated[int, Field(ge=1, le=1_000_000)]
    source_name: Text
    source_url: Annotated[str, Field(max_length=2_000)] | None = None
    stated_on: date


class LaneKept(BaseModel):
    """A lane after a score; `changed` is false where the arena knew it all."""

    lane: str
    changed: bool


@router.get("/benches", response=BenchPage, operation_id="list_benches", summary="List benches")
def list_benches(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> BenchPage | HttpResponse:
    """Every version of every bench with its lanes, in their order."""
    found = [
        Bench.model_validate(info)
        for info in benchmarks.queries.lanes.benches(tenant=request.tenant)
    ]
    items, following = page_of(
        found,
        sort_key=lambda bench: (bench.bench, bench.version),
        kinds=(str, str),
        cursor=cursor,
        limit=limit,
    )
    page = BenchPage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/benches/{bench}/{version}", response=Bench, operation_id="get_bench", summary="Read a bench"
)
def get_bench(
    request: ApiRequest,
    response: HttpResponse,
    bench: Annotated[
        str, Path(pattern=r"^[a-z0-9-]{1,80}$", description="Name.", example="curveball")
    ],
    version: Annotated[
        str, Path(pattern=r"^[a-z0-9.]{1,80}$", description="Version.", example="v0.1")
    ],
) -> Bench | HttpResponse:
    """The lanes of one version of one bench: those measured here by rank, claims as stated."""
    found = Bench.model_validate(
        benchmarks.queries.lanes.bench(tenant=request.tenant, bench=bench, version=version)
    )
    return not_modified(request, response, version=(found.model_dump_json(),)) or found


@router.post(
    "/lanes",
    auth=ApiKey("moderate"),
    response=LaneKept,
    operation_id="score_lane",
    summary="Score a lane",
    openapi_extra=MODERATES,
)
def score_lane(request: ApiRequest, score: NewLaneScore) -> LaneKept:
    """Record what this arena measured of a lane; once more changes nothing. Scope `moderate`."""
    actor = str(key_of(request))
    registered = benchmarks.commands.register_lane(
        tenant=request.tenant,
        lane=score.lane,
        title=score.title,
        deployment_slug=score.deployment_slug,
        actor=actor,
    )
    scored = benchmarks.commands.score_lane(
        tenant=request.tenant,
        score=LaneScored(kind="measured", **score.model_dump(exclude={"title", "deployment_slug"})),
        actor=actor,
    )
    return LaneKept(lane=score.lane, changed=Outcome.APPENDED in (registered, scored))
