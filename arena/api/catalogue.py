"""Models: what they are, where they run, what others say of them, where they stand."""

from typing import Annotated, Any, TypeVar

from django.http import HttpResponse
from ninja import Path, Query, Router

import benchmarks.queries
import leaderboards.queries
from arena.api.access import ApiRequest
from arena.api.compare_schemas import HeadToHead, RatingDifference
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.deployments import run_of
from arena.api.model_schemas import (
    Happening,
    Incidents,
    ModelDetail,
    Opponent,
    RatingHistory,
    RatingPoint,
    ServingRecipe,
    Source,
)
from arena.api.problems import FieldError, ProblemError
from arena.api.schemas import (
    SLUG,
    Answer,
    Deployment,
    ExternalValue,
    Model,
    ModelRow,
    Power,
    Price,
    Row,
)
from leaderboards import head_to_head, model_record, rating_history
from leaderboards.queries import ModelRows

router = Router(tags=["models"])
AnswerT = TypeVar("AnswerT", bound=Answer)


class ModelPage(Page[Model]):
    """Models by slug."""


@router.get("/models", response=ModelPage, operation_id="list_models", summary="List models")
def list_models(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> ModelPage | HttpResponse:
    """Every model that the arena knows, by slug."""
    models = sorted(
        map(Model.model_validate, benchmarks.queries.models(tenant=request.tenant)),
        key=lambda model: model.slug,
    )
    items, following = page_of(
        models, sort_key=lambda model: (model.slug,), kinds=(str,), cursor=cursor, limit=limit
    )
    page = ModelPage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/models/{slug}", response=ModelDetail, operation_id="get_model", summary="Read a model"
)
def get_model(
    request: ApiRequest,
    response: HttpResponse,
    slug: Annotated[str, Path(pattern=SLUG, description="Slug of the model.", example="alpha")],
    board: Annotated[
        str | None, Query(pattern=SLUG, description="Whose history and votes; see `histories`.")
    ] = None,
) -> ModelDetail | HttpResponse:
    """The model with its deployments, claims, rows, history, votes against others and recipes."""
    tenant = request.tenant
    model = benchmarks.queries.model(tenant=tenant, slug=slug)
    prices = benchmarks.queries.prices(tenant=tenant)
    power = benchmarks.queries.power(tenant=tenant)
    deployments = [
        Deployment.model_validate(deployment).model_copy(
            update={
                "price": _read(Price, prices.get(deployment.slug)),
                "power": _read(Power, power.get(deployment.slug)),
            }
        )
        for deployment in benchmarks.queries.deployments(tenant=tenant)
        if deployment.model_slug == slug
    ]
    of_model = {deployment.slug for deployment in deployments}
    detail = ModelDetail(
        **Model.model_validate(model).model_dump(),
        deployments=deployments,
        external_values=[
            ExternalValue.model_validate(value)
            for value in benchmarks.queries.external_values(tenant=tenant)
            if value.deployment_slug in of_model
        ],
        rows=[
            ModelRow(board=on_board.info.slug, row=Row.model_validate(row))
            for on_board in leaderboards.queries.model_rows(tenant=tenant, model_slug=slug)
            for row in on_board.rows
        ],
        **_record(request, model=slug, board=board),
    )
    return not_modified(request, response, version=(detail.model_dump_json(),)) or detail


def _record(request: ApiRequest, *, model: str, board: str | None) -> dict[str, Any]:
    tenant = request.tenant
    deployments = {
        info.slug: info
        for info in benchmarks.queries.deployments(tenant=tenant)
        if info.model_slug == model
    }
    boards = _boards(request, model=model, board=board)
    records = [
        model_record.board_record(
            tenant=tenant, on=on, model=model, names={}, deployments=deployments
        )
        for on in boards
    ]
    told = model_record.run_record(tenant=tenant, model=model, address=request.build_absolute_uri)
    return {
        "histories": [_history(record.history) for record in records],
        "opponents": [
            _opponent(record.on.info.slug, row) for record in records for row in record.opponents
        ],
        "recipes": [ServingRecipe.model_validate(line) for line in told.recipes],
        "incidents": Incidents(
            runs=[run_of(run) for run in told.incidents.runs], void_battles=told.incidents.voided
        ),
        "sources": [
            Source.model_validate(line)
            for line in model_record.sources(tenant=tenant, model=model, deployments=deployments)
        ],
    }


def _boards(request: ApiRequest, *, model: str, board: str | None) -> list[ModelRows]:
    rows = leaderboards.queries.model_rows(tenant=request.tenant, model_slug=model)
    if board is None:
        return [on for on in rows if on.info.part is None]
    found = [on for on in rows if on.info.slug == board]
    if not found:
        known = ", ".join(on.info.slug for on in rows) or "none"
        detail = f"board: {board} is not allowed; the model stands on {known}."
        raise ProblemError(
            "invalid-parameter", detail, errors=[FieldError(detail=detail, parameter="board")]
        )
    return found


def _history(history: rating_history.RatingHistory) -> RatingHistory:
    return RatingHistory(
        board=history.info.slug,
        fits=history.fits,
        points=[RatingPoint.model_validate(point) for point in history.points],
        happenings=[Happening.model_validate(item) for item in history.happenings],
    )


def _opponent(board: str, row: head_to_head.Opponent) -> Opponent:
    return Opponent(
        board=board,
        model=row.slug,
        met=HeadToHead.model_validate(row.met),
        expected=None if row.expected is None else RatingDifference.model_validate(row.expected),
        is_as_expected=row.is_as_expected,
    )


def _read(shape: type[AnswerT], found: object | None) -> AnswerT | None:
    return None if found is None else shape.model_validate(found)
