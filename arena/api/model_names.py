"""Names that no model is registered by: read the queue, and decide what a name means."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, ConfigDict, Field

import benchmarks.commands
import benchmarks.queries
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.run_router import MODERATES
from arena.api.schemas import SLUG, Answer
from benchmarks.events import NameDecision, NameReason
from benchmarks.queries import ModelInfo
from benchmarks.queries.names import NameInfo

router = Router(tags=["models"])
Status = Literal["waiting", "merged", "registered", "rejected"]


class SimilarModel(BaseModel):
    """A model that is called like it."""

    slug: str
    name: str
    likeness: float = Field(description="Of its closest name, 0 to 1.")


class ModelNameAnswer(Answer):
    """One name; unless merged or registered, nothing under it stands on a board."""

    slug: str
    name: str
    origin: str = Field(description="`run` or `import`.")
    seen_at: datetime
    seen_position: int
    status: Status
    into: str | None = Field(description="Slug of the model that it is another name of.")
    reason: str
    decided_by: str | None = Field(description="The role of who decided.")
    decided_at: datetime | None
    position: int
    deployments: tuple[str, ...] = Field(description="What was measured under it, by slug.")
    similar: list[SimilarModel] = Field(
        [], description="Registered models called like it, the closest first; while it waits."
    )


class ModelNamePage(Page[ModelNameAnswer]):
    """Names by slug."""


class Decision(BaseModel):
    """What a name means."""

    model_config = ConfigDict(extra="forbid")

    decision: NameDecision
    reason: NameReason
    into: Annotated[str, Field(pattern=SLUG)] | None = Field(
        None, description="Slug of the model that it is; for `merged` alone."
    )


class Decided(BaseModel):
    """A name after a decision."""

    slug: str
    status: NameDecision
    into: str | None


@router.get(
    "/model-names",
    response=ModelNamePage,
    operation_id="list_model_names",
    summary="List names that no model is registered by",
)
def list_model_names(
    request: ApiRequest,
    response: HttpResponse,
    status: Annotated[Status | None, Query(description="Only with this status.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> ModelNamePage | HttpResponse:
    """Every name seen that was not a registered model's, decided ones too."""
    models = benchmarks.queries.models(tenant=request.tenant)
    found = sorted(
        (
            _answer(info, models)
            for info in benchmarks.queries.names.names(tenant=request.tenant)
            if status in (None, info.status)
        ),
        key=lambda name: name.slug,
    )
    items, following = page_of(
        found, sort_key=lambda name: (name.slug,), kinds=(str,), cursor=cursor, limit=limit
    )
    page = ModelNamePage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.post(
    "/model-names/{slug}/decision",
    auth=ApiKey("moderate"),
    response=Decided,
    operation_id="decide_model_name",
    summary="Decide what a name means",
    openapi_extra=MODERATES,
)
def decide_model_name(
    request: ApiRequest,
    slug: Annotated[str, Path(pattern=SLUG, description="Of the name.", example="discovered-8091")],
    decision: Decision,
) -> Decided:
    """Merge a name into a model, make it a model, or reject it. Needs the scope `moderate`.

    The same again changes nothing; a merged or registered name stays so.
    """
    benchmarks.commands.decide_name(
        tenant=request.tenant,
        slug=slug,
        decision=decision.decision,
        into=decision.into,
        reason=decision.reason,
        decided_by="key",
        actor=str(key_of(request)),
    )
    return Decided(slug=slug, status=decision.decision, into=decision.into)


def _answer(info: NameInfo, models: list[ModelInfo]) -> ModelNameAnswer:
    answer = ModelNameAnswer.model_validate(info)
    if info.status != "waiting":
        return answer
    similar = [
        SimilarModel(slug=item.model.slug, name=item.model.name, likeness=round(item.likeness, 4))
        for item in benchmarks.queries.names.similar(info.name, models)
    ]
    return answer.model_copy(update={"similar": similar})
