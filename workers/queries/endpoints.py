"""Read the endpoints of one arena, and open one for a call."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from workers import secret_box
from workers.events import endpoint_stream
from workers.models import AllowedTarget, Endpoint, EndpointAccess
from workers.network import AllowList
from workers.state import EndpointState, current
from workers.target import SealedSecret, Target, UnknownEndpoint

__all__ = [
    "AccessInfo",
    "AllowedTargetInfo",
    "SealedSecret",
    "UnknownEndpoint",
    "access",
    "allow_list",
    "allowed_targets",
    "endpoint",
    "endpoints",
    "target",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessInfo:
    """How an endpoint is reached, for those who manage the arena. The key itself is never shown."""

    deployment_slug: str
    base_url: str
    upstream_model: str
    secret_set_at: datetime | None
    """None for an endpoint without a key."""
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowedTargetInfo:
    """A private network or host name that endpoints may reach, at one port or (None) at any."""

    id: uuid.UUID
    target: str
    port: int | None
    added_by: str
    added_at: datetime


def endpoints(*, tenant: Tenant) -> list[EndpointState]:
    """Return every endpoint by deployment, retired ones too."""
    return [
        EndpointState(
            deployment_slug=row.deployment_slug,
            model_slug=row.model_slug,
            accepts_images=row.accepts_images,
            context_tokens=row.context_tokens,
            max_output_tokens=row.max_output_tokens,
            max_concurrent=row.max_concurrent,
            retired_reason=row.retired_reason,
        )
        for row in Endpoint.objects.filter(tenant=tenant).order_by("deployment_slug")
    ]


def endpoint(*, tenant: Tenant, deployment_slug: str) -> EndpointState:
    """Return one endpoint, as the log has it now: read tables lag; raise UnknownEndpoint."""
    stream = reader.read_stream(tenant_id=tenant.pk, stream=endpoint_stream(deployment_slug))
    state = current(stream)
    if state is None:
        raise UnknownEndpoint(f"no endpoint is registered for the deployment {deployment_slug!r}")
    return state


def access(*, tenant: Tenant, deployment_slug: str) -> AccessInfo:
    """Return how an endpoint is reached; raise UnknownEndpoint."""
    row = _access(tenant, deployment_slug)
    return AccessInfo(
        deployment_slug=row.deployment_slug,
        base_url=row.base_url,
        upstream_model=row.upstream_model,
        secret_set_at=row.secret_set_at,
        updated_at=row.updated_at,
    )


def target(*, tenant: Tenant, deployment_slug: str) -> Target:
    """Return the endpoint with its key, for the one who calls it now.

    Raises UnknownEndpoint when there is none or it is retired, SealedSecret (one too) when its key
    cannot be decrypted.
    """
    state = endpoint(tenant=tenant, deployment_slug=deployment_slug)
    if state.retired_reason is not None:
        raise UnknownEndpoint(f"the endpoint of {deployment_slug!r} is retired")
    row = _access(tenant, deployment_slug)
    return Target(
        tenant_id=tenant.pk,
        deployment_slug=deployment_slug,
        model_slug=state.model_slug,
        base_url=row.base_url,
        upstream_model=row.upstream_model,
        secret=secret_box.unseal(row.encrypted_secret) if row.encrypted_secret else None,
        accepts_images=state.accepts_images,
        context_tokens=state.context_tokens,
        max_output_tokens=state.max_output_tokens,
        max_concurrent=state.max_concurrent,
        allow_list=allow_list(tenant=tenant),
    )


def allowed_targets(*, tenant: Tenant) -> list[AllowedTargetInfo]:
    """Return what the operator lets the arena's endpoints reach beside public addresses."""
    return [
        AllowedTargetInfo(
            id=row.id,
            target=row.target,
            port=row.port,
            added_by=row.added_by,
            added_at=row.added_at,
        )
        for row in AllowedTarget.objects.filter(tenant=tenant)
    ]


def allow_list(*, tenant: Tenant) -> AllowList:
    """Return the same as a rule for connections."""
    return AllowList.of(AllowedTarget.objects.filter(tenant=tenant).values_list("target", "port"))


def _access(tenant: Tenant, deployment_slug: str) -> EndpointAccess:
    row = EndpointAccess.objects.filter(tenant=tenant, deployment_slug=deployment_slug).first()
    if row is None:
        raise UnknownEndpoint(f"no endpoint is registered for the deployment {deployment_slug!r}")
    return row
