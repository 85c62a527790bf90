"""Connect a model: register it, its deployment, price, power and endpoint, all or none of it."""

from django.db import transaction

from arena.tenancy.models import Tenant
from benchmarks import commands as benchmarks
from workers.commands.endpoints import register_endpoint
from workers.connection import Access, DeploymentFacts, ModelFacts, Power, Price


@transaction.atomic
def connect_model(
    *,
    tenant: Tenant,
    model: ModelFacts,
    deployment: DeploymentFacts,
    access: Access,
    actor: str,
    price: Price | None = None,
    power: Power | None = None,
) -> str:
    """Make a model reachable and return the slug of its deployment; what is there stays.

    Raises DomainError as `register_model`, `register_deployment`, `price_deployment`,
    `declare_power` and `register_endpoint` do; then nothing at all has changed.
    """
    slug = benchmarks.register_deployment(
        tenant=tenant,
        model_slug=_register(tenant, model, actor),
        quantization=deployment.quantization,
        engine=deployment.engine,
        hardware=deployment.hardware,
        node_count=deployment.node_count,
        operator=deployment.operator,
        actor=actor,
    )
    _state(tenant, slug, access=access, price=price, power=power, actor=actor)
    return slug


@transaction.atomic
def change_connection(
    *,
    tenant: Tenant,
    deployment_slug: str,
    model: ModelFacts,
    access: Access,
    actor: str,
    price: Price | None = None,
    power: Power | None = None,
) -> None:
    """State new facts about a model that is connected; raises as `connect_model` does.

    What a deployment is made of is its identity: other hardware is another deployment.
    """
    _register(tenant, model, actor)
    _state(tenant, deployment_slug, access=access, price=price, power=power, actor=actor)


def _register(tenant: Tenant, model: ModelFacts, actor: str) -> str:
    return benchmarks.register_model(
        tenant=tenant,
        name=model.name,
        developer=model.developer,
        licence=model.licence,
        weights_open=model.weights_open,
        family=model.family,
        aliases=model.aliases,
        actor=actor,
    )


def _state(
    tenant: Tenant,
    slug: str,
    *,
    access: Access,
    price: Price | None,
    power: Power | None,
    actor: str,
) -> None:
    if price is not None:
        benchmarks.price_deployment(
            tenant=tenant,
            deployment_slug=slug,
            input_usd_micros_per_million_tokens=price.input_usd_micros_per_million_tokens,
            output_usd_micros_per_million_tokens=price.output_usd_micros_per_million_tokens,
            source_name=price.source_name,
            source_url=price.source_url,
            effective_on=price.effective_on,
            actor=actor,
        )
    if power is not None:
        benchmarks.declare_power(
            tenant=tenant,
            deployment_slug=slug,
            watts=power.watts,
            scope=power.scope,
            source_name=power.source_name,
            stated_on=power.stated_on,
            actor=actor,
        )
    register_endpoint(
        tenant=tenant,
        deployment_slug=slug,
        base_url=access.base_url,
        upstream_model=access.upstream_model,
        secret=access.secret,
        accepts_images=access.accepts_images,
        context_tokens=access.context_tokens,
        max_output_tokens=access.max_output_tokens,
        max_concurrent=access.max_concurrent,
        actor=actor,
    )
