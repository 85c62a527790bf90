"""Facts about endpoints: which deployments can be asked, and what they take.

Where an endpoint is reached and with which key stands in no event (models.EndpointAccess).
"""

from dataclasses import dataclass

from arena.eventstore.domain import DomainEvent


def endpoint_stream(deployment_slug: str) -> str:
    """Return the stream of the endpoint of one deployment."""
    return f"endpoint-{deployment_slug}"


@dataclass(frozen=True, kw_only=True)
class EndpointRegistered(DomainEvent):
    """A deployment can be asked, for the first time or again after it was retired."""

    deployment_slug: str
    model_slug: str
    accepts_images: bool
    context_tokens: int | None = None
    """Prompt and answer together; None when nobody stated it."""
    max_output_tokens: int
    max_concurrent: int
    """Answers that one process of the site asks for at a time."""


@dataclass(frozen=True, kw_only=True)
class EndpointChanged(DomainEvent):
    """The endpoint takes something else from now on."""

    deployment_slug: str
    accepts_images: bool
    context_tokens: int | None = None
    max_output_tokens: int
    max_concurrent: int


@dataclass(frozen=True, kw_only=True)
class EndpointRetired(DomainEvent):
    """The deployment is asked no more."""

    deployment_slug: str
    reason: str
