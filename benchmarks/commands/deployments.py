"""Register deployments, and state what they cost and draw."""

import uuid
from dataclasses import replace
from datetime import date

from arena.eventstore import batches, store
from arena.eventstore.domain import DomainError, DomainEvent, Outcome
from arena.eventstore.reader import fact_of
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.events import (
    DeploymentPowerDeclared,
    DeploymentPriced,
    DeploymentRegistered,
    HardwarePriced,
    PowerScope,
    deployment_stream,
    model_stream,
    name_stream,
)

_NEW_STREAM = 0
_MAX_USD_MICROS = 1_000_000_000_000
_MAX_WATTS = 1_000_000
_MAX_HARDWARE_USD_MICROS = 1_000_000_000_000_000
_MAX_MONTHS = 240
_Statement = DeploymentPriced | DeploymentPowerDeclared | HardwarePriced


def register_deployment(
    *,
    tenant: Tenant,
    model_slug: str,
    actor: str,
    quantization: str | None = None,
    engine: str | None = None,
    hardware: str | None = None,
    node_count: int | None = None,
    operator: str | None = None,
    dry_run: bool = False,
) -> str:
    """Register a deployment and return its slug; the same facts are the same deployment.

    Raises DomainError when nobody has registered or seen the model, or the node count is below one.
    A dry run appends nothing and asks for no model; it returns the slug the deployment has or would
    get.
    """
    registered, place = _deployment_place(
        tenant, _wanted(model_slug, quantization, engine, hardware, node_count, operator)
    )
    if not registered and not dry_run:
        streams = [model_stream(model_slug), name_stream(model_slug)]
        if not batches.read_streams(tenant=tenant, streams=streams):
            raise DomainError(f"no model {model_slug!r} is registered; register it first")
        store.append(
            tenant=tenant,
            stream=deployment_stream(place.slug),
            events=[place],
            expected_version=_NEW_STREAM,
            actor=actor,
        )
    return place.slug


def new_deployment(
    *,
    tenant: Tenant,
    model_slug: str,
    quantization: str | None = None,
    engine: str | None = None,
    hardware: str | None = None,
    node_count: int | None = None,
    operator: str | None = None,
) -> tuple[str, list[NewEvent]]:
    """Return the slug of these facts, and the event that would register them, if not there yet.

    For commands that register it along with what they are about; appends nothing.
    """
    registered, place = _deployment_place(
        tenant, _wanted(model_slug, quantization, engine, hardware, node_count, operator)
    )
    new = NewEvent(
        stream=deployment_stream(place.slug),
        event=place,
        event_id=uuid.uuid4(),
        expected_version=_NEW_STREAM,
    )
    return place.slug, [] if registered else [new]


def price_deployment(
    *,
    tenant: Tenant,
    deployment_slug: str,
    input_usd_micros_per_million_tokens: int,
    output_usd_micros_per_million_tokens: int,
    source_name: str,
    effective_on: date,
    actor: str,
    source_url: str | None = None,
    cached_input_usd_micros_per_million_tokens: int | None = None,
    reasoning_usd_micros_per_million_tokens: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """State what a deployment costs from a day on; the same for that day is appended only once.

    Raises DomainError for an unknown deployment, a price below zero or above a million dollars, or
    a source without a name. A dry run appends nothing, and says what would be.
    """
    for price in (
        input_usd_micros_per_million_tokens,
        output_usd_micros_per_million_tokens,
        cached_input_usd_micros_per_million_tokens,
        reasoning_usd_micros_per_million_tokens,
    ):
        if price is not None and not 0 <= price <= _MAX_USD_MICROS:
            raise DomainError(
                f"a price is {price} USD micros per million tokens, want 0 to {_MAX_USD_MICROS}"
            )
    priced = DeploymentPriced(
        deployment_slug=deployment_slug,
        input_usd_micros_per_million_tokens=input_usd_micros_per_million_tokens,
        output_usd_micros_per_million_tokens=output_usd_micros_per_million_tokens,
        source_name=_source(source_name),
        source_url=source_url,
        effective_on=effective_on,
        cached_input_usd_micros_per_million_tokens=cached_input_usd_micros_per_million_tokens,
        reasoning_usd_micros_per_million_tokens=reasoning_usd_micros_per_million_tokens,
    )
    return _state(tenant, deployment_slug, priced, actor, dry_run=dry_run)


def price_hardware(
    *,
    tenant: Tenant,
    deployment_slug: str,
    usd_micros: int,
    months: int,
    source_name: str,
    stated_on: date,
    actor: str,
    source_url: str | None = None,
    dry_run: bool = False,
) -> Outcome:
    """State what the machines of a deployment cost, all nodes together; appended only once a day.

    Raises DomainError for an unknown deployment, a price of nothing or above a billion dollars,
    months outside 1 to 240, or a source without a name.
    """
    if not 1 <= usd_micros <= _MAX_HARDWARE_USD_MICROS:
        raise DomainError(
            f"the hardware costs {usd_micros} USD micros, want 1 to {_MAX_HARDWARE_USD_MICROS}"
        )
    if not 1 <= months <= _MAX_MONTHS:
        raise DomainError(f"the hardware lasts {months} months, want 1 to {_MAX_MONTHS}")
    priced = HardwarePriced(
        deployment_slug=deployment_slug,
        usd_micros=usd_micros,
        months=months,
        source_name=_source(source_name),
        source_url=source_url,
        stated_on=stated_on,
    )
    return _state(tenant, deployment_slug, priced, actor, dry_run=dry_run)


def declare_power(
    *,
    tenant: Tenant,
    deployment_slug: str,
    watts: int,
    scope: PowerScope,
    source_name: str,
    stated_on: date,
    actor: str,
) -> None:
    """State what a deployment draws under load; the same of one day is appended only once.

    Raises DomainError for an unknown deployment, watts outside 1 to a million, or a source
    without a name.
    """
    if not 1 <= watts <= _MAX_WATTS:
        raise DomainError(f"the power is {watts} W, want 1 to {_MAX_WATTS}")
    declared = DeploymentPowerDeclared(
        deployment_slug=deployment_slug,
        watts=watts,
        scope=scope,
        source_name=_source(source_name),
        stated_on=stated_on,
    )
    _state(tenant, deployment_slug, declared, actor)


def _wanted(
    model_slug: str,
    quantization: str | None,
    engine: str | None,
    hardware: str | None,
    node_count: int | None,
    operator: str | None,
) -> DeploymentRegistered:
    if node_count is not None and node_count < 1:
        raise DomainError(f"node_count is {node_count}, want 1 or more")
    nodes = None if node_count is None else f"{node_count} nodes"
    parts = [part for part in (quantization, engine, hardware, nodes, operator) if part]
    return DeploymentRegistered(
        slug="--".join([model_slug, *map(naming.slugify, parts)]),
        model_slug=model_slug,
        quantization=quantization,
        engine=engine,
        hardware=hardware,
        node_count=node_count,
        operator=operator,
    )


def _state(
    tenant: Tenant, slug: str, fact: _Statement, actor: str, *, dry_run: bool = False
) -> Outcome:
    """Append the fact unless the newest about the same day (and scope) says the same."""
    stream = store.read_stream(tenant=tenant, stream=deployment_stream(slug))
    if not stream:
        raise DomainError(f"no deployment {slug!r} is registered; register it first")
    stated = {_about(item.event): item.event for item in stream}
    if stated.get(_about(fact)) == fact:
        return Outcome.PRESENT
    if not dry_run:
        store.append(
            tenant=tenant,
            stream=deployment_stream(slug),
            events=[fact],
            expected_version=stream[-1].version,
            actor=actor,
        )
    return Outcome.APPENDED


def _about(event: DomainEvent) -> tuple[object, ...]:
    match event:
        case DeploymentPriced():
            return (DeploymentPriced, event.effective_on)
        case DeploymentPowerDeclared():
            return (DeploymentPowerDeclared, event.scope, event.stated_on)
        case HardwarePriced():
            return (HardwarePriced, event.stated_on)
    return (type(event),)


def _source(name: str) -> str:
    try:
        return naming.check_name(name)
    except ValueError as error:
        raise DomainError(f"source: {error}") from None


def _deployment_place(
    tenant: Tenant, wanted: DeploymentRegistered
) -> tuple[bool, DeploymentRegistered]:
    """Return whether it is registered, and its slug: with a hash if other facts have the plain."""
    hashed = replace(wanted, slug=f"{wanted.slug}-{naming.digest(repr(wanted))}")
    streams = batches.read_streams(
        tenant=tenant, streams=[deployment_stream(place.slug) for place in (wanted, hashed)]
    )
    for place in (wanted, hashed):
        stored = streams.get(deployment_stream(place.slug))
        if stored is None:
            return False, place
        if fact_of(stored[0], DeploymentRegistered) == place:
            return True, place
    raise DomainError(f"two deployments claim the slug {hashed.slug!r}")
