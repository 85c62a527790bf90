"""What a caller of an endpoint needs to know, with the key in it."""

from dataclasses import dataclass, field

from workers.network import AllowList


class UnknownEndpoint(LookupError):
    """The deployment has no endpoint in the arena, or none that can be called."""


class SealedSecret(UnknownEndpoint):
    """The stored key cannot be opened with the keys of this installation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An endpoint ready to be called. Made for one call, kept and logged nowhere."""

    tenant_id: int
    deployment_slug: str
    model_slug: str
    base_url: str = field(repr=False)
    """Such as https://api.example.org/v1, without a slash at the end."""
    upstream_model: str = field(repr=False)
    secret: str | None = field(repr=False)
    """The API key in the clear; None for an endpoint that asks for none."""
    accepts_images: bool
    context_tokens: int | None
    max_output_tokens: int
    max_concurrent: int
    allow_list: AllowList = field(repr=False)
