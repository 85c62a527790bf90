"""Confirm that runs of two owners agree: the strongest thing that can be said of a number."""

import uuid
from typing import Final
from uuid import UUID

from arena.eventstore import store
from arena.eventstore.domain import ConcurrencyError
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks.bell import ring_run
from benchmarks.commands.leases import state_of
from benchmarks.events import RunReproduced, run_stream
from benchmarks.state.run import RunState

TOLERANCE: Final = 0.10
"""Relative difference up to which two machines of one kind agree."""
HEADLINE: Final = "decode_tokens_per_second"
_FIRST_POINT: Final = "tg128-c1"
_ATTEMPTS: Final = 3


def confirm_reproduction(
    *, tenant: Tenant, run_id: UUID, by_run_id: UUID, owners: tuple[str, str], actor: str
) -> bool:
    """Raise both runs to T3 when they agree; return whether that is new.

    They agree when both are published, signed and accepted, measured the same identity, belong to
    two owners (`owners`: of the first and of the second), and their headline metric differs by no
    more than TOLERANCE of its mean. Raises UnknownRun.
    """
    for attempt in range(_ATTEMPTS):
        first, second = state_of(tenant, run_id), state_of(tenant, by_run_id)
        difference = _difference(first, second)
        if (
            owners[0] == owners[1]
            or not _is_eligible(first, second)
            or difference is None
            or difference > TOLERANCE
            or by_run_id in first.info.reproduced_by
        ):
            return False
        try:
            store.append_many(
                tenant=tenant,
                events=[
                    _confirmed(first, second, difference),
                    _confirmed(second, first, difference),
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
    return first.info.identity_sha256 == second.info.identity_sha256 and all(
        state.info.counts
        and state.info.visibility == "published"
        and state.info.trust_level != "T0"
        for state in (first, second)
    )


def _difference(first: RunState, second: RunState) -> float | None:
    """Return the relative difference at the first point that both measured; None without one."""
    for key in (_FIRST_POINT, *first.info.point_keys):
        one, other = _headline(first, key), _headline(second, key)
        if one and other:
            return abs(one - other) / ((one + other) / 2)
    return None


def _headline(state: RunState, key: str) -> float | None:
    point = state.points.get(key)
    if point is None or point.voided is not None:
        return None
    return next((item.value for item in point.measurements if item.metric == HEADLINE), None)


def _confirmed(state: RunState, by: RunState, difference: float) -> NewEvent:
    run_id, by_run_id = state.info.run_id, by.info.run_id
    return NewEvent(
        stream=run_stream(run_id),
        event=RunReproduced(
            run_id=run_id,
            by_run_id=by_run_id,
            metric=HEADLINE,
            relative_difference=difference,
            tolerance=TOLERANCE,
        ),
        event_id=uuid.uuid4(),
        expected_version=state.version,
    )
