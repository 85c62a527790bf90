"""A statement of a seed text as a row of its read table."""

from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import SeedClaimStated
from benchmarks.models import SeedClaim


def seed_row(tenant: Tenant, stored: StoredEvent) -> SeedClaim:
    """Return the row of one statement, not stored yet."""
    fact = fact_of(stored, SeedClaimStated)
    return SeedClaim(
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
