"""End a run that nobody wants any more."""

from typing import Final
from uuid import UUID

from django.db import transaction

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from benchmarks.commands.leases import append, locked_job, state_of
from benchmarks.events import RunCancelled
from benchmarks.state.refusals import RunRefused
from benchmarks.state.run import RunInfo

_MAX_REASON: Final = 500


def cancel_run(*, tenant: Tenant, run_id: UUID, reason: str, actor: str) -> tuple[RunInfo, bool]:
    """End a run that is queued or being measured; return it, and whether that is new.

    The runner hears of it with its next heartbeat. Raises RunRefused for a run that is over
    otherwise, UnknownRun, DomainError without a reason.
    """
    clean = reason.strip()
    if not clean or len(clean) > _MAX_REASON or not clean.isprintable():
        raise DomainError(f"reason: want 1 to {_MAX_REASON} printable characters")
    with transaction.atomic(durable=True):
        job, _ = locked_job(tenant, run_id)
        state = state_of(tenant, run_id)
        if state.info.status == "cancelled":
            return state.info, False
        if state.info.is_over:
            raise RunRefused("run-over", f"The run is {state.info.status}; nothing is to cancel.")
        job.state, job.cancel_requested, job.lease_until = "cancelled", True, None
        job.save(update_fields=["state", "cancel_requested", "lease_until", "updated_at"])
        append(tenant, state, [RunCancelled(run_id=run_id, reason=clean)], actor=actor)
    return state_of(tenant, run_id).info, True
