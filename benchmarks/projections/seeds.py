"""Fold what the seed texts state into its read table."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import SeedClaimStated
from benchmarks.models import SeedClaim


@projection(name="seed_claims", events=[SeedClaimStated], tables=[SeedClaim])
def fold_seed_claims(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every statement: contradictions between sections are part of what the texts say."""
    rows = []
    for stored in events:
        fact = fact_of(stored, SeedClaimStated)
        rows.append(
            SeedClaim(
                tenant=tenant,
                position=stored.position,
                seed=fact.seed,
                section=fact.section,
                deployment_slug=fact.deployment_slug,
                subject=fact.subject,
                metric=fact.metric,
                value=fact.value,
                unit=fact.unit,
                out_of=fact.out_of,
                setting=fact.setting,
                approximate=fact.approximate,
                note=fact.note,
                source_name=fact.source_name,
                source_url=fact.source_url,
                stated_on=fact.stated_on,
            )
        )
    SeedClaim.objects.bulk_create(rows)
