"""What commands of runs share: the locked job, who holds it, and one append for all of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import DateTimeField, Func

from arena.eventstore import store
from arena.eventstore.domain import DomainEvent
from arena.tenancy.models import Tenant
from benchmarks.bell import ring_run
from benchmarks.events import RunFailed, RunLeaseExpired, run_stream
from benchmarks.models import RunJob
from benchmarks.state.refusals import RunRefused
from benchmarks.state.run import RunState, UnknownRun, fold

MAX_ATTEMPTS: Final = 3
"""In a row that record no point. An owner's machine may stop every morning and go on at night."""
_MOST_ATTEMPTS: Final = 50
EXHAUSTED: Final = "attempts_exhausted"


class DatabaseClock(Func):
    """The time of the database now: not of its transaction, and never of another machine."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = DateTimeField()


def lease_length() -> timedelta:
    """Return for how long a runner may be silent."""
    return timedelta(seconds=settings.ARENA_RUN_LEASE_S)


def locked_job(tenant: Tenant, run_id: UUID) -> tuple[RunJob, datetime]:
    """Return the job, locked until the transaction ends, and the time; raise UnknownRun."""
    job = RunJob.objects.select_for_update(no_key=True).filter(tenant=tenant, run_id=run_id).first()
    if job is None:
        raise UnknownRun("there is no such run")
    return job, database_now(tenant)


def database_now(tenant: Tenant) -> datetime:
    """Return the time by the clock of the database."""
    now: datetime = (
        Tenant.objects.filter(pk=tenant.pk)
        .annotate(now=DatabaseClock())
        .values_list("now", flat=True)
        .get()
    )
    return now


def state_of(tenant: Tenant, run_id: UUID) -> RunState:
    """Return the run as the log has it; raise UnknownRun."""
    return fold(store.read_stream(tenant=tenant, stream=run_stream(run_id)))


def check_holder(
    job: RunJob, state: RunState, *, runner_id: UUID, fence: int, now: datetime
) -> None:
    """Return when the runner holds the lease of that fence now; raise RunRefused."""
    if runner_id not in state.runners:
        raise RunRefused("foreign-runner", "This runner has never held the run.")
    if job.fence != fence or job.leased_to != runner_id:
        raise RunRefused(
            "stale-lease",
            f"The run has been leased anew since: its fence is {job.fence}, not {fence}."
            " What was sent is not counted.",
        )
    if job.state == "cancelled":
        raise RunRefused("run-cancelled", "The run was cancelled. Stop measuring.")
    if job.state in ("done", "dead"):
        raise RunRefused("run-over", f"The run is over ({state.info.status}).")
    if job.state != "leased" or job.lease_until is None or job.lease_until <= now:
        raise RunRefused(
            "lease-expired", "The lease has run out: no heartbeat came in time. Claim again."
        )


def append(
    tenant: Tenant,
    state: RunState,
    events: Sequence[DomainEvent],
    *,
    actor: str,
    ids: Sequence[UUID] | None = None,
) -> None:
    """Append to the run's stream after what was decided on, and tell who watches."""
    store.append(
        tenant=tenant,
        stream=run_stream(state.info.run_id),
        events=events,
        expected_version=state.version,
        actor=actor,
        ids=ids,
    )
    ring_run(tenant_id=tenant.pk, run_id=state.info.run_id)


def end_lease(
    job: RunJob, state: RunState, event: RunLeaseExpired | RunFailed
) -> list[DomainEvent]:
    """Free the job after an attempt without result, or bury it; return what to append.

    The points stay; after MAX_ATTEMPTS that got no further there is no other attempt.
    """
    is_final = isinstance(event, RunFailed) and event.is_final
    events: list[DomainEvent] = [event]
    got_further = max((point.attempt for point in state.points.values()), default=0)
    in_vain = job.attempt - got_further
    if not is_final and (in_vain >= MAX_ATTEMPTS or job.attempt >= _MOST_ATTEMPTS):
        last = RunFailed(
            run_id=event.run_id,
            runner_id=event.runner_id,
            attempt=event.attempt,
            fence=event.fence,
            code=event.code if isinstance(event, RunFailed) else EXHAUSTED,
            is_final=True,
        )
        events = [last] if isinstance(event, RunFailed) else [event, last]
        is_final = True
    job.state = "dead" if is_final else "queued"
    job.lease_until = None
    job.progress = {}
    job.save(update_fields=["state", "lease_until", "progress", "updated_at"])
    return events
