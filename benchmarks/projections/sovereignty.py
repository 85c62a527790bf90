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
            _submit(tenant, stored)
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


def _submit(tenant: Tenant, stored: StoredEvent) -> None:
    fact = fact_of(stored, SovereigntyFactSubmitted)
    SovereigntyFact.objects.create(
        tenant=tenant,
        fact_id=fact.fact_id,
        deployment_slug=fact.deployment_slug,
        criterion=fact.criterion,
        value=fact.value,
        countries=list(fact.countries),
        evidence=fact.evidence,
        source_url=fact.source_url,
        source_sha256=fact.source_sha256,
        note=fact.note,
        stated_on=fact.stated_on,
        expires_on=fact.expires_on,
        criteria_version=fact.criteria_version,
        interest=fact.interest,
        submitted_by=fact.submitted_by,
        submitted_at=stored.recorded_at,
        submitted_position=stored.position,
        status="waiting",
        position=stored.position,
    )


def _review(tenant: Tenant, stored: StoredEvent) -> None:
    review = fact_of(stored, SovereigntyFactReviewed)
    facts = SovereigntyFact.objects.filter(tenant=tenant)
    facts.filter(fact_id=review.fact_id).update(
        status=review.verdict,
        reason=review.reason,
        reviewed_by=review.reviewed_by,
        reviewed_at=stored.recorded_at,
        reviewed_position=stored.position,
        position=stored.position,
    )
    if review.supersedes is not None:
        facts.filter(fact_id=review.supersedes).update(
            status="superseded", superseded_by=review.fact_id, position=stored.position
        )
