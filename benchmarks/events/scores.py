"""Scores of models on suites of tasks, measured with known tools, and what was taken back of them.

A scoring pass of this arena's own will be an event of a run (`RunScored`), with the same names for
the same facts: metric, value, standard_error, tasks_scored, tasks_unparsed, judge_model.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent

Measures = Literal["format", "reference", "judge", "human"]
"""What a score measures: whether an answer looks like one; whether it agrees with a known answer
or a test; what another model thinks of it; what people prefer."""

ScoreUnit = Literal["tasks", "points", "perplexity"]
"""Tasks solved, of `out_of`; points of a judge, on the mean, of `out_of`; e to the mean loss."""


def scores_stream(*, deployment_slug: str | None, model_slug: str | None) -> str:
    """Return the stream of the scores of one deployment, or of a model wherever it runs."""
    return f"scores-{deployment_slug}" if deployment_slug else f"model-scores-{model_slug}"


@dataclass(frozen=True, kw_only=True)
class ScoreStated(DomainEvent):
    """Somebody measured a score with a known tool and stated it with what is needed to judge it.

    It is about a deployment, or about a model in one quantization wherever that runs.
    """

    deployment_slug: str | None = None
    model_slug: str | None = None
    """Only without a deployment."""
    quantization: str | None = None
    """Only with a model; None where it is as its publisher serves it."""
    suite: str
    suite_version: str
    metric: str
    setting: str = ""
    """How it was asked, such as `5-shot`: scores compare only within one setting."""
    value: float
    unit: ScoreUnit
    out_of: float | None = None
    """Denominator; None for a perplexity."""
    standard_error: float | None = None
    """Of `value`, in its unit."""
    tasks_scored: int
    """Those with a verdict, right or wrong."""
    tasks_unparsed: int | None = None
    """Asked, but the answer could not be read or did not come; None where nobody says."""
    tasks_total: int | None = None
    """All tasks of the suite; None where nobody says."""
    measures: Measures
    judge_model: str | None = None
    harness: str
    harness_version: str
    source_name: str
    source_url: str | None = None
    source_sha256: str
    """Of the file from which it was read, 64 hex digits."""
    stated_on: date

    @property
    def stream(self) -> str:
        """Return where it is filed."""
        return scores_stream(deployment_slug=self.deployment_slug, model_slug=self.model_slug)


@dataclass(frozen=True, kw_only=True)
class ScoreRetracted(DomainEvent):
    """A score was taken back. It stays in the log and on the page of scores, with the reason."""

    score_id: UUID
    """Of the event that states it."""
    deployment_slug: str | None = None
    model_slug: str | None = None
    reason: str
