"""Fold runners and their keys into their read tables."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from workers.events import (
    RunnerApproved,
    RunnerDescribed,
    RunnerKeyRevoked,
    RunnerKeyRotated,
    RunnerLimitsSet,
    RunnerRegistered,
    RunnerRetired,
    RunnerSuspended,
)
from workers.models import Runner, RunnerKey
from workers.runner_rows import key_info, runner_info
from workers.state.runners import KeyInfo, RunnerInfo, after

_EVENTS = [
    RunnerRegistered,
    RunnerDescribed,
    RunnerApproved,
    RunnerSuspended,
    RunnerRetired,
    RunnerKeyRotated,
    RunnerKeyRevoked,
    RunnerLimitsSet,
]


@projection(name="runners", events=_EVENTS, tables=[Runner, RunnerKey])
def fold_runners(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each runner and its keys as their newest events say."""
    states = _states(tenant, {uuid.UUID(stored.data["runner_id"]) for stored in events})
    positions: dict[uuid.UUID, int] = {}
    for stored in events:
        runner_id = uuid.UUID(stored.data["runner_id"])
        states[runner_id] = after(states.get(runner_id), stored)
        positions[runner_id] = stored.position
    Runner.objects.bulk_create(
        [_row(tenant, state, positions[runner_id]) for runner_id, state in states.items()],
        update_conflicts=True,
        unique_fields=["tenant", "runner_id"],
        update_fields=[
            "status",
            "status_reason",
            "machine_sha256",
            "hardware",
            "accelerator",
            "accelerator_count",
            "memory_bytes",
            "tags",
            "limits",
            "position",
        ],
    )
    RunnerKey.objects.bulk_create(
        [
            _key_row(tenant, runner_id, key, positions[runner_id])
            for runner_id, state in states.items()
            for key in state.keys
        ],
        update_conflicts=True,
        unique_fields=["tenant", "key_id"],
        update_fields=["replaced_at", "revoked_at", "revocation_reason", "position"],
    )


def _states(tenant: Tenant, runner_ids: set[uuid.UUID]) -> dict[uuid.UUID, RunnerInfo]:
    keys: dict[uuid.UUID, list[KeyInfo]] = {}
    of_these = RunnerKey.objects.filter(tenant=tenant, runner_id__in=runner_ids)
    for key in of_these.order_by("added_at", "key_id"):
        keys.setdefault(key.runner_id, []).append(key_info(key))
    return {
        row.runner_id: runner_info(row, keys.get(row.runner_id, []))
        for row in Runner.objects.filter(tenant=tenant, runner_id__in=runner_ids)
    }


def _row(tenant: Tenant, state: RunnerInfo, position: int) -> Runner:
    return Runner(
        tenant=tenant,
        runner_id=state.runner_id,
        name=state.name,
        owner=state.owner,
        origin=state.origin,
        status=state.status,
        status_reason=state.status_reason,
        machine_sha256=state.machine_sha256,
        hardware=state.hardware,
        accelerator=state.accelerator,
        accelerator_count=state.accelerator_count,
        memory_bytes=state.memory_bytes,
        tags=list(state.tags),
        limits=asdict(state.limits),
        registered_at=state.registered_at,
        position=position,
    )


def _key_row(tenant: Tenant, runner_id: uuid.UUID, key: KeyInfo, position: int) -> RunnerKey:
    return RunnerKey(
        tenant=tenant,
        key_id=key.key_id,
        runner_id=runner_id,
        public_key=key.public_key,
        added_at=key.added_at,
        replaced_at=key.replaced_at,
        revoked_at=key.revoked_at,
        revocation_reason=key.revocation_reason,
        position=position,
    )
