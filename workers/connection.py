"""Everything that is said about a model when it is connected, by the page or the command line."""

from dataclasses import dataclass, field
from datetime import date

from benchmarks.events import PowerScope


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFacts:
    """The model; None leaves a fact as it is registered."""

    name: str
    developer: str | None = None
    licence: str | None = None
    weights_open: bool | None = None
    family: str | None = None
    aliases: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentFacts:
    """How and where it is served; None where nobody knows."""

    quantization: str | None = None
    engine: str | None = None
    hardware: str | None = None
    node_count: int | None = None
    operator: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """Millionths of a US dollar for a million tokens."""

    input_usd_micros_per_million_tokens: int
    output_usd_micros_per_million_tokens: int
    source_name: str
    source_url: str | None
    effective_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """What it draws under load."""

    watts: int
    scope: PowerScope
    source_name: str
    stated_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How it is reached and what it takes. `secret` None keeps the stored key, "" removes it."""

    base_url: str = field(repr=False)
    upstream_model: str
    secret: str | None = field(default=None, repr=False)
    accepts_images: bool = False
    context_tokens: int | None = None
    max_output_tokens: int = 2048
    max_concurrent: int = 8
