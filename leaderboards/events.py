"""Facts about cells of boards: that somebody disputes one, and what came of it.

Events hold no text of people: what somebody wrote lies beside the log, where it can be erased.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent

DisputeReason = Literal[
    "not_from_its_events", "source_differs", "outdated", "wrong_deployment", "manipulated", "other"
]
DisputeResolution = Literal["corrected", "warned", "confirmed", "no_ground", "duplicate"]


def dispute_stream(*, board: str, row: str, column: str) -> str:
    """Return the stream of all disputes of one cell."""
    return f"dispute-{board}/{row}/{column}"


@dataclass(frozen=True, kw_only=True)
class CellDisputed(DomainEvent):
    """A reader doubts a cell of a board, or one event that it rests on. No figure changes by it."""

    dispute_id: UUID
    board: str
    row: str
    """Key of the row."""
    column: str
    reason: DisputeReason
    seen_position: int
    """The position of the board that the reader had before them."""
    event_position: int | None = None
    """The event at fault, where the reader named one."""
    text_commitment: str | None = None
    """SHA-256 of salt and text (voting.commitments); None where nothing was written."""
    disputed_by: str
    """Pseudonym of the reader, as of voters."""


@dataclass(frozen=True, kw_only=True)
class DisputeResolved(DomainEvent):
    """A moderator looked into a dispute and decided."""

    dispute_id: UUID
    board: str
    row: str
    column: str
    resolution: DisputeResolution
    resolved_by: str
