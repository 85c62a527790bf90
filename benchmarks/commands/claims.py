"""State what others publish about deployments."""

import uuid
from collections.abc import Sequence

from arena.eventstore import batches, store
from arena.eventstore.domain import DomainError, Outcome
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks.events import (
    METRIC_UNITS,
    ExternalValueStated,
    claims_stream,
    deployment_stream,
)


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
