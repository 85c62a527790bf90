"""Celery's part of battles: close those that nobody can close any more."""

from datetime import timedelta
from typing import Final

import structlog
from celery import shared_task
from django.utils import timezone
from redis.exceptions import RedisError

import arena.tenancy.queries
from arena import redis_client
from arena.eventstore.domain import ConcurrencyError
from arena.tenancy.models import Tenant
from voting import queries
from voting.commands import void_if_left_alone
from voting.events import VoidReason
from voting.queries.battles import BattleSummary, OpenStatus
from voting.state import BATTLE_LIFETIME
from voting.streaming import stream

log = structlog.get_logger(__name__)

_ACTOR = "voting.sweep"
_GRACE = timedelta(milliseconds=stream.ALIVE_MS)
_OPEN: Final[tuple[OpenStatus, ...]] = ("answering", "ready")


@shared_task(name="voting.sweep_battles")
def sweep_battles() -> None:
    """Void battles whose process died while it answered them, and those left alone too long.

    A process says every few seconds which battles it answers (streaming/pulse.py). Without Redis
    nobody can hear that, so none is taken for interrupted; being left alone ends them later.
    """
    now = timezone.now()
    for tenant in arena.tenancy.queries.all_tenants():
        for battle in queries.open_battles(
            tenant=tenant, status="answering", changed_before=now - _GRACE
        ):
            if not _is_alive(tenant, battle):
                _void(tenant, battle, "interrupted")
        for status in _OPEN:
            for battle in queries.open_battles(
                tenant=tenant, status=status, changed_before=now - BATTLE_LIFETIME
            ):
                _void(tenant, battle, "abandoned")


def _is_alive(tenant: Tenant, battle: BattleSummary) -> bool:
    try:
        return bool(redis_client.client().exists(stream.alive_key(tenant.pk, battle.id)))
    except RedisError as error:
        log.warning("battle_not_looked_for", error=type(error).__name__)
        return True


def _void(tenant: Tenant, battle: BattleSummary, reason: VoidReason) -> None:
    try:
        void_if_left_alone(
            tenant=tenant,
            battle_id=battle.id,
            reason=reason,
            unchanged_since=battle.changed_at,
            actor=_ACTOR,
        )
    except ConcurrencyError:
        # Something happened to it at this very moment; the next sweep looks again.
        log.info("battle_moved_while_swept", battle=str(battle.id))
