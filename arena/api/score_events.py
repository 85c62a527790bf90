"""Public fields of the events about scores on suites."""

from datetime import date
from uuid import UUID

from pydantic import Field

from arena.api.event_data import EventData
from benchmarks.events import Measures, ScoreRetracted, ScoreStated, ScoreUnit


class ScoreStatedData(EventData):
    """Somebody measured a score with a known tool."""

    deployment_slug: str | None
    model_slug: str | None = Field(description="Only without a deployment.")
    quantization: str | None
    suite: str
    suite_version: str
    metric: str
    setting: str = Field(description="How it was asked; scores compare only within one.")
    value: float
    unit: ScoreUnit
    out_of: float | None = Field(description="Denominator; null for a perplexity.")
    standard_error: float | None = Field(description="Of the value, in its unit.")
    tasks_scored: int
    tasks_unparsed: int | None = Field(description="Unreadable or missing answers.")
    tasks_total: int | None = Field(description="All tasks of the suite.")
    measures: Measures = Field(description="Form, known answers, a judge, or preferences.")
    judge_model: str | None
    harness: str
    harness_version: str
    source_name: str
    source_url: str | None
    source_sha256: str = Field(description="Of the file from which it was read.")
    stated_on: date


class ScoreRetractedData(EventData):
    """A score was taken back."""

    score_id: UUID = Field(description="Event that states it.")
    deployment_slug: str | None
    model_slug: str | None
    reason: str


ScoreData = ScoreStatedData | ScoreRetractedData
SCORES: dict[type, type[ScoreData]] = {
    ScoreStated: ScoreStatedData,
    ScoreRetracted: ScoreRetractedData,
}
