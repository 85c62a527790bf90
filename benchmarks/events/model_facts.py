"""What a source states about the weights of a model: size, context, what it reads."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from arena.eventstore.domain import DomainEvent

Modality = Literal["text", "image", "audio", "video"]
"""What a model takes as input."""


def facts_stream(model_slug: str) -> str:
    """Return the stream of what sources state about one model."""
    return f"facts-{model_slug}"


@dataclass(frozen=True, kw_only=True)
class ModelFactsStated(DomainEvent):
    """A source states facts about a model. What it does not state is None, never a guess."""

    slug: str
    total_parameters: int | None = None
    """All weights, counted one by one: 35,000,000,000 for a model of 35B."""
    active_parameters: int | None = None
    """Weights that work on one token; of a dense model all of them."""
    context_tokens: int | None = None
    """The longest input and output together that the model was made for."""
    input_modalities: tuple[Modality, ...] = ()
    """Sorted; empty where the source does not say."""
    base_model: str | None = None
    """Name of the model that it was trained further from."""
    source_name: str
    source_url: str | None = None
    stated_on: date
