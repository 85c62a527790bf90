"""A stated score as a row of its read table."""

from typing import Final

from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import ScoreStated
from benchmarks.models import Score

_SAME: Final = (
    "deployment_slug", "model_slug", "quantization", "suite", "suite_version", "metric", "setting",
    "value", "unit", "out_of", "standard_error", "tasks_scored", "tasks_unparsed", "tasks_total",
    "measures", "judge_model", "harness", "harness_version", "source_name", "source_url",
    "source_sha256", "stated_on",
)  # fmt: skip
"""Fields that the table calls as the event does."""


def score_row(tenant: Tenant, stored: StoredEvent) -> Score:
    """Return the row of one statement, not stored yet."""
    fact = fact_of(stored, ScoreStated)
    return Score(
        tenant=tenant,
        score_id=stored.id,
        stated_position=stored.position,
        position=stored.position,
        **{name: getattr(fact, name) for name in _SAME},
    )
