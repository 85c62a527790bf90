"""Fold what the seed texts state into its read table."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import SeedClaimStated
from benchmarks.models import SeedClaim
from benchmarks.seed_rows import seed_row


@projection(name="seed_claims", events=[SeedClaimStated], tables=[SeedClaim])
def fold_seed_claims(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every statement: contradictions between sections are part of what the texts say."""
    SeedClaim.objects.bulk_create([seed_row(tenant, stored) for stored in events])
