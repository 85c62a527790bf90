"""Shapes of runs: what agents and owners send for them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from arena.api.run_schemas import Attribution, Sha256
from arena.api.runner_schemas import Tag
from arena.api.schemas import Text
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Environment, PointReport
from arena_runner.contract.signing import Envelope


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ManifestOnly(_Sent):
    """A job that somebody thinks of running."""

    manifest: Manifest


class NewRun(ManifestOnly):
    """A run that somebody wants."""

    runner_id: UUID | None = Field(None, description="The only runner that may take it.")
    required_tags: Annotated[list[Tag], Field(max_length=20)] = Field(
        [], description="What a runner must have, such as `dgx-spark` or `memory-gib:64`."
    )
    priority: Annotated[int, Field(ge=-10, le=10)] = Field(
        0, description="Above 0 for moderators only."
    )
    reproduces: UUID | None = Field(None, description="The run that this one is to confirm.")
    publish: Attribution | None = Field(
        None, description="Publish when accepted; on the arena's own machines only."
    )


class Lease(_Sent):
    """Who writes for a run must hold its lease."""

    runner_id: UUID
    fence: Annotated[int, Field(ge=1, le=2**53)]


class Progress(_Sent):
    """How far the runner is; shown, never stored as a fact."""

    point_key: Annotated[str, Field(max_length=80)] | None = None
    requests_done: Annotated[int, Field(ge=0, le=10**9)] | None = None
    requests_total: Annotated[int, Field(ge=0, le=10**9)] | None = None
    eta_s: Annotated[float, Field(ge=0, le=10**8, allow_inf_nan=False)] | None = None


class RunBeat(Lease):
    """The runner is still at it."""

    progress: Progress | None = None


class RunBeatAnswer(BaseModel):
    """Until when the lease holds now; `cancel` when the run is no longer wanted."""

    lease_expires_at: datetime
    cancel: bool


class RunStart(Lease):
    """The engine answers and the gates are passed."""

    environment: Environment


class NewPoint(Lease):
    """A measured point, whose samples are stored already."""

    point: PointReport


class RunReport(Lease):
    """The signed account of a finished attempt."""

    report: Envelope


class RunFailure(Lease):
    """The attempt ends without a result."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,80}$")]
    message: Annotated[str, Field(max_length=2_000)] = Field(
        "", description="For the owner; kept in the run's private log."
    )
    is_final: bool = Field(False, description="No other attempt would help.")


class NewLogLine(_Sent):
    """One line of the agent's log."""

    at: AwareDatetime
    level: Literal["debug", "info", "warning", "error"]
    text: Annotated[str, Field(max_length=2_000)]


class RunLog(Lease):
    """What the agent says while it works; for the run's owner alone."""

    lines: Annotated[list[NewLogLine], Field(max_length=500)]


class RunImport(_Sent):
    """A signed bundle measured offline, or the output of another tool."""

    report: Envelope | None = None
    tool: Literal["llama-benchy", "llama-bench", "vllm", "guidellm"] | None = None
    tool_output_sha256: Sha256 | None = Field(None, description="Of the file, uploaded before.")
    manifest: Manifest | None = Field(None, description="Of a tool's run: how it was served.")


class RunReason(_Sent):
    """Why; it is kept in the log."""

    reason: Text


class Publication(_Sent):
    """What the owner decides to show."""

    attribution: Attribution = "named"
    licence: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]{0,39}$")] = Field(
        "CC-BY-4.0", description="SPDX identifier."
    )
    payload_sha256: Sha256 = Field(description="Of `payload`, as the owner was shown it.")


class Retraction(RunReason):
    """Take a published run back."""

    superseded_by: UUID | None = Field(None, description="The published run in its place.")
