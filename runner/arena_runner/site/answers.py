"""What the site answers to an agent; unknown fields of later sites are ignored."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from arena_runner.contract.manifest import Manifest


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class DeviceCode(_Answer):
    """A sign-in that waits for its owner, who types `user_code` at `verification_url`."""

    device_code: str = Field(repr=False)
    user_code: str
    verification_url: str
    interval_s: float = Field(default=5, ge=0, le=60)
    expires_in_s: float = Field(default=900, gt=0, le=86_400)


class DeviceToken(_Answer):
    """A confirmed sign-in, or one that still waits (`status` is then `pending`)."""

    status: Literal["pending"] | None = None
    api_key: str | None = Field(default=None, repr=False)
    key_id: str | None = None
    expires_at: datetime | None = None
    tenant: str | None = None


class ClaimedRun(_Answer):
    """A lease: the run to measure, and until when the site waits for a heartbeat."""

    run_id: UUID
    attempt: int = Field(ge=1)
    fence: int = Field(ge=1)
    lease_expires_at: datetime
    lease_s: float = Field(gt=0)
    manifest: Manifest
    points_done: tuple[str, ...] = ()
    source: str = "agent"


class Beat(_Answer):
    """The answer to a heartbeat."""

    lease_expires_at: datetime
    cancel: bool = False


class Problem(_Answer):
    """Something wrong with a manifest, and where."""

    pointer: str = ""
    message: str


class DryRun(_Answer):
    """What the site thinks of a manifest before any hour is spent on it."""

    ok: bool
    identity_sha256: str
    problems: tuple[Problem, ...] = ()
    same_identity_runs: tuple[UUID, ...] = ()


class Judged(_Answer):
    """The verdict on a completed run."""

    run_id: UUID | None = None
    verdict: str
    trust_level: str
    reason_codes: tuple[str, ...] = ()
    run_url: str | None = None
