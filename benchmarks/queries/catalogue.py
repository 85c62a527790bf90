"""Read models, deployments and claims of one arena."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from arena.eventstore.queries import events_after
from arena.eventstore.reader import fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import ModelRegistered, PowerScope
from benchmarks.models import (
    Deployment,
    DeploymentPower,
    DeploymentPrice,
    ExternalValue,
    HardwarePrice,
    LanguageModel,
    ModelFact,
    Run,
    Score,
    SeedClaim,
    SovereigntyFact,
)
from benchmarks.queries.model_facts import FactInfo, StatedFacts, facts_of_models

_BATCH: Final = 2_000


class UnknownModel(LookupError):
    """No model of that slug is registered in the arena."""


class UnknownDeployment(LookupError):
    """No deployment of that slug is registered in the arena."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelInfo(StatedFacts):
    """A model as last registered; None where nobody stated the fact."""

    slug: str
    name: str
    developer: str | None
    licence: str | None
    weights_open: bool | None
    family: str | None
    aliases: tuple[str, ...]
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentInfo:
    """A model as served in one place; None where nobody stated the fact."""

    slug: str
    model_slug: str
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceInfo:
    """What a deployment costs, in millionths of a US dollar for a million tokens."""

    deployment_slug: str
    input_usd_micros_per_million_tokens: int
    output_usd_micros_per_million_tokens: int
    source_name: str
    source_url: str | None
    effective_on: date
    position: int
    cached_input_usd_micros_per_million_tokens: int | None = None
    """None where the list has no price of its own for cached tokens."""
    reasoning_usd_micros_per_million_tokens: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerInfo:
    """What a deployment draws under load: the whole machine (`wall`) or its GPUs only."""

    deployment_slug: str
    watts: int
    scope: PowerScope
    source_name: str
    stated_on: date
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExternalValueInfo:
    """What one source last stated; `value` None means it says there is none (see `note`)."""

    deployment_slug: str
    metric: str
    value: float | None
    unit: str
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date
    position: int


def last_change(*, tenant: Tenant) -> int:
    """Return the position of the newest event in any of the tables read here; 0 without one.

    Of runs only those that others may see: what is private changes no board.
    """
    tables = (
        LanguageModel, Deployment, ExternalValue, SeedClaim, DeploymentPrice, DeploymentPower,
        HardwarePrice, SovereigntyFact, ModelFact, Score,
    )  # fmt: skip
    newest = (
        table.objects.filter(tenant=tenant).aggregate(newest=Max("position"))["newest"]
        for table in tables
    )
    runs = Run.objects.filter(tenant=tenant).exclude(visibility="private")
    return max(
        *(position or 0 for position in newest),
        runs.aggregate(newest=Max("position"))["newest"] or 0,
    )


def makers_as_of(*, tenant: Tenant, position: int) -> dict[str, str]:
    """Return the developer of each model that had a known one at a position, from the events."""
    makers: dict[str, str] = {}
    after = 0
    while batch := events_after(
        tenant=tenant,
        position=after,
        until=position,
        limit=_BATCH,
        types=[ModelRegistered.__name__],
    ):
        for stored in batch:
            fact = fact_of(stored, ModelRegistered)
            if fact.developer:
                makers[fact.slug] = fact.developer
        after = batch[-1].position
    return makers


def models(*, tenant: Tenant) -> list[ModelInfo]:
    """Return every model by slug."""
    rows = LanguageModel.objects.filter(tenant=tenant).order_by("slug")
    facts = facts_of_models(tenant=tenant)
    return [model_info(row, facts.get(row.slug, {})) for row in rows]


def model(*, tenant: Tenant, slug: str) -> ModelInfo:
    """Return one model; raise UnknownModel."""
    row = LanguageModel.objects.filter(tenant=tenant, slug=slug).first()
    if row is None:
        raise UnknownModel(f"no model has the slug {slug!r}")
    return model_info(row, facts_of_models(tenant=tenant).get(slug, {}))


def deployments(*, tenant: Tenant) -> list[DeploymentInfo]:
    """Return every deployment of a registered model, by slug.

    One whose model nobody knows yet is on no board, in no calculator and in no list.
    """
    return [deployment_info(row) for row in _of_registered_models(tenant).order_by("slug")]


def models_of_deployments(*, tenant: Tenant, slugs: Collection[str]) -> dict[str, str]:
    """Return the model of each of these deployments that is registered, by slug."""
    if not slugs:
        return {}
    rows = Deployment.objects.filter(tenant=tenant, slug__in=slugs)
    return dict(rows.values_list("slug", "model_slug"))


def deployment(*, tenant: Tenant, slug: str) -> DeploymentInfo:
    """Return one deployment of a registered model; raise UnknownDeployment."""
    row = _of_registered_models(tenant).filter(slug=slug).first()
    if row is None:
        raise UnknownDeployment(f"no deployment of a registered model has the slug {slug!r}")
    return deployment_info(row)


def _of_registered_models(tenant: Tenant) -> QuerySet[Deployment]:
    known = LanguageModel.objects.filter(tenant=tenant, slug=OuterRef("model_slug"))
    return Deployment.objects.filter(Exists(known), tenant=tenant)


def prices(*, tenant: Tenant, on: date | None = None) -> dict[str, PriceInfo]:
    """Return the price of each deployment that has one on that day, by slug; by default today."""
    rows = DeploymentPrice.objects.filter(
        tenant=tenant, effective_on__lte=on or timezone.now().date()
    ).order_by("deployment_slug", "effective_on")
    return {row.deployment_slug: price_info(row) for row in rows}


def price_info(row: DeploymentPrice) -> PriceInfo:
    """Return the price that one row holds."""
    return PriceInfo(
        deployment_slug=row.deployment_slug,
        input_usd_micros_per_million_tokens=row.input_usd_micros_per_million_tokens,
        output_usd_micros_per_million_tokens=row.output_usd_micros_per_million_tokens,
        source_name=row.source_name,
        source_url=row.source_url,
        effective_on=row.effective_on,
        position=row.position,
        cached_input_usd_micros_per_million_tokens=row.cached_input_usd_micros_per_million_tokens,
        reasoning_usd_micros_per_million_tokens=row.reasoning_usd_micros_per_million_tokens,
    )


def power(*, tenant: Tenant) -> dict[str, PowerInfo]:
    """Return the newest statement of each deployment that has one; the wall before GPUs."""
    # In this order the row that a deployment keeps is its last: gpu, then wall, then by day.
    rows = DeploymentPower.objects.filter(tenant=tenant).order_by(
        "deployment_slug", "scope", "stated_on"
    )
    return {row.deployment_slug: power_info(row) for row in rows}


def power_info(row: DeploymentPower) -> PowerInfo:
    """Return the statement of power that one row holds."""
    return PowerInfo(
        deployment_slug=row.deployment_slug,
        watts=row.watts,
        scope=cast(PowerScope, row.scope),
        source_name=row.source_name,
        stated_on=row.stated_on,
        position=row.position,
    )


def external_values(*, tenant: Tenant) -> list[ExternalValueInfo]:
    """Return the latest value per deployment, metric and source, in that order."""
    return [
        external_value_info(row)
        for row in ExternalValue.objects.filter(tenant=tenant).order_by(
            "deployment_slug", "metric", "source_name"
        )
    ]


def external_value_info(row: ExternalValue) -> ExternalValueInfo:
    """Return the claim that one row holds."""
    return ExternalValueInfo(
        deployment_slug=row.deployment_slug,
        metric=row.metric,
        value=row.value,
        unit=row.unit,
        approximate=row.approximate,
        note=row.note,
        source_name=row.source_name,
        source_url=row.source_url,
        stated_on=row.stated_on,
        position=row.position,
    )


def deployment_info(row: Deployment) -> DeploymentInfo:
    """Return the deployment that one row holds."""
    return DeploymentInfo(
        slug=row.slug,
        model_slug=row.model_slug,
        quantization=row.quantization,
        engine=row.engine,
        hardware=row.hardware,
        node_count=row.node_count,
        operator=row.operator,
        position=row.position,
    )


def model_info(row: LanguageModel, facts: Mapping[str, FactInfo]) -> ModelInfo:
    """Return the model that one row holds, with what sources state about its weights."""
    return ModelInfo(
        slug=row.slug,
        name=row.name,
        developer=row.developer,
        licence=row.licence,
        weights_open=row.weights_open,
        family=row.family,
        aliases=tuple(row.aliases),
        position=row.position,
        facts=facts,
    )
