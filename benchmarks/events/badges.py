"""Badges of lanes, models and deployments: each was awarded by somebody, and may be withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from arena.eventstore.domain import DomainEvent
from benchmarks.events.authors import Author

BadgeKind = Literal["lane", "model", "deployment"]
Badge = Literal[
    "flagship", "promoted", "superseded", "teacher", "baseline", "frozen_ood", "prompt_only"
]
BADGES: Final[Mapping[Badge, tuple[str, str]]] = {
    "flagship": ("flagship", "what its author puts first"),
    "promoted": ("promoted", "chosen to be served after its bench"),
    "superseded": ("superseded", "a newer one of the same author took its place"),
    "teacher": ("teacher", "others were trained on its answers"),
    "baseline": ("baseline", "where the others started, for comparison"),
    "frozen_ood": ("frozen OOD", "scored on questions that were fixed before, unlike its training"),
    "prompt_only": ("prompt-only", "not trained for the task, only asked for it"),
}
"""Title and meaning of every badge."""
BadgeReason = Literal[
    "stated_by_source", "moderators_choice", "newer_one_exists", "no_longer_true", "by_mistake"
]
BADGE_REASONS: Final[Mapping[BadgeReason, str]] = {
    "stated_by_source": "its source says so",
    "moderators_choice": "moderators chose it",
    "newer_one_exists": "a newer one exists",
    "no_longer_true": "it is no longer true",
    "by_mistake": "it was a mistake",
}


def badges_stream(kind: BadgeKind, subject: str) -> str:
    """Return the stream of the badges of one lane, model or deployment."""
    return f"badges-{kind}-{subject}"


@dataclass(frozen=True, kw_only=True)
class BadgeAwarded(DomainEvent):
    """A lane, model or deployment carries a badge from now on."""

    kind: BadgeKind
    subject: str
    """The lane's identity, or the slug."""
    badge: Badge
    reason: BadgeReason
    stated_on: date
    """The day since which it holds, as its source or a moderator says."""
    awarded_by: Author


@dataclass(frozen=True, kw_only=True)
class BadgeWithdrawn(DomainEvent):
    """It carries the badge no more."""

    kind: BadgeKind
    subject: str
    badge: Badge
    reason: BadgeReason
    withdrawn_by: Author
