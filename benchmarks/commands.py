"""Register models and deployments, and state what others publish about them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from arena.eventstore import batches, store
from arena.eventstore.domain import ConcurrencyError, DomainError, Outcome
from arena.eventstore.reader import fact_of
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.events import (
    METRIC_UNITS,
    DeploymentRegistered,
    ExternalValueStated,
    ModelRegistered,
    claims_stream,
    deployment_stream,
    model_stream,
)

_ATTEMPTS = 3
_NEW_STREAM = 0


class _Place(NamedTuple):
    """Where a name belongs: its slug, and what is registered there (version 0: nothing yet)."""

    slug: str
    registered: ModelRegistered | None
    version: int


def model_slugs(*, tenant: Tenant, names: Collection[str]) -> dict[str, str]:
    """Return the slug each name has, or would get if it were registered now; appends nothing."""
    return {name: place.slug for name, place in _places(tenant, names).items()}


def register_models(*, tenant: Tenant, names: Collection[str], actor: str) -> dict[str, str]:
    """Register the models that are not there yet and return the slug of every name.

    A name that differs in case only, or is the slug of a registered model, means that model. Two
    names of one slug are two models: the later one's slug ends in a hash of its name. Raises
    DomainError for a name that cannot be one.
    """
    for attempt in range(_ATTEMPTS):
        places = _places(tenant, names)
        new: dict[str, NewEvent] = {}
        for name, place in places.items():
            if place.registered is None and place.slug not in new:
                new[place.slug] = NewEvent(
                    stream=model_stream(place.slug),
                    event=ModelRegistered(slug=place.slug, name=naming.check_name(name)),
                    event_id=uuid.uuid4(),
                    expected_version=_NEW_STREAM,
                )
        try:
            store.append_many(tenant=tenant, events=new.values(), actor=actor)
        except ConcurrencyError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    return {name: place.slug for name, place in places.items()}


def register_model(
    *,
    tenant: Tenant,
    name: str,
    actor: str,
    developer: str | None = None,
    licence: str | None = None,
    weights_open: bool | None = None,
) -> str:
    """Register a model, or add facts to one that is there; return its slug.

    None leaves a fact as it is. Nothing is appended when nothing is new. Raises DomainError for a
    name that cannot be one, ConcurrencyError when somebody registers it at the same moment.
    """
    place = _places(tenant, [name])[name]
    before = place.registered
    known = before or ModelRegistered(slug=place.slug, name=naming.check_name(name))
    fact = replace(
        known,
        developer=known.developer if developer is None else developer,
        licence=known.licence if licence is None else licence,
        weights_open=known.weights_open if weights_open is None else weights_open,
    )
    if fact != before:
        store.append(
            tenant=tenant,
            stream=model_stream(place.slug),
            events=[fact],
            expected_version=place.version,
            actor=actor,
        )
    return place.slug


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

    Raises DomainError when the model is not registered or the node count is below one. A dry run
    appends nothing and asks for no model; it returns the slug the deployment has or would get.
    """
    if node_count is not None and node_count < 1:
        raise DomainError(f"node_count is {node_count}, want 1 or more")
    nodes = None if node_count is None else f"{node_count} nodes"
    parts = [part for part in (quantization, engine, hardware, nodes, operator) if part]
    wanted = DeploymentRegistered(
        slug="--".join([model_slug, *map(naming.slugify, parts)]),
        model_slug=model_slug,
        quantization=quantization,
        engine=engine,
        hardware=hardware,
        node_count=node_count,
        operator=operator,
    )
    registered, place = _deployment_place(tenant, wanted)
    if not registered and not dry_run:
        if not store.read_stream(tenant=tenant, stream=model_stream(model_slug)):
            raise DomainError(f"no model {model_slug!r} is registered; register it first")
        store.append(
            tenant=tenant,
            stream=deployment_stream(place.slug),
            events=[place],
            expected_version=_NEW_STREAM,
            actor=actor,
        )
    return place.slug


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
        if fact_of(stored[-1], DeploymentRegistered) == place:
            return True, place
    raise DomainError(f"two deployments claim the slug {hashed.slug!r}")


def state_external_value(*, tenant: Tenant, value: ExternalValueStated, actor: str) -> Outcome:
    """State one value; see `state_external_values`."""
    return state_external_values(tenant=tenant, values=[value], actor=actor)[0]


def state_external_values(
    *,
    tenant: Tenant,
    values: Sequence[ExternalValueStated],
    actor: str,
    dry_run: bool = False,
) -> list[Outcome]:
    """Append what others publish; say for each value whether it is new, there, or in conflict.

    A source states one value per deployment, metric and day: another value of that day is a
    conflict, and a correction carries a later date. Raises DomainError for an unknown deployment
    or a unit that is not the metric's.
    """
    for value in values:
        if value.unit != METRIC_UNITS[value.metric]:
            raise DomainError(
                f"{value.metric}: the unit is {value.unit!r}, want {METRIC_UNITS[value.metric]!r}"
            )
    if not dry_run:
        _require_deployments(tenant, {value.deployment_slug for value in values})
    return batches.append_missing(
        tenant=tenant,
        actor=actor,
        dry_run=dry_run,
        events=[
            NewEvent(
                stream=claims_stream(value.deployment_slug),
                event=value,
                event_id=_claim_id(tenant, value),
                expected_version=None,
            )
            for value in values
        ],
    )


def _claim_id(tenant: Tenant, value: ExternalValueStated) -> uuid.UUID:
    return store.event_id(
        "claim",
        str(tenant.pk),
        value.deployment_slug,
        value.metric,
        value.source_name,
        value.stated_on.isoformat(),
    )


def _require_deployments(tenant: Tenant, slugs: set[str]) -> None:
    streams = batches.read_streams(tenant=tenant, streams=[deployment_stream(s) for s in slugs])
    for slug in sorted(slugs):
        if deployment_stream(slug) not in streams:
            raise DomainError(f"no deployment {slug!r} is registered; register it first")


def _places(tenant: Tenant, names: Collection[str]) -> dict[str, _Place]:
    """Find each name's slug from the log itself: read tables may lag behind."""
    wanted: dict[str, tuple[str, str]] = {}
    for name in names:
        try:
            wanted[name] = naming.candidates(naming.check_name(name))
        except ValueError as error:
            raise DomainError(f"model: {error}") from None
    streams = batches.read_streams(
        tenant=tenant, streams=[model_stream(slug) for pair in wanted.values() for slug in pair]
    )
    taken: dict[str, _Place] = {}
    owners: dict[str, str] = {}
    for slug in {slug for pair in wanted.values() for slug in pair}:
        if stored := streams.get(model_stream(slug)):
            fact = fact_of(stored[-1], ModelRegistered)
            taken[slug] = _Place(slug, fact, stored[-1].version)
            owners[slug] = fact.name
    places: dict[str, _Place] = {}
    for name, slugs in wanted.items():
        for slug in slugs:
            if naming.same_name(name.strip(), slug=slug, registered=owners.setdefault(slug, name)):
                places[name] = taken.get(slug) or _Place(slug, None, 0)
                break
        else:
            raise DomainError(f"model {name!r}: both of its slugs belong to other models")
    return places
