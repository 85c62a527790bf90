"""Note that a runner is there. No fact of the log: a row that each beat overwrites."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

from django.utils import timezone

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from workers.models import RunnerPresence

PRECISION: Final = timedelta(seconds=20)
"""A beat within this time of the last one that says nothing new is not written."""
_MAX_JSON_BYTES: Final = 32_768
_MAX_VERSION: Final = 40

PresenceState = Literal["idle", "busy", "paused"]


def note_presence(
    *,
    tenant: Tenant,
    runner_id: uuid.UUID,
    state: PresenceState | None = None,
    runner_version: str | None = None,
    telemetry: Mapping[str, Any] | None = None,
    doctor: Sequence[Any] | None = None,
) -> None:
    """Keep when the runner was seen, and what it said; None keeps what it said before.

    Beats that say nothing new are written every PRECISION at most. Raises DomainError for more
    than 32 KiB of telemetry or findings.
    """
    now = timezone.now()
    said: dict[str, Any] = {
        "state": state,
        "runner_version": None if runner_version is None else runner_version[:_MAX_VERSION],
        "telemetry": None if telemetry is None else _bounded(dict(telemetry), "telemetry"),
        "doctor": None if doctor is None else _bounded(list(doctor), "doctor"),
    }
    changed = {name: value for name, value in said.items() if value is not None}
    row = RunnerPresence.objects.filter(tenant=tenant, runner_id=runner_id).first()
    if row is None:
        RunnerPresence.objects.update_or_create(
            tenant=tenant, runner_id=runner_id, defaults={"last_seen_at": now, **changed}
        )
        return
    new = {name: value for name, value in changed.items() if getattr(row, name) != value}
    if new or row.last_seen_at <= now - PRECISION:
        RunnerPresence.objects.filter(tenant=tenant, runner_id=runner_id).update(
            last_seen_at=now, **new
        )


def _bounded(value: Any, what: str) -> Any:
    text = json.dumps(value)
    if len(text) > _MAX_JSON_BYTES:
        raise DomainError(f"{what}: {len(text)} bytes, at most {_MAX_JSON_BYTES} are taken")
    if "\\u0000" in text:
        # PostgreSQL keeps no such character.
        raise DomainError(f"{what}: holds the character U+0000")
    return value
