"""Confirm that runs of two owners agree: the strongest thing that can be said of a number."""

import uuid
from typing import Final
from uuid import UUID

from arena.eventstore import store
from arena.eventstore.domain import ConcurrencyError
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks import trust
from benchmarks.bell import ring_run
from benchmarks.commands.leases import state_of
from benchmarks.commands.measuring import manifest_of, storable
from benchmarks.events import RunReproduced, run_stream
from benchmarks.state.run import RunState
from benchmarks.trust import Agreement

_ATTEMPTS: Final = 3


def confirm_reproduction(
    *, tenant: Tenant, run_id: UUID, by_run_id: UUID, owners: tuple[str, str], actor: str
) -> bool:
    """Raise both runs to T3 when they agree; return whether that is new.

    They agree when both are published, signed and accepted, measured the same identity, belong to
    two owners (`owners`: of the first and of the second), and differ little enough at their
    headline (benchmarks.trust). Raises UnknownRun.
    """
    for attempt in range(_ATTEMPTS):
        first, second = state_of(tenant, run_id), state_of(tenant, by_run_id)
        if owners[0] == owners[1] or not _is_eligible(first, second):
            return False
        found = _agreement(tenant, first, second)
        if found is None or not found.agrees:
            return False
        try:
            store.append_many(
                tenant=tenant,
                events=[
                    _confirmed(first, second, found),
                    _confirmed(second, first, found),
                ],
                actor=actor,
            )
        except ConcurrencyError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    for confirmed in (run_id, by_run_id):
        ring_run(tenant_id=tenant.pk, run_id=confirmed)
    return True


def _is_eligible(first: RunState, second: RunState) -> bool:
    if second.info.run_id in first.info.reproduced_by:
        return False
    return first.info.identity_sha256 == second.info.identity_sha256 and all(
        state.info.counts
        and state.info.visibility == "published"
        and state.info.trust_level != "T0"
        for state in (first, second)
    )


def _agreement(tenant: Tenant, first: RunState, second: RunState) -> Agreement | None:
    return trust.agreement(manifest_of(tenant, first), _values(first), _values(second))


def _values(state: RunState) -> dict[str, dict[str, float]]:
    return {
        key: {item.metric: item.value for item in point.measurements}
        for key, point in state.points.items()
        if point.voided is None
    }


def _confirmed(state: RunState, by: RunState, found: Agreement) -> NewEvent:
    run_id, by_run_id = state.info.run_id, by.info.run_id
    return NewEvent(
        stream=run_stream(run_id),
        event=RunReproduced(
            run_id=run_id,
            by_run_id=by_run_id,
            metric=found.metric,
            relative_difference=storable(found.relative_difference),
            tolerance=found.tolerance,
        ),
        event_id=uuid.uuid4(),
        expected_version=state.version,
    )
