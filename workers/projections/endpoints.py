"""Fold endpoints into their read table."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from workers.events import EndpointChanged, EndpointRegistered, EndpointRetired
from workers.models import Endpoint
from workers.state import EndpointState, after


@projection(
    name="endpoints",
    events=[EndpointRegistered, EndpointChanged, EndpointRetired],
    tables=[Endpoint],
)
def fold_endpoints(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each endpoint as its newest events say."""
    slugs = {stored.data["deployment_slug"] for stored in events}
    rows = Endpoint.objects.filter(tenant=tenant, deployment_slug__in=slugs)
    states: dict[str, EndpointState | None] = {row.deployment_slug: _state(row) for row in rows}
    positions: dict[str, int] = {}
    for stored in events:
        slug = stored.data["deployment_slug"]
        states[slug] = after(states.get(slug), stored)
        positions[slug] = stored.position
    Endpoint.objects.bulk_create(
        [_row(tenant, state, positions[slug]) for slug, state in states.items() if state],
        update_conflicts=True,
        unique_fields=["tenant", "deployment_slug"],
        update_fields=[
            "model_slug",
            "accepts_images",
            "context_tokens",
            "max_output_tokens",
            "max_concurrent",
            "retired_reason",
            "position",
        ],
    )


def _state(row: Endpoint) -> EndpointState:
    return EndpointState(
        deployment_slug=row.deployment_slug,
        model_slug=row.model_slug,
        accepts_images=row.accepts_images,
        context_tokens=row.context_tokens,
        max_output_tokens=row.max_output_tokens,
        max_concurrent=row.max_concurrent,
        retired_reason=row.retired_reason,
    )


def _row(tenant: Tenant, state: EndpointState, position: int) -> Endpoint:
    return Endpoint(
        tenant=tenant,
        deployment_slug=state.deployment_slug,
        model_slug=state.model_slug,
        accepts_images=state.accepts_images,
        context_tokens=state.context_tokens,
        max_output_tokens=state.max_output_tokens,
        max_concurrent=state.max_concurrent,
        retired_reason=state.retired_reason,
        position=position,
    )
