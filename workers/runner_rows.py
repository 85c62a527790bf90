"""Rows of the read tables of runners as the state that a stream would tell."""

from collections.abc import Collection
from typing import Any, cast

from workers.events import RunnerOrigin
from workers.models import Runner, RunnerKey
from workers.state.runners import KeyInfo, RunnerInfo, RunnerLimits, RunnerStatus


def runner_info(row: Runner, keys: Collection[KeyInfo]) -> RunnerInfo:
    """Return a row of the read table, with its keys, as the stream would tell it."""
    limits: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.limits.items()
    }
    return RunnerInfo(
        runner_id=row.runner_id,
        name=row.name,
        owner=row.owner,
        origin=cast(RunnerOrigin, row.origin),
        status=cast(RunnerStatus, row.status),
        status_reason=row.status_reason,
        machine_sha256=row.machine_sha256,
        hardware=row.hardware,
        accelerator=row.accelerator,
        accelerator_count=row.accelerator_count,
        memory_bytes=row.memory_bytes,
        tags=tuple(row.tags),
        limits=RunnerLimits(**limits),
        keys=tuple(keys),
        registered_at=row.registered_at,
    )


def key_info(row: RunnerKey) -> KeyInfo:
    """Return a key of the read table as the stream would tell it."""
    return KeyInfo(
        key_id=row.key_id,
        public_key=row.public_key,
        added_at=row.added_at,
        replaced_at=row.replaced_at,
        revoked_at=row.revoked_at,
        revocation_reason=row.revocation_reason,
    )
