"""What a source states about the weights of a model, as rows of its read table."""

from collections.abc import Iterator
from typing import Final

from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import ModelFactsStated
from benchmarks.models import ModelFact

_FACTS: Final = (
    "total_parameters", "active_parameters", "context_tokens", "input_modalities", "base_model"
)  # fmt: skip


def model_fact_rows(tenant: Tenant, stored: StoredEvent) -> Iterator[ModelFact]:
    """Return one row for each fact that is stated, not stored yet."""
    stated = fact_of(stored, ModelFactsStated)
    data = stated.to_data()
    for fact in _FACTS:
        if data[fact]:
            yield ModelFact(
                tenant=tenant,
                model_slug=stated.slug,
                fact=fact,
                value=data[fact],
                source_name=stated.source_name,
                source_url=stated.source_url,
                stated_on=stated.stated_on,
                position=stored.position,
            )
