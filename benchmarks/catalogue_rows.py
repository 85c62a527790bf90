"""Models, deployments, prices, power and claims as rows of their read tables, not stored yet."""

from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import (
    DeploymentPowerDeclared,
    DeploymentPriced,
    DeploymentRegistered,
    ExternalValueStated,
    HardwarePriced,
    ModelRegistered,
)
from benchmarks.models import (
    Deployment,
    DeploymentPower,
    DeploymentPrice,
    ExternalValue,
    HardwarePrice,
    LanguageModel,
)


def model_row(tenant: Tenant, stored: StoredEvent) -> LanguageModel:
    """Return the row of a registered model."""
    fact = fact_of(stored, ModelRegistered)
    return LanguageModel(
        tenant=tenant,
        slug=fact.slug,
        name=fact.name,
        developer=fact.developer,
        licence=fact.licence,
        weights_open=fact.weights_open,
        family=fact.family,
        aliases=list(fact.aliases),
        position=stored.position,
    )


def deployment_row(tenant: Tenant, stored: StoredEvent, *, meant: str | None) -> Deployment:
    """Return the row of a deployment; `meant` is the model that its name was decided to mean."""
    fact = fact_of(stored, DeploymentRegistered)
    return Deployment(
        tenant=tenant,
        slug=fact.slug,
        model_slug=meant or fact.model_slug,
        quantization=fact.quantization,
        engine=fact.engine,
        hardware=fact.hardware,
        node_count=fact.node_count,
        operator=fact.operator,
        position=stored.position,
    )


def price_row(tenant: Tenant, stored: StoredEvent) -> DeploymentPrice:
    """Return the row of a price list of one day."""
    fact = fact_of(stored, DeploymentPriced)
    return DeploymentPrice(
        tenant=tenant,
        deployment_slug=fact.deployment_slug,
        effective_on=fact.effective_on,
        input_usd_micros_per_million_tokens=fact.input_usd_micros_per_million_tokens,
        output_usd_micros_per_million_tokens=fact.output_usd_micros_per_million_tokens,
        cached_input_usd_micros_per_million_tokens=fact.cached_input_usd_micros_per_million_tokens,
        reasoning_usd_micros_per_million_tokens=fact.reasoning_usd_micros_per_million_tokens,
        source_name=fact.source_name,
        source_url=fact.source_url,
        position=stored.position,
    )


def power_row(tenant: Tenant, stored: StoredEvent) -> DeploymentPower:
    """Return the row of what somebody stated a deployment to draw."""
    fact = fact_of(stored, DeploymentPowerDeclared)
    return DeploymentPower(
        tenant=tenant,
        deployment_slug=fact.deployment_slug,
        scope=fact.scope,
        stated_on=fact.stated_on,
        watts=fact.watts,
        source_name=fact.source_name,
        position=stored.position,
    )


def hardware_price_row(tenant: Tenant, stored: StoredEvent) -> HardwarePrice:
    """Return the row of what the machines of a deployment cost to buy."""
    fact = fact_of(stored, HardwarePriced)
    return HardwarePrice(
        tenant=tenant,
        deployment_slug=fact.deployment_slug,
        stated_on=fact.stated_on,
        usd_micros=fact.usd_micros,
        months=fact.months,
        source_name=fact.source_name,
        source_url=fact.source_url,
        position=stored.position,
    )


def external_value_row(tenant: Tenant, stored: StoredEvent) -> ExternalValue:
    """Return the row of what a source states about a deployment."""
    fact = fact_of(stored, ExternalValueStated)
    return ExternalValue(
        tenant=tenant,
        deployment_slug=fact.deployment_slug,
        metric=fact.metric,
        source_name=fact.source_name,
        source_url=fact.source_url,
        # Events may hold a whole number, and the table has none.
        value=None if fact.value is None else float(fact.value),
        unit=fact.unit,
        approximate=fact.approximate,
        note=fact.note,
        stated_on=fact.stated_on,
        position=stored.position,
    )
