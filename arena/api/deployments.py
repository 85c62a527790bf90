"""Deployments: weights as served in one place, with all that is on record of them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import Field

import benchmarks.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.run_schemas import Measurement
from arena.api.schemas import SLUG, Answer, ExternalValue, ModelRow, Power, Price, Row
from arena.api.seed_claims import SeedClaim
from arena.api.sovereignty import SovereigntyDetail, sovereignty_of
from benchmarks.sovereignty import default_profile
from leaderboards.deployment_page import DeploymentRecord, record
from leaderboards.measured_runs import MeasuredRun
from leaderboards.sources import today

router = Router(tags=["deployments"])


class DeploymentEntry(Answer):
    """What a deployment is; null where nobody stated the fact."""

    slug: str
    model_slug: str
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None
    position: int = Field(description="Position of the event that last registered it.")


class DeploymentPage(Page[DeploymentEntry]):
    """Deployments by slug."""


class DeploymentSpeed(Answer):
    """The median of the runs that count, at the headline point; tok/s."""

    tokens_per_second: float
    lowest: float
    highest: float
    run_count: int
    trust_level: str = Field(description="The highest of its runs.")
    measured_at: datetime = Field(description="End of the newest run.")


class DeploymentRun(Answer):
    """A published run with its headline; a measurement is null where it has none to show."""

    run_id: UUID
    finished_at: datetime | None
    profile: str
    engine: str | None
    engine_version: str | None
    trust_level: str
    decode: Measurement | None
    prefill: Measurement | None
    joules: Measurement | None
    why_not: str = Field(description="Why it is not part of the median; empty where it is.")


class HardwarePrice(Answer):
    """What all nodes together cost to buy, in millionths of a US dollar."""

    usd_micros: int
    months: int = Field(description="Over which it is written off.")
    source_name: str
    source_url: str | None
    stated_on: date
    position: int


class Reply(Answer):
    """What the operator replied to the facts, in its own words."""

    operator: str
    text: str
    source_url: str | None
    stated_on: date
    position: int


class DeploymentDetail(DeploymentEntry):
    """A deployment with all that is on record of it; histories newest first."""

    rows: list[ModelRow] = Field(description="Its row on every board.")
    speed: DeploymentSpeed | None
    runs: list[DeploymentRun]
    prices: list[Price] = Field(description="Every price, those of later days too.")
    power: list[Power]
    hardware_prices: list[HardwarePrice]
    sovereignty: SovereigntyDetail = Field(description="For the default profile.")
    replies: list[Reply]
    external_values: list[ExternalValue]
    seed_claims: list[SeedClaim]


@router.get(
    "/deployments",
    response=DeploymentPage,
    operation_id="list_deployments",
    summary="List deployments",
)
def list_deployments(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> DeploymentPage | HttpResponse:
    """Every deployment that the arena knows, by slug."""
    # Sorted here: the order of the database is that of its locale, not that of cursors.
    deployments = sorted(
        map(DeploymentEntry.model_validate, benchmarks.queries.deployments(tenant=request.tenant)),
        key=lambda entry: entry.slug,
    )
    items, following = page_of(
        deployments, sort_key=lambda entry: (entry.slug,), kinds=(str,), cursor=cursor, limit=limit
    )
    page = DeploymentPage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/deployments/{deployment}",
    response=DeploymentDetail,
    operation_id="get_deployment",
    summary="Read a deployment",
)
def get_deployment(
    request: ApiRequest,
    response: HttpResponse,
    deployment: Annotated[
        str,
        Path(pattern=SLUG, description="Slug of the deployment.", example="alpha--q4--self-hosted"),
    ],
) -> DeploymentDetail | HttpResponse:
    """Its rows, every published run, every price, power, facts, replies and claims."""
    tenant = request.tenant
    found = record(tenant=tenant, slug=deployment, on=today())
    sovereignty = sovereignty_of(tenant=tenant, info=found.info, profile=default_profile())
    detail = _detail(found, sovereignty)
    return not_modified(request, response, version=(detail.model_dump_json(),)) or detail


def _detail(found: DeploymentRecord, sovereignty: SovereigntyDetail) -> DeploymentDetail:
    return DeploymentDetail(
        **DeploymentEntry.model_validate(found.info).model_dump(),
        rows=[
            ModelRow(board=item.info.slug, row=Row.model_validate(item.row))
            for item in found.boards
        ],
        speed=None if found.speed is None else DeploymentSpeed.model_validate(found.speed),
        runs=[run_of(run) for run in found.runs],
        prices=[Price.model_validate(step.price) for step in found.prices],
        power=[Power.model_validate(item) for item in found.power],
        hardware_prices=[HardwarePrice.model_validate(item) for item in found.hardware],
        sovereignty=sovereignty,
        replies=[Reply.model_validate(reply) for reply in found.replies],
        external_values=[ExternalValue.model_validate(value) for value in found.values],
        seed_claims=[SeedClaim.model_validate(claim) for claim in found.seeds],
    )


def run_of(run: MeasuredRun) -> DeploymentRun:
    """Return a run as the interface tells it."""
    info = run.info
    measured = (
        None if item is None else Measurement.model_validate(item)
        for item in (run.decode, run.prefill, run.joules)
    )
    decode, prefill, joules = measured
    return DeploymentRun(
        run_id=info.run_id,
        finished_at=info.finished_at,
        profile=info.profile,
        engine=info.engine,
        engine_version=info.engine_version,
        trust_level=info.trust_level,
        decode=decode,
        prefill=prefill,
        joules=joules,
        why_not=run.why_not,
    )
