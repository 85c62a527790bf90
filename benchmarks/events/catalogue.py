"""Facts about models, their deployments, and what others publish about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from arena.eventstore.domain import DomainEvent

Metric = Literal["elo", "decode_tokens_per_second", "output_usd_per_million_tokens", "sovereign"]

PowerScope = Literal["wall", "gpu"]
"""Where the watts were read: at the wall socket for the whole machine, or at the GPUs alone."""

METRIC_UNITS: Final[Mapping[Metric, str]] = {
    "elo": "Elo",
    "decode_tokens_per_second": "tok/s",
    "output_usd_per_million_tokens": "USD/M tokens",
    "sovereign": "yes/no",
}
"""The one unit in which a value of each metric is stated."""


def model_stream(slug: str) -> str:
    """Return the stream of one model."""
    return f"model-{slug}"


def deployment_stream(slug: str) -> str:
    """Return the stream of one deployment."""
    return f"deployment-{slug}"


def claims_stream(deployment_slug: str) -> str:
    """Return the stream of what others publish about one deployment."""
    return f"claims-{deployment_slug}"


@dataclass(frozen=True, kw_only=True)
class ModelRegistered(DomainEvent):
    """A model became known to the arena: its weights, whoever runs them."""

    slug: str
    name: str
    developer: str | None = None
    licence: str | None = None
    """SPDX identifier, or the publisher's own name of the licence."""
    weights_open: bool | None = None
    family: str | None = None
    """What its relatives are called together, such as `Llama`."""
    aliases: tuple[str, ...] = ()
    """Other names by which an answer would give the model away."""


@dataclass(frozen=True, kw_only=True)
class DeploymentRegistered(DomainEvent):
    """A model, quantised and served in one way in one place: the unit of a row."""

    slug: str
    model_slug: str
    quantization: str | None = None
    engine: str | None = None
    hardware: str | None = None
    node_count: int | None = None
    operator: str | None = None
    """Who runs it: `self-hosted`, or the name of the hosting company."""


@dataclass(frozen=True, kw_only=True)
class DeploymentPriced(DomainEvent):
    """What a deployment costs from a day on, as its operator lists it."""

    deployment_slug: str
    input_usd_micros_per_million_tokens: int
    """Millionths of a US dollar for a million tokens of the prompt."""
    output_usd_micros_per_million_tokens: int
    source_name: str
    source_url: str | None = None
    effective_on: date
    cached_input_usd_micros_per_million_tokens: int | None = None
    """For prompt tokens read from the operator's cache; None where the list has no such price."""
    reasoning_usd_micros_per_million_tokens: int | None = None
    """For tokens thought and not shown; None where they cost what the answer's do."""


@dataclass(frozen=True, kw_only=True)
class DeploymentPowerDeclared(DomainEvent):
    """What a deployment draws under load, as somebody measured or rated it."""

    deployment_slug: str
    watts: int
    scope: PowerScope
    source_name: str
    stated_on: date


@dataclass(frozen=True, kw_only=True)
class HardwarePriced(DomainEvent):
    """What the machines of a deployment, all nodes together, cost to buy, as somebody states it."""

    deployment_slug: str
    usd_micros: int
    """Millionths of a US dollar."""
    months: int
    """Over which the source would write it off."""
    source_name: str
    source_url: str | None = None
    stated_on: date


@dataclass(frozen=True, kw_only=True)
class ExternalValueStated(DomainEvent):
    """Somebody else published a value for a deployment. A claim: shown as such, never ranked."""

    deployment_slug: str
    metric: Metric
    value: float | None
    """The number as published; 1 or 0 for yes or no; None when the source says there is none."""
    unit: str
    approximate: bool = False
    """The source marks the number as approximate."""
    note: str = ""
    """What the source adds, or its reason for giving no value."""
    source_name: str
    source_url: str | None = None
    stated_on: date
