"""A runner as its stream tells it, with the keys it signs with."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from arena.eventstore.domain import DomainError
from arena.eventstore.reader import StoredEvent
from arena_runner.contract import signing
from workers.events import (
    RunnerApproved,
    RunnerDescribed,
    RunnerKeyRevoked,
    RunnerKeyRotated,
    RunnerLimitsSet,
    RunnerOrigin,
    RunnerRegistered,
    RunnerRetired,
    RunnerSuspended,
)

RunnerStatus = Literal["registered", "approved", "suspended", "retired"]
"""Takes its owner's own runs only; takes runs of others too; takes none; is gone for good."""

RefusalCode = Literal[
    "bad-signature", "key-revoked", "foreign-runner", "not-approved", "runner-retired"
]
PLATFORM: Final = "platform"
"""Owner of the arena's own runners, and of keys that the operator has made."""
_NAMESPACE: Final = uuid.UUID("0b6f4a57-9a1c-5b0e-8f0e-6f2b7f5d3c11")


class UnknownRunner(DomainError):
    """There is no such runner in this arena."""


class RunnerRefused(DomainError):
    """A runner may not do that; `code` is the name of the problem for programs."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyInfo:
    """One Ed25519 key of a runner; `key_id` is the SHA-256 of its public half."""

    key_id: str
    public_key: str
    """Hexadecimal, 32 bytes."""
    added_at: datetime
    replaced_at: datetime | None = None
    revoked_at: datetime | None = None
    revocation_reason: str | None = None

    @property
    def is_current(self) -> bool:
        """Tell whether the runner signs with it now."""
        return self.replaced_at is None and self.revoked_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunnerLimits:
    """What the owner allows; None or empty for no limit."""

    hours_utc: tuple[str, ...] = ()
    """Such as `22:00-06:00`."""
    max_power_watts: int | None = None
    max_temperature_celsius: int | None = None
    only_when_idle: bool = False
    allowed_images: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RunnerInfo:
    """A runner: whose it is, what it is made of, and whether it may work."""

    runner_id: uuid.UUID
    name: str
    owner: str
    """`actor_id` of a person, or a process of the site such as `platform`."""
    origin: RunnerOrigin
    status: RunnerStatus
    status_reason: str | None
    machine_sha256: str
    hardware: str | None
    accelerator: str | None
    accelerator_count: int
    memory_bytes: int
    tags: tuple[str, ...]
    limits: RunnerLimits
    keys: tuple[KeyInfo, ...]
    """Oldest first."""
    registered_at: datetime

    @property
    def current_key(self) -> KeyInfo | None:
        """Return the key it signs with; None once that one was revoked."""
        return next((key for key in reversed(self.keys) if key.is_current), None)

    @property
    def capabilities(self) -> frozenset[str]:
        """Return what a run may ask for: the tags, the hardware, and whose machine it is."""
        return frozenset(self.tags) | {self.origin} | ({self.hardware} if self.hardware else set())


def runner_id_of(*, tenant_id: int, key_id: str) -> uuid.UUID:
    """Return the id of the runner that registers with this key: the same one every time."""
    return uuid.uuid5(_NAMESPACE, f"runner:{tenant_id}:{key_id}")


def key_event_id(*, tenant_id: int, key_id: str) -> uuid.UUID:
    """Return the id of the event that brings a key in: no key can belong to two runners."""
    return uuid.uuid5(_NAMESPACE, f"key:{tenant_id}:{key_id}")


def runner_of(stream: Iterable[StoredEvent]) -> RunnerInfo | None:
    """Return the runner after all events of its stream; None for an empty one."""
    state = None
    for stored in stream:
        state = after(state, stored)
    return state


def after(state: RunnerInfo | None, stored: StoredEvent) -> RunnerInfo:
    """Return the runner after one more event; raise TypeError for one that cannot stand there."""
    fact = stored.event
    if isinstance(fact, RunnerRegistered) and state is None:
        return _registered(fact, stored.recorded_at)
    if state is None:
        raise TypeError(f"position {stored.position}: {stored.type} where no runner is registered")
    if isinstance(fact, RunnerKeyRotated | RunnerKeyRevoked):
        return _with_keys(state, fact, stored.recorded_at)
    return _changed(state, stored)


def _changed(state: RunnerInfo, stored: StoredEvent) -> RunnerInfo:
    match stored.event:
        case RunnerDescribed() as fact:
            return replace(
                state,
                machine_sha256=fact.machine_sha256,
                hardware=fact.hardware,
                accelerator=fact.accelerator,
                accelerator_count=fact.accelerator_count,
                memory_bytes=fact.memory_bytes,
                tags=fact.tags,
            )
        case RunnerApproved():
            return replace(state, status="approved", status_reason=None)
        case RunnerSuspended() as fact:
            return replace(state, status="suspended", status_reason=fact.reason)
        case RunnerRetired() as fact:
            return replace(state, status="retired", status_reason=fact.reason)
        case RunnerLimitsSet() as fact:
            return replace(
                state,
                limits=RunnerLimits(
                    hours_utc=fact.hours_utc,
                    max_power_watts=fact.max_power_watts,
                    max_temperature_celsius=fact.max_temperature_celsius,
                    only_when_idle=fact.only_when_idle,
                    allowed_images=fact.allowed_images,
                ),
            )
    raise TypeError(f"position {stored.position}: {stored.type} in the stream of a runner")


def _registered(fact: RunnerRegistered, at: datetime) -> RunnerInfo:
    return RunnerInfo(
        runner_id=fact.runner_id,
        name=fact.name,
        owner=fact.owner,
        origin=fact.origin,
        status="registered",
        status_reason=None,
        machine_sha256=fact.machine_sha256,
        hardware=fact.hardware,
        accelerator=fact.accelerator,
        accelerator_count=fact.accelerator_count,
        memory_bytes=fact.memory_bytes,
        tags=fact.tags,
        limits=RunnerLimits(),
        keys=(_key(fact.public_key, at),),
        registered_at=at,
    )


def _with_keys(
    state: RunnerInfo, fact: RunnerKeyRotated | RunnerKeyRevoked, at: datetime
) -> RunnerInfo:
    if isinstance(fact, RunnerKeyRotated):
        kept = tuple(
            replace(key, replaced_at=at) if key.replaced_at is None else key for key in state.keys
        )
        return replace(state, keys=(*kept, _key(fact.public_key, at)))
    return replace(
        state,
        keys=tuple(
            replace(key, revoked_at=at, revocation_reason=fact.reason)
            if key.key_id == fact.key_id
            else key
            for key in state.keys
        ),
    )


def _key(public_key: str, at: datetime) -> KeyInfo:
    return KeyInfo(
        key_id=signing.key_id(bytes.fromhex(public_key)), public_key=public_key, added_at=at
    )
