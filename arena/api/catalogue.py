"""Models: what they are, where they run, what others say of them, where they stand."""

from typing import Annotated, TypeVar

from django.http import HttpResponse
from ninja import Path, Router

import benchmarks.queries
import leaderboards.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.schemas import (
    SLUG,
    Answer,
    Deployment,
    ExternalValue,
    Model,
    ModelDetail,
    ModelRow,
    Power,
    Price,
    Row,
)

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
) -> ModelDetail | HttpResponse:
    """The model with its deployments, the claims of others and its rows on every board."""
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
    )
    return not_modified(request, response, version=(detail.model_dump_json(),)) or detail


def _read(shape: type[AnswerT], found: object | None) -> AnswerT | None:
    return None if found is None else shape.model_validate(found)
