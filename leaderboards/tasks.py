"""Celery's part of the boards: rebuild and broadcast after projections, and sweep."""

from typing import Any

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

import arena.tenancy.queries
import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import broadcast, pacing, queries
from leaderboards.rebuild import boards_behind, rebuild

log = structlog.get_logger(__name__)
_UNREACHABLE = (RedisError, OperationalError, OSError)


def on_projections_advanced(*, tenant: Tenant, **_: Any) -> None:
    """Ask for the tenant's boards to be brought up to date."""
    request(tenant=tenant)


def request(*, tenant: Tenant) -> None:
    """Enqueue a rebuild unless one is on its way; without Redis, rebuild here and now."""
    try:
        if pacing.ask(tenant_id=tenant.pk):
            rebuild_and_broadcast.delay(tenant.pk)
    except _UNREACHABLE as error:
        log.warning("board_rebuilt_without_redis", tenant=tenant.slug, error=type(error).__name__)
        _rebuild_all(tenant)


@shared_task(name="leaderboards.rebuild_and_broadcast")
def rebuild_and_broadcast(tenant_id: int) -> None:
    """Bring every board of the tenant up to date and publish the changes, once a second at most."""
    tenant = Tenant.objects.get(pk=tenant_id)
    try:
        wait_ms = pacing.begin(tenant_id=tenant_id)
        if wait_ms:
            rebuild_and_broadcast.apply_async((tenant_id,), countdown=wait_ms / 1000)
            return
    except _UNREACHABLE as error:
        log.warning("boards_not_paced", tenant=tenant.slug, error=type(error).__name__)
    _rebuild_all(tenant)


@shared_task(name="leaderboards.sweep")
def sweep() -> None:
    """Redo boards that are behind their inputs, and announce the position of the others again.

    A web process that missed a patch sees from the announcement that it is behind, and refetches.
    """
    for tenant in arena.tenancy.queries.all_tenants():
        if boards_behind(tenant=tenant):
            request(tenant=tenant)
            continue
        for board, position, as_of in queries.positions(tenant=tenant):
            if not broadcast.announce(tenant=tenant, board=board, position=position, as_of=as_of):
                return


def _rebuild_all(tenant: Tenant) -> None:
    for board in voting.queries.boards(tenant=tenant):
        try:
            change = rebuild(tenant=tenant, board=board.slug)
        except ArithmeticError:
            # A fit that does not converge must not keep the tenant's other boards from moving.
            log.exception("board_not_rebuilt", tenant=tenant.slug, board=board.slug)
            continue
        if change is not None:
            broadcast.publish(tenant=tenant, board=board.slug, change=change)
