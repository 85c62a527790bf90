"""Facts about boards and votes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from arena.eventstore.domain import DomainEvent

Winner = Literal["model_a", "model_b", "tie", "both_bad"]


def board_stream(slug: str) -> str:
    """Return the stream of one board."""
    return f"board-{slug}"


@dataclass(frozen=True, kw_only=True)
class BoardOpened(DomainEvent):
    """A board was opened: votes on it are comparable with each other and with no other board."""

    slug: str
    name: str
    """What people see above the table."""
    question: str
    """The one sentence that says what the table answers."""
    licence: str
    """SPDX identifier of the licence under which its votes are published."""
    attribution: str
    """Who must be named when its data is used; empty when nobody must."""


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
