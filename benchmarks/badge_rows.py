"""An award of a badge as a row of its read table, and what a withdrawal changes in it."""

from typing import Any

from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import BadgeAwarded, BadgeWithdrawn
from benchmarks.models import BadgeHeld


def badge_row(tenant: Tenant, stored: StoredEvent) -> BadgeHeld:
    """Return the row of a badge as awarded, not stored yet."""
    fact = fact_of(stored, BadgeAwarded)
    return BadgeHeld(
        tenant=tenant,
        kind=fact.kind,
        subject=fact.subject,
        badge=fact.badge,
        is_held=True,
        reason=fact.reason,
        by=fact.awarded_by,
        stated_on=fact.stated_on,
        recorded_at=stored.recorded_at,
        position=stored.position,
    )


def withdrawal(stored: StoredEvent) -> dict[str, Any]:
    """Return the fields that a withdrawal changes."""
    fact = fact_of(stored, BadgeWithdrawn)
    return {
        "is_held": False,
        "reason": fact.reason,
        "by": fact.withdrawn_by,
        "recorded_at": stored.recorded_at,
        "position": stored.position,
    }
