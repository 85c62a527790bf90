"""Shapes of runners: what an agent sends of itself and what it reads."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from arena.api.cursors import Page
from arena.api.schemas import Answer, Text
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Machine
from arena_runner.contract.signing import Envelope

Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._:/+-]{0,59}$")]
Tags = Annotated[list[Tag], Field(max_length=50)]
PublicKey = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="Ed25519, 32 bytes in hexadecimal.")
]
Watts = Annotated[int, Field(ge=1, le=1_000_000)]
Celsius = Annotated[int, Field(ge=1, le=150)]
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Image = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[\x21-\x7e]+$")]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Limits(Answer):
    """What the owner allows; null or empty for no limit."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    hours_utc: Annotated[list[Hours], Field(max_length=50)] = Field(
        [], description="Spans such as `22:00-06:00`; the agent asks for runs in them only."
    )
    max_power_watts: Watts | None = None
    max_temperature_celsius: Celsius | None = None
    only_when_idle: bool = False
    allowed_images: Annotated[list[Image], Field(max_length=50)] = Field(
        [], description="Prefixes of image names, registry first."
    )


class NewRunner(_Sent):
    """A machine that joins."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    public_key: PublicKey
    machine: Machine
    tags: Tags = []
    proof: Envelope = Field(
        description='Signed by the key over `{"purpose": "register", "public_key": ...}`.'
    )


class MachineChange(_Sent):
    """What the agent finds now."""

    machine: Machine
    tags: Tags = []


class NewKey(_Sent):
    """Another key to sign with."""

    public_key: PublicKey
    proof: Envelope = Field(
        description='Signed by the present key over `{"purpose": "rotate", "public_key": ...}`.'
    )


class Reason(_Sent):
    """Why; it is kept in the log."""

    reason: Text


class Beat(_Sent):
    """How a runner is doing. What is left out stays as it was."""

    state: Literal["idle", "busy", "paused"] | None = None
    runner_version: Annotated[str, Field(max_length=40, pattern=r"^[ -~]*$")] | None = None
    telemetry: dict[str, Any] | None = Field(None, description="At most 32 KiB of JSON.")
    doctor: list[Any] | None = Field(None, description="Findings; at most 32 KiB of JSON.")


class Wish(_Sent):
    """What a free runner can do, and how long it waits for work."""

    tags: Tags = Field([], description="Those of its tags that hold right now; none for all.")
    wait_s: Annotated[int, Field(ge=0, le=30)] = 0


class RunnerKey(Answer):
    """A key of a runner."""

    key_id: str = Field(description="SHA-256 of the public key.")
    public_key: str
    added_at: datetime
    replaced_at: datetime | None
    revoked_at: datetime | None
    is_current: bool


class Runner(Answer):
    """A runner as its owner sees it."""

    runner_id: UUID
    name: str
    owner: str
    origin: Literal["owner", "platform"]
    status: Literal["registered", "approved", "suspended", "retired"] = Field(
        description="A registered runner takes its owner's runs, an approved one those of others."
    )
    status_reason: str | None
    machine_sha256: str
    hardware: str | None = Field(description="Slug in the hardware catalogue.")
    accelerator: str | None
    accelerator_count: int
    memory_bytes: int
    tags: list[str]
    limits: Limits
    keys: list[RunnerKey]
    registered_at: datetime


class RunnerPage(Page[Runner]):
    """The runners of the key's owner, by id."""


class ClaimedRun(BaseModel):
    """A lease: the run to measure, and the fence to show with everything that is sent for it."""

    run_id: UUID
    attempt: int
    fence: int
    lease_expires_at: datetime
    lease_s: int = Field(description="Send a heartbeat well before so many seconds are over.")
    manifest: Manifest
    points_done: list[str] = Field(description="Measured by this runner in an earlier attempt.")
    source: Literal["site", "agent", "import", "tool"]
