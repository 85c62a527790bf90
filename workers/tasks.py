"""Celery's part of runs: it rings, and takes back what nobody holds any more. It decides nothing.

What is true of a run stands in PostgreSQL, and a run goes to a runner when the runner asks for it.
"""

from datetime import timedelta
from typing import Final

import structlog
from celery import shared_task
from django.db import Error as DatabaseFailure
from django.utils import timezone

import arena.tenancy.queries
import benchmarks.commands
import benchmarks.queries.runs
from arena.eventstore.domain import ConcurrencyError
from arena.tenancy.models import Tenant
from benchmarks.bell import ring_run
from workers.commands.confirming import confirm_twins

log = structlog.get_logger(__name__)
_ACTOR: Final = "workers.tasks"
_FRESH: Final = timedelta(hours=1)
_LOOKED_AT: Final = 200


@shared_task(name="workers.expire_leases")
def expire_leases() -> None:
    """Take back the leases of runners that fell silent; their runs are free at once."""
    for tenant in arena.tenancy.queries.all_tenants():
        try:
            expired = benchmarks.commands.expire_leases(tenant=tenant, actor=_ACTOR)
        except (ConcurrencyError, DatabaseFailure) as error:
            # One arena does not hold up the others; the next call looks again.
            log.warning("leases_not_expired", tenant=tenant.slug, error=type(error).__name__)
            continue
        if expired:
            log.info("leases_expired", tenant=tenant.slug, count=expired)


@shared_task(name="workers.dispatch_runs")
def dispatch_runs() -> None:
    """Ring for every arena in which a run waits: the net below the bell of whoever queued it."""
    for tenant in arena.tenancy.queries.all_tenants():
        for job in benchmarks.queries.runs.jobs(tenant=tenant, states=("queued",), limit=1):
            ring_run(tenant_id=tenant.pk, run_id=job.run_id)


@shared_task(name="workers.check_reproductions")
def check_reproductions() -> None:
    """Look whether runs that were published lately agree with those of other owners (trust T3).

    Publishing looks itself, in read tables that may lag by a moment: this finds what it missed.
    """
    for tenant in arena.tenancy.queries.all_tenants():
        try:
            confirmed = _confirm_fresh(tenant)
        except (ConcurrencyError, DatabaseFailure) as error:
            log.warning("twins_not_confirmed", tenant=tenant.slug, error=type(error).__name__)
            continue
        if confirmed:
            log.info("twins_confirmed", tenant=tenant.slug, count=confirmed)


def _confirm_fresh(tenant: Tenant) -> int:
    """Confirm what can be among the runs published within _FRESH; return how many were."""
    since = timezone.now() - _FRESH
    return sum(
        confirm_twins(tenant=tenant, info=info, actor=_ACTOR)
        for info in benchmarks.queries.runs.runs(
            tenant=tenant, statuses=("completed",), limit=_LOOKED_AT
        )
        if info.published_at is not None and info.published_at > since
    )
