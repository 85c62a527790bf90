"""Shapes of runs: what is read of them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from arena.api.cursors import Page
from arena.api.schemas import Answer

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Attribution = Literal["named", "anonymous"]
Trust = Literal["T0", "T1", "T2", "T3", "T4"]
Verdict = Literal["accepted", "quarantined", "void"]
Status = Literal["queued", "leased", "running", "completed", "failed", "cancelled"]


class DryRunProblem(BaseModel):
    """One thing wrong with a manifest, and where."""

    pointer: str = Field(description="JSON pointer into the body.")
    message: str


class DryRun(BaseModel):
    """What the arena thinks of a manifest before any hour is spent on it."""

    ok: bool
    identity_sha256: Sha256
    problems: list[DryRunProblem]
    warnings: list[str] = Field(description="What makes a result hard to repeat.")
    same_identity_runs: list[UUID] = Field(description="Runs that you may see, newest first.")


class Measurement(Answer):
    """One metric of one point."""

    metric: str
    value: float
    unit: str
    sample: int = Field(description="Observations behind the value.")
    runs: int
    sd: float | None
    lower: float | None = Field(description="Of the 95 % interval.")
    upper: float | None


class RunPoint(BaseModel):
    """A measured point."""

    point_key: str
    samples_sha256: str
    sample_count: int
    voided: str | None = Field(description="Why it does not count.")
    metrics_version: str
    measurements: list[Measurement]
    energy_joules: float | None
    power_scope: str | None
    recorded_at: datetime | None


class RunJudged(BaseModel):
    """The verdict on a completed run."""

    run_id: UUID
    verdict: Verdict
    trust_level: Trust
    reason_codes: list[str]
    run_url: str


class Run(Answer):
    """A run. Null is what is not known yet, or not for this reader."""

    run_id: UUID
    identity_sha256: str
    manifest_sha256: str
    model_slug: str
    model_name: str
    deployment_slug: str
    profile: str
    point_keys: list[str]
    source: Literal["site", "agent", "import", "tool"]
    requested_by: str | None
    requested_at: datetime
    runner_id: UUID | None
    required_tags: list[str]
    priority: int
    reproduces: UUID | None
    status: Status
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    engine: str | None
    engine_version: str | None
    image_digest: str | None
    environment_sha256: str | None
    report_sha256: str | None
    key_id: str | None
    failure_code: str | None
    cancel_reason: str | None
    verdict: Verdict | None
    reason_codes: list[str]
    trust_level: Trust
    reproduced_by: list[UUID]
    visibility: Literal["private", "published", "retracted"]
    attribution: Attribution | None
    licence: str | None
    payload_sha256: str | None
    published_at: datetime | None
    retraction_reason: str | None
    superseded_by: UUID | None
    invalidation_reason: str | None


class RunPage(Page[Run]):
    """Runs, newest first."""


class RunAttempt(Answer):
    """One lease of a run and how it ended."""

    attempt: int
    runner_id: UUID | None
    state: str
    code: str | None
    assigned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class RunJob(Answer):
    """Who works on the run right now."""

    state: str
    leased_to: UUID | None
    lease_until: datetime | None
    points_total: int
    points_done: list[str]
    progress: dict[str, Any]


class RunDetail(Run):
    """A run with its attempts, and its job for those whose run it is."""

    attempts: list[RunAttempt]
    job: RunJob | None


class RunPoints(Page[RunPoint]):
    """The points of a run in the order of measuring."""


class LogLine(Answer):
    """One line of the agent's log."""

    id: int
    attempt: int
    at: datetime
    level: str
    text: str


class LogPage(Page[LogLine]):
    """Log lines, oldest first."""


class RunEvent(BaseModel):
    """One event of a run's stream."""

    position: int
    type: str
    type_version: int
    recorded_at: datetime
    data: dict[str, Any]


class RunEvents(Page[RunEvent]):
    """The events of a run, oldest first."""


class StoredArtifact(BaseModel):
    """Where uploaded bytes are kept."""

    sha256: str
    kind: str
    size_bytes: int
