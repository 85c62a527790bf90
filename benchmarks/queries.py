"""Read models, deployments and claims of one arena."""

from dataclasses import dataclass
from datetime import date

from arena.tenancy.models import Tenant
from benchmarks.models import Deployment, ExternalValue, LanguageModel


class UnknownModel(LookupError):
    """No model of that slug is registered in the arena."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelInfo:
    """A model as last registered; None where nobody stated the fact."""

    slug: str
    name: str
    developer: str | None
    licence: str | None
    weights_open: bool | None
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


def models(*, tenant: Tenant) -> list[ModelInfo]:
    """Return every model by slug."""
    rows = LanguageModel.objects.filter(tenant=tenant).order_by("slug")
    return [_model_info(row) for row in rows]


def model(*, tenant: Tenant, slug: str) -> ModelInfo:
    """Return one model; raise UnknownModel."""
    row = LanguageModel.objects.filter(tenant=tenant, slug=slug).first()
    if row is None:
        raise UnknownModel(f"no model has the slug {slug!r}")
    return _model_info(row)


def deployments(*, tenant: Tenant) -> list[DeploymentInfo]:
    """Return every deployment by slug."""
    return [
        DeploymentInfo(
            slug=row.slug,
            model_slug=row.model_slug,
            quantization=row.quantization,
            engine=row.engine,
            hardware=row.hardware,
            node_count=row.node_count,
            operator=row.operator,
            position=row.position,
        )
        for row in Deployment.objects.filter(tenant=tenant).order_by("slug")
    ]


def external_values(*, tenant: Tenant) -> list[ExternalValueInfo]:
    """Return the latest value per deployment, metric and source, in that order."""
    return [
        ExternalValueInfo(
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
        for row in ExternalValue.objects.filter(tenant=tenant).order_by(
            "deployment_slug", "metric", "source_name"
        )
    ]


def _model_info(row: LanguageModel) -> ModelInfo:
    return ModelInfo(
        slug=row.slug,
        name=row.name,
        developer=row.developer,
        licence=row.licence,
        weights_open=row.weights_open,
        position=row.position,
    )
