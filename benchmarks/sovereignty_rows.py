"""A fact about sovereignty as a row of its read table, and what a review changes."""

from typing import Any

from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import SovereigntyFactReviewed, SovereigntyFactSubmitted
from benchmarks.models import SovereigntyFact


def submitted_row(tenant: Tenant, stored: StoredEvent) -> SovereigntyFact:
    """Return the row of a fact that waits for its review, not stored yet."""
    fact = fact_of(stored, SovereigntyFactSubmitted)
    return SovereigntyFact(
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


def reviewed(stored: StoredEvent) -> dict[str, Any]:
    """Return the fields of the fact that its review changes."""
    review = fact_of(stored, SovereigntyFactReviewed)
    return {
        "status": review.verdict,
        "reason": review.reason,
        "reviewed_by": review.reviewed_by,
        "reviewed_at": stored.recorded_at,
        "reviewed_position": stored.position,
        "position": stored.position,
    }


def superseded(stored: StoredEvent) -> dict[str, Any]:
    """Return the fields that change of the fact whose place the reviewed one takes."""
    review = fact_of(stored, SovereigntyFactReviewed)
    return {
        "status": "superseded",
        "superseded_by": review.fact_id,
        "position": stored.position,
    }
