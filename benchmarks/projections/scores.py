"""Fold scores, and what was taken back of them, into their read table."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import ScoreRetracted, ScoreStated
from benchmarks.models import Score
from benchmarks.score_rows import score_row


@projection(name="scores", events=[ScoreStated, ScoreRetracted], tables=[Score])
def fold_scores(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every score; which of them stand is decided where they are read."""
    rows: dict[object, Score] = {}
    retracted = []
    for stored in events:
        if isinstance(stored.event, ScoreStated):
            rows[stored.id] = score_row(tenant, stored)
        else:
            retracted.append((stored.position, fact_of(stored, ScoreRetracted)))
    Score.objects.bulk_create(rows.values())
    # After the rows: a batch may hold a score together with its retraction.
    for position, fact in retracted:
        Score.objects.filter(tenant=tenant, score_id=fact.score_id).update(
            retracted_position=position, retracted_reason=fact.reason, position=position
        )
