"""Fold scores, and what was taken back of them, into their read table."""

from collections.abc import Sequence
from typing import Final

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import ScoreRetracted, ScoreStated
from benchmarks.models import Score

_SAME: Final = (
    "deployment_slug", "model_slug", "quantization", "suite", "suite_version", "metric", "setting",
    "value", "unit", "out_of", "standard_error", "tasks_scored", "tasks_unparsed", "tasks_total",
    "measures", "judge_model", "harness", "harness_version", "source_name", "source_url",
    "source_sha256", "stated_on",
)  # fmt: skip
"""Fields that the table calls as the event does."""


@projection(name="scores", events=[ScoreStated, ScoreRetracted], tables=[Score])
def fold_scores(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every score; which of them stand is decided where they are read."""
    rows: dict[object, Score] = {}
    retracted = []
    for stored in events:
        if isinstance(stored.event, ScoreStated):
            rows[stored.id] = _row(tenant, stored)
        else:
            retracted.append((stored.position, fact_of(stored, ScoreRetracted)))
    Score.objects.bulk_create(rows.values())
    # After the rows: a batch may hold a score together with its retraction.
    for position, fact in retracted:
        Score.objects.filter(tenant=tenant, score_id=fact.score_id).update(
            retracted_position=position, retracted_reason=fact.reason, position=position
        )


def _row(tenant: Tenant, stored: StoredEvent) -> Score:
    fact = fact_of(stored, ScoreStated)
    return Score(
        tenant=tenant,
        score_id=stored.id,
        stated_position=stored.position,
        position=stored.position,
        **{name: getattr(fact, name) for name in _SAME},
    )
