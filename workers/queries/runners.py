"""Read the runners of one arena: whose they are, by which keys they sign, when they were seen."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from workers.events import runner_stream
from workers.models import Runner, RunnerKey, RunnerPresence
from workers.runner_rows import key_info, runner_info
from workers.state.runners import (
    KeyInfo,
    RunnerInfo,
    RunnerRefused,
    UnknownRunner,
    key_event_id,
    runner_of,
)

__all__ = [
    "ONLINE_WITHIN",
    "KeyOwner",
    "PresenceInfo",
    "UnknownRunner",
    "key_of",
    "own_runner",
    "presence",
    "runner",
    "runners",
]

ONLINE_WITHIN: Final = timedelta(seconds=90)
"""Three heartbeats of 30 s."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyOwner:
    """A key and whose it is. Nothing signed by a revoked one is accepted any more."""

    runner_id: uuid.UUID
    public_key: bytes
    is_revoked: bool
    is_current: bool
    """False once another key has replaced it; what it signed before stays valid."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PresenceInfo:
    """When a runner was last heard of, and what it said then."""

    runner_id: uuid.UUID
    last_seen_at: datetime
    runner_version: str
    state: str
    """idle, busy or paused."""
    telemetry: dict[str, Any]
    doctor: list[Any]

    @property
    def is_online(self) -> bool:
        """Tell whether it was heard of within three heartbeats."""
        return timezone.now() - self.last_seen_at < ONLINE_WITHIN


def runner(*, tenant: Tenant, runner_id: uuid.UUID) -> RunnerInfo:
    """Return one runner as the log has it now: read tables lag; raise UnknownRunner."""
    stream = reader.read_stream(tenant_id=tenant.pk, stream=runner_stream(runner_id))
    state = runner_of(stream)
    if state is None:
        raise UnknownRunner("there is no such runner")
    return state


def own_runner(*, tenant: Tenant, runner_id: uuid.UUID, owner: str) -> RunnerInfo:
    """Return one runner of this owner; raise UnknownRunner, RunnerRefused (`foreign-runner`)."""
    found = runner(tenant=tenant, runner_id=runner_id)
    if found.owner != owner:
        raise RunnerRefused("foreign-runner", "this runner belongs to somebody else")
    return found


def runners(*, tenant: Tenant, owner: str | None = None) -> list[RunnerInfo]:
    """Return the runners of the arena, or of one owner, newest first; retired ones too."""
    rows = Runner.objects.filter(tenant=tenant).order_by("-registered_at", "runner_id")
    if owner is not None:
        rows = rows.filter(owner=owner)
    found = list(rows)
    keys: dict[uuid.UUID, list[KeyInfo]] = defaultdict(list)
    of_these = RunnerKey.objects.filter(
        tenant=tenant, runner_id__in=[row.runner_id for row in found]
    )
    for key in of_these.order_by("added_at", "key_id"):
        keys[key.runner_id].append(key_info(key))
    return [runner_info(row, keys[row.runner_id]) for row in found]


def key_of(*, tenant: Tenant, key_id: str) -> KeyOwner | None:
    """Return whose key that is, as the log has it now; None for one that no runner has brought."""
    event_id = key_event_id(tenant_id=tenant.pk, key_id=key_id)
    stored = reader.read_ids(tenant_id=tenant.pk, ids=[event_id]).get(event_id)
    if stored is None:
        return None
    found = runner(tenant=tenant, runner_id=uuid.UUID(stored.data["runner_id"]))
    key = next(key for key in found.keys if key.key_id == key_id)
    return KeyOwner(
        runner_id=found.runner_id,
        public_key=bytes.fromhex(key.public_key),
        is_revoked=key.revoked_at is not None,
        is_current=key.is_current,
    )


def presence(
    *, tenant: Tenant, runner_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, PresenceInfo]:
    """Return when these runners, or all, were last heard of; those never heard of are left out."""
    rows = RunnerPresence.objects.filter(tenant=tenant)
    if runner_ids is not None:
        rows = rows.filter(runner_id__in=runner_ids)
    return {
        row.runner_id: PresenceInfo(
            runner_id=row.runner_id,
            last_seen_at=row.last_seen_at,
            runner_version=row.runner_version,
            state=row.state,
            telemetry=row.telemetry,
            doctor=row.doctor,
        )
        for row in rows
    }
