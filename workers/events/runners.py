"""Facts about runners: machines that measure, whose they are, and by which keys they sign."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent

RunnerOrigin = Literal["owner", "platform"]
"""Somebody's own machine, or one that belongs to the arena itself (trust T4)."""


def runner_stream(runner_id: UUID) -> str:
    """Return the stream of one runner."""
    return f"runner-{runner_id}"


@dataclass(frozen=True, kw_only=True)
class RunnerRegistered(DomainEvent):
    """A machine joined. `owner` is the `actor_id` of a person, or a process of the site."""

    runner_id: UUID
    name: str
    owner: str
    origin: RunnerOrigin
    public_key: str
    """Hexadecimal, 32 bytes, Ed25519."""
    machine_sha256: str
    """Artifact: what the agent found out about the hardware."""
    hardware: str | None = None
    """Slug in the hardware catalogue."""
    accelerator: str | None = None
    accelerator_count: int = 0
    memory_bytes: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunnerDescribed(DomainEvent):
    """The machine has changed: other hardware, driver or tags."""

    runner_id: UUID
    machine_sha256: str
    hardware: str | None = None
    accelerator: str | None = None
    accelerator_count: int = 0
    memory_bytes: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunnerApproved(DomainEvent):
    """An administrator lets the runner take runs that others ask for."""

    runner_id: UUID


@dataclass(frozen=True, kw_only=True)
class RunnerSuspended(DomainEvent):
    """The runner gets no more runs until it is approved again."""

    runner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunnerRetired(DomainEvent):
    """The owner has taken the machine away for good."""

    runner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunnerKeyRotated(DomainEvent):
    """A new key signs from now on; what the old one signed before stays valid."""

    runner_id: UUID
    public_key: str
    previous_key_id: str


@dataclass(frozen=True, kw_only=True)
class RunnerKeyRevoked(DomainEvent):
    """A key is no longer trusted: nothing signed by it is accepted any more."""

    runner_id: UUID
    key_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunnerLimitsSet(DomainEvent):
    """What the owner allows; None or empty for no limit."""

    runner_id: UUID
    hours_utc: tuple[str, ...] = ()
    """Such as `22:00-06:00`."""
    max_power_watts: int | None = None
    max_temperature_celsius: int | None = None
    only_when_idle: bool = False
    allowed_images: tuple[str, ...] = ()
    """Prefixes of image names, registry first."""
