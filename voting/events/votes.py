"""Facts about preferences: brought in from elsewhere, cast in a battle, filed anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent
from voting.events.battles import Mode

Winner = Literal["model_a", "model_b", "tie", "both_bad"]


@dataclass(frozen=True, kw_only=True)
class VoteRecorded(DomainEvent):
    """A person preferred one of two hidden answers. Collected elsewhere and brought in whole."""

    board: str
    model_a: str
    """Slug of the model shown on the left."""
    model_b: str
    winner: Winner
    voter: str | None = None
    """Pseudonym of the voter within this tenant; None when the source names none."""
    voted_at: datetime | None = None
    language: str | None = None
    """BCP 47."""
    category: str | None = None
    turn: int | None = None
    anonymous: bool = True
    """True when the names were hidden until the vote; other votes never count."""
    source: str = "api"
    """`api`, or `import:` and the SHA-256 of the imported file."""


@dataclass(frozen=True, kw_only=True)
class CountedVote:
    """What the counts of a board need of a vote in a battle; only mode `battle` counts.

    Answers are measured over all their turns: `style_tokens` as style.py counts them, headers,
    list items and bold passages in Markdown.
    """

    board: str
    mode: Mode
    model_a: str
    """Slug of the model shown on the left."""
    model_b: str
    winner: Winner
    style_tokens_a: int
    style_tokens_b: int
    headers_a: int
    headers_b: int
    list_items_a: int
    list_items_b: int
    bold_a: int
    bold_b: int


@dataclass(frozen=True, kw_only=True)
class VoteCast(CountedVote, DomainEvent):
    """The voter of a battle preferred an answer. It closes the battle and opens its names."""

    deployment_a: str
    deployment_b: str
    pair_probability_ppb: int | None
    """Probability with which the pair was drawn, in parts per billion; None where it was chosen."""
    assignment_salt: str
    """With the deployments it gives the commitment that the battle started with."""
    voter: str
    turns: int
    language: str | None
    """BCP 47."""
    categories: tuple[str, ...]
    speed_hidden: bool
    reasons: tuple[str, ...]
    comment_content_id: UUID | None
    comment_commitment: str | None
    reading_ms: int
    """From the moment both answers were complete to the vote."""


@dataclass(frozen=True, kw_only=True)
class VoteRecategorised(CountedVote, DomainEvent):
    """A vote was filed under other categories or another language, by its voter or a moderator."""

    language_before: str | None
    language_after: str | None
    categories_before: tuple[str, ...]
    categories_after: tuple[str, ...]
