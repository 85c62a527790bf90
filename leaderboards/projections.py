"""Fold disputes of cells into their read table."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from leaderboards.events import CellDisputed, DisputeResolved
from leaderboards.models import Dispute


@projection(name="disputes", events=[CellDisputed, DisputeResolved], tables=[Dispute])
def fold_disputes(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each dispute, and how it was resolved."""
    for stored in events:
        match stored.event:
            case CellDisputed() as disputed:
                Dispute.objects.create(
                    tenant=tenant,
                    dispute_id=disputed.dispute_id,
                    board=disputed.board,
                    row=disputed.row,
                    column=disputed.column,
                    reason=disputed.reason,
                    seen_position=disputed.seen_position,
                    event_position=disputed.event_position,
                    disputed_by=disputed.disputed_by,
                    disputed_at=stored.recorded_at,
                    position=stored.position,
                )
            case DisputeResolved() as resolved:
                Dispute.objects.filter(tenant=tenant, dispute_id=resolved.dispute_id).update(
                    resolution=resolved.resolution,
                    resolved_at=stored.recorded_at,
                    resolved_position=stored.position,
                )
