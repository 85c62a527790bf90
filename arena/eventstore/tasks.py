"""Celery's part: advance on the bell, sweep for missed bells, verify chains once a day."""

import structlog
from celery import shared_task

from arena.eventstore import bell, queries
from arena.eventstore.projection import ProjectionStopped, advance, projections
from arena.eventstore.signals import projections_advanced
from arena.eventstore.verification import Broken, verify_chain
from arena.tenancy.models import Tenant

log = structlog.get_logger(__name__)


@shared_task(name=bell.TASK)
def advance_projections(tenant_id: int) -> None:
    """Advance every projection of the tenant; a stopped one does not hold up the others."""
    bell.take_down(tenant_id=tenant_id)
    tenant = Tenant.objects.get(pk=tenant_id)
    for name in projections():
        try:
            advance(tenant=tenant, name=name)
        except ProjectionStopped as error:
            log.warning("projection_is_stopped", tenant_id=tenant_id, reason=str(error))
    projections_advanced.send(sender=None, tenant=tenant)


@shared_task(name="eventstore.sweep")
def sweep() -> None:
    """Find tenants whose log is ahead of a checkpoint and advance them: the net below the bell."""
    for tenant in Tenant.objects.all():
        statuses = queries.projection_statuses(tenant=tenant)
        if any(status.lag and status.stopped_at_position is None for status in statuses):
            advance_projections(tenant.pk)


@shared_task(name="eventstore.verify_chains")
def verify_chains() -> None:
    """Verify every tenant's chain and report the head, or the first broken position as an error."""
    for tenant in Tenant.objects.all():
        result = verify_chain(tenant_id=tenant.pk)
        if isinstance(result, Broken):
            log.error(
                "chain_broken", tenant=tenant.slug, position=result.position, reason=result.reason
            )
        else:
            log.info(
                "chain_verified",
                tenant=tenant.slug,
                position=result.position,
                hash=result.hash.hex(),
            )
