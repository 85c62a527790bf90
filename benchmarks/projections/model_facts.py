"""Fold what sources state about models into its read table."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.events import ModelFactsStated
from benchmarks.model_fact_rows import model_fact_rows
from benchmarks.models import ModelFact


@projection(name="model_facts", events=[ModelFactsStated], tables=[ModelFact])
def fold_model_facts(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep the newest statement of each fact; of two of one day the later in the log."""
    latest: dict[tuple[str, str], ModelFact] = {}
    for row in (row for stored in events for row in model_fact_rows(tenant, stored)):
        key = (row.model_slug, row.fact)
        if key not in latest or latest[key].stated_on <= row.stated_on:
            latest[key] = row
    kept = {
        (row.model_slug, row.fact): row.stated_on
        for row in ModelFact.objects.filter(
            tenant=tenant, model_slug__in={slug for slug, _ in latest}
        )
    }
    ModelFact.objects.bulk_create(
        [row for key, row in latest.items() if key not in kept or kept[key] <= row.stated_on],
        update_conflicts=True,
        unique_fields=["tenant", "model_slug", "fact"],
        update_fields=["value", "source_name", "source_url", "stated_on", "position"],
    )
