"""An endpoint as its stream tells it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from arena.eventstore.reader import StoredEvent
from workers.events import EndpointChanged, EndpointRegistered, EndpointRetired


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointState:
    """What an endpoint takes; `retired_reason` is None while it may be asked."""

    deployment_slug: str
    model_slug: str
    accepts_images: bool
    context_tokens: int | None
    max_output_tokens: int
    max_concurrent: int
    retired_reason: str | None = None


def current(stream: Iterable[StoredEvent]) -> EndpointState | None:
    """Return the state after all events of one endpoint's stream; None for an empty stream."""
    state = None
    for stored in stream:
        state = after(state, stored)
    return state


def after(state: EndpointState | None, stored: StoredEvent) -> EndpointState:
    """Return the state after one more event; raise TypeError for one that cannot stand there."""
    match stored.event:
        case EndpointRegistered() as fact:
            return EndpointState(
                deployment_slug=fact.deployment_slug,
                model_slug=fact.model_slug,
                accepts_images=fact.accepts_images,
                context_tokens=fact.context_tokens,
                max_output_tokens=fact.max_output_tokens,
                max_concurrent=fact.max_concurrent,
            )
        case EndpointChanged() as fact if state:
            return replace(
                state,
                accepts_images=fact.accepts_images,
                context_tokens=fact.context_tokens,
                max_output_tokens=fact.max_output_tokens,
                max_concurrent=fact.max_concurrent,
            )
        case EndpointRetired() as fact if state:
            return replace(state, retired_reason=fact.reason)
    raise TypeError(f"position {stored.position}: {stored.type} where no endpoint is registered")
