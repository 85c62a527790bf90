"""Facts about runs: what was asked for, who measured it, what came out, and who vouches for it.

Recipes, samples and reports are artifacts (models.Artifact), named here by their SHA-256.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent

RunSource = Literal["site", "agent", "import", "tool"]
"""Asked for on the site, begun by an agent, a signed bundle, or the output of another tool."""

Verdict = Literal["accepted", "quarantined", "void"]
"""Counts; waits for a moderator; measured nothing that could count (client too slow, errors)."""

TrustLevel = Literal["T0", "T1", "T2", "T3", "T4"]
"""Self-reported; signed by a runner; and state gate and canary passed; and reproduced by another
owner; run on the platform's own machine."""

Attribution = Literal["named", "anonymous"]


def run_stream(run_id: UUID) -> str:
    """Return the stream of one run."""
    return f"run-{run_id}"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One metric of one point, over its runs. Names and formulas: arena_runner.contract.metrics.

    `value` is the mean over `runs` repetitions for rates, the pooled percentile for latencies.
    """

    metric: str
    value: float
    unit: str
    sample: int
    """Observations behind the value: requests for a percentile, repetitions for a mean."""
    runs: int
    sd: float | None = None
    """Sample standard deviation over the repetitions (n - 1)."""
    lower: float | None = None
    """Of the 95 % interval."""
    upper: float | None = None


@dataclass(frozen=True, kw_only=True)
class RunRequested(DomainEvent):
    """Somebody wants a deployment measured with a profile."""

    run_id: UUID
    identity_sha256: str
    """Of the manifest: the same identity measures the same thing."""
    manifest_sha256: str
    """Artifact; the identity is the digest of its content."""
    model_slug: str
    deployment_slug: str
    profile: str
    """Its id, such as `nine-v1.1`."""
    point_keys: tuple[str, ...]
    source: RunSource
    runner_id: UUID | None = None
    """The only runner that may take it; None for any with the tags."""
    required_tags: tuple[str, ...] = ()
    priority: int = 0
    reproduces: UUID | None = None
    """The run that this one is to confirm."""
    publish: Attribution | None = None
    """What the requester decided beforehand, on the arena's own runners; None keeps it private."""
    model_name: str | None = None
    """As the recipe calls it; the model itself is registered once a run of it is published."""


@dataclass(frozen=True, kw_only=True)
class RunAssigned(DomainEvent):
    """A runner holds the lease of an attempt."""

    run_id: UUID
    runner_id: UUID
    attempt: int
    fence: int
    """Rises with every lease of the run; a writer with an older one is refused."""
    lease_expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RunLeaseExpired(DomainEvent):
    """The runner fell silent; the run is free again, its finished points kept."""

    run_id: UUID
    runner_id: UUID
    attempt: int
    fence: int


@dataclass(frozen=True, kw_only=True)
class RunStarted(DomainEvent):
    """The engine answers and the gates are passed; points follow."""

    run_id: UUID
    runner_id: UUID
    attempt: int
    fence: int
    engine: str | None = None
    engine_version: str | None = None
    """As the server itself says, not the tag of its image."""
    image_digest: str | None = None
    environment_sha256: str
    """Artifact."""


@dataclass(frozen=True, kw_only=True)
class RunPointRecorded(DomainEvent):
    """One point of the profile is measured; a later attempt does not measure it again."""

    run_id: UUID
    runner_id: UUID | None
    """None for the output of another tool."""
    attempt: int
    fence: int
    point_key: str
    samples_sha256: str
    """Artifact with the raw rows, or with the other tool's output."""
    sample_count: int
    voided: str | None = None
    """Why the point does not count."""
    metrics_version: str
    measurements: tuple[Measurement, ...]
    energy_joules: float | None = None
    power_scope: str | None = None
    telemetry_sha256: str | None = None
    """Artifact with the machine's state, second by second."""


@dataclass(frozen=True, kw_only=True)
class RunCompleted(DomainEvent):
    """All points are there and the signed report was accepted."""

    run_id: UUID
    runner_id: UUID | None
    attempt: int
    fence: int
    report_sha256: str
    """Artifact: the signed envelope."""
    key_id: str | None = None
    """Of the key that signed it; None for the output of another tool."""
    started_at: datetime
    """By the runner's clock, like the end."""
    finished_at: datetime


@dataclass(frozen=True, kw_only=True)
class RunAssessed(DomainEvent):
    """The plausibility gate has judged a completed run; a later one replaces an earlier."""

    run_id: UUID
    verdict: Verdict
    reason_codes: tuple[str, ...]
    trust_level: TrustLevel
    plausibility_version: str


@dataclass(frozen=True, kw_only=True)
class RunReproduced(DomainEvent):
    """A run of another owner agrees within the tolerance; both rise to T3."""

    run_id: UUID
    by_run_id: UUID
    metric: str
    relative_difference: float
    tolerance: float


@dataclass(frozen=True, kw_only=True)
class RunFailed(DomainEvent):
    """An attempt ended without a result; `is_final` when there will be no other."""

    run_id: UUID
    runner_id: UUID
    attempt: int
    fence: int
    code: str
    is_final: bool


@dataclass(frozen=True, kw_only=True)
class RunCancelled(DomainEvent):
    """Whoever asked for the run, or the runner's owner, no longer wants it."""

    run_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunPublished(DomainEvent):
    """The owner shows the run to whoever may read the arena."""

    run_id: UUID
    attribution: Attribution
    licence: str
    payload_sha256: str
    """Of exactly what the owner was shown before."""


@dataclass(frozen=True, kw_only=True)
class RunRetracted(DomainEvent):
    """The owner takes a published run back; a tombstone with the reason stays."""

    run_id: UUID
    reason: str
    superseded_by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RunInvalidated(DomainEvent):
    """A moderator takes a run out of every figure; everything of it stays in the log."""

    run_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunReleased(DomainEvent):
    """A moderator has looked at a quarantined run and lets it count."""

    run_id: UUID
    reason: str
