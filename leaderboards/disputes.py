"""Read disputes of cells: what may be given as a reason, and how each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, cast
from uuid import UUID

from django.db.models import Count, Max, Q

from arena.tenancy.models import Tenant
from leaderboards.events import DisputeReason, DisputeResolution
from leaderboards.models import Dispute, DisputeText

Status = Literal["open", "upheld", "rejected"]
REASONS: Final[Mapping[DisputeReason, str]] = {
    "not_from_its_events": "The figure does not follow from its events",
    "source_differs": "The source says something else",
    "outdated": "There is a newer figure",
    "wrong_deployment": "It is about another model or deployment",
    "manipulated": "Votes or runs behind it look manipulated",
    "other": "Something else",
}
RESOLUTIONS: Final[Mapping[DisputeResolution, tuple[Status, str]]] = {
    "corrected": ("upheld", "corrected by later events"),
    "warned": ("upheld", "true, but nothing can be corrected"),
    "confirmed": ("rejected", "recomputed from its events, and confirmed"),
    "no_ground": ("rejected", "nothing in it can be checked"),
    "duplicate": ("rejected", "disputed before"),
}


class CellKey(NamedTuple):
    """A cell of a board."""

    row: str
    column: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeInfo:
    """One dispute; the resolution and its time are None while it is open."""

    dispute_id: UUID
    board: str
    row: str
    column: str
    reason: DisputeReason
    event_position: int | None
    disputed_at: datetime
    position: int
    resolution: DisputeResolution | None
    resolved_at: datetime | None
    resolved_position: int | None

    @property
    def status(self) -> Status:
        """Return how it stands."""
        return "open" if self.resolution is None else RESOLUTIONS[self.resolution][0]

    @property
    def reason_text(self) -> str:
        """Return the reason in words."""
        return REASONS[self.reason]

    @property
    def resolution_text(self) -> str:
        """Return what came of it in words, empty while it is open."""
        return "" if self.resolution is None else RESOLUTIONS[self.resolution][1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What a board says at a disputed cell: open disputes, and when the newest came."""

    count: int
    newest: datetime


def disputes(
    *, tenant: Tenant, board: str, cell: CellKey | None = None, until: int | None = None
) -> list[DisputeInfo]:
    """Return the disputes of a board or of one cell, newest first; up to a position if given.

    What was resolved after that position was open then.
    """
    found = Dispute.objects.filter(tenant=tenant, board=board).order_by("-position")
    if cell is not None:
        found = found.filter(row=cell.row, column=cell.column)
    if until is not None:
        found = found.filter(position__lte=until)
    return [_info(row, until) for row in found]


def marks(*, tenant: Tenant, board: str, until: int | None = None) -> dict[CellKey, Mark]:
    """Return what a board says at each cell that has an open dispute, now or at a position."""
    found = Dispute.objects.filter(tenant=tenant, board=board)
    if until is None:
        found = found.filter(resolution=None)
    else:
        later = Q(resolved_position=None) | Q(resolved_position__gt=until)
        found = found.filter(later, position__lte=until)
    counted = found.values("row", "column").annotate(Count("position"), Max("disputed_at"))
    return {
        CellKey(one["row"], one["column"]): Mark(
            count=one["position__count"], newest=one["disputed_at__max"]
        )
        for one in counted
    }


def open_disputes(*, tenant: Tenant) -> list[tuple[DisputeInfo, str | None]]:
    """Return every open dispute of the arena, oldest first, with what its reader wrote."""
    rows = list(Dispute.objects.filter(tenant=tenant, resolution=None).order_by("position"))
    texts = dict(
        DisputeText.objects.filter(
            tenant=tenant, dispute_id__in=[row.dispute_id for row in rows]
        ).values_list("dispute_id", "text")
    )
    return [(_info(row, None), texts.get(row.dispute_id)) for row in rows]


def resolved_count(*, tenant: Tenant) -> int:
    """Return how many disputes of the arena have been decided."""
    return Dispute.objects.filter(tenant=tenant).exclude(resolution=None).count()


def _info(row: Dispute, until: int | None) -> DisputeInfo:
    later = until is not None and row.resolved_position is not None
    is_open = row.resolution is None or (later and (row.resolved_position or 0) > (until or 0))
    return DisputeInfo(
        dispute_id=row.dispute_id,
        board=row.board,
        row=row.row,
        column=row.column,
        reason=cast(DisputeReason, row.reason),
        event_position=row.event_position,
        disputed_at=row.disputed_at,
        position=row.position,
        resolution=None if is_open else cast(DisputeResolution, row.resolution),
        resolved_at=None if is_open else row.resolved_at,
        resolved_position=None if is_open else row.resolved_position,
    )
