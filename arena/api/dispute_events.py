"""Public fields of the events about disputes. Who disputed and who decided stays private."""

from uuid import UUID

from pydantic import Field

from arena.api.event_data import EventData
from leaderboards.events import CellDisputed, DisputeReason, DisputeResolution, DisputeResolved


class CellDisputedData(EventData):
    """A reader doubts a cell of a board, or one event that it rests on."""

    dispute_id: UUID
    board: str
    row: str = Field(description="Key of the row.")
    column: str
    reason: DisputeReason
    seen_position: int = Field(description="Position of the board that the reader saw.")
    event_position: int | None = Field(description="The event at fault, where one was named.")
    text_commitment: str | None = Field(description="SHA-256 of salt and text.")


class DisputeResolvedData(EventData):
    """A moderator decided a dispute."""

    dispute_id: UUID
    board: str
    row: str
    column: str
    resolution: DisputeResolution


DisputeData = CellDisputedData | DisputeResolvedData
DISPUTES: dict[type, type[DisputeData]] = {
    CellDisputed: CellDisputedData,
    DisputeResolved: DisputeResolvedData,
}
