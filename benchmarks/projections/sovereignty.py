"""Fold sovereignty facts, their reviews, and replies of operators into their read tables."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import (
    OperatorReplied,
    SovereigntyFactReviewed,
    SovereigntyFactSubmitted,
)
from benchmarks.models import OperatorReply, SovereigntyFact
from benchmarks.sovereignty_rows import reviewed, submitted_row, superseded


@projection(
    name="sovereignty_facts",
    events=[SovereigntyFactSubmitted, SovereigntyFactReviewed],
    tables=[SovereigntyFact],
)
def fold_facts(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every fact with its review; acceptance supersedes the fact that was in force."""
    # One by one, in order: a batch may hold a fact, its review and what supersedes it.
    for stored in events:
        if isinstance(stored.event, SovereigntyFactSubmitted):
            submitted_row(tenant, stored).save(force_insert=True)
        else:
            _review(tenant, stored)


@projection(name="operator_replies", events=[OperatorReplied], tables=[OperatorReply])
def fold_replies(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every reply."""
    rows = []
    for stored in events:
        reply = fact_of(stored, OperatorReplied)
        rows.append(
            OperatorReply(
                tenant=tenant,
                position=stored.position,
                operator=reply.operator,
                text=reply.text,
                source_url=reply.source_url,
                stated_on=reply.stated_on,
            )
        )
    OperatorReply.objects.bulk_create(rows)


def _review(tenant: Tenant, stored: StoredEvent) -> None:
    review = fact_of(stored, SovereigntyFactReviewed)
    facts = SovereigntyFact.objects.filter(tenant=tenant)
    facts.filter(fact_id=review.fact_id).update(**reviewed(stored))
    if review.supersedes is not None:
        facts.filter(fact_id=review.supersedes).update(**superseded(stored))
