"""Names of models that the catalogue did not know, and what moderators decided about them."""

from dataclasses import dataclass
from typing import Literal

from arena.eventstore.domain import DomainEvent
from benchmarks.events.authors import Author

NameOrigin = Literal["run", "import"]
"""A run that its owner published, or a file with the address of something that answered."""
NameDecision = Literal["merged", "registered", "rejected"]
NameReason = Literal[
    "other_spelling", "same_weights", "new_weights", "not_a_model", "cannot_be_told"
]


def name_stream(slug: str) -> str:
    """Return the stream of one name; no model's stream is called so."""
    return f"model_name-{slug}"


@dataclass(frozen=True, kw_only=True)
class ModelNameSeen(DomainEvent):
    """Something was measured under a name that no model is registered by. It is not ranked."""

    slug: str
    """Of the name: what deployments under it carry as the slug of their model."""
    name: str
    origin: NameOrigin


@dataclass(frozen=True, kw_only=True)
class ModelNameDecided(DomainEvent):
    """A moderator said what the name means: a known model, a new one, or nothing that counts."""

    slug: str
    decision: NameDecision
    into: str | None = None
    """Slug of the model that it is another name of; None unless merged."""
    reason: NameReason
    decided_by: Author
