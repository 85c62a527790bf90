"""Read badges of lanes, models and deployments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from arena.tenancy.models import Tenant
from benchmarks.events import BADGE_REASONS, BADGES, Badge, BadgeReason
from benchmarks.models import BadgeHeld


@dataclass(frozen=True, kw_only=True, slots=True)
class BadgeInfo:
    """A badge as last awarded or withdrawn; `by` is a role."""

    kind: str
    subject: str
    badge: str
    is_held: bool
    reason: str
    by: str
    stated_on: date
    recorded_at: datetime
    position: int

    @property
    def title(self) -> str:
        """Return the badge in words."""
        return BADGES[cast(Badge, self.badge)][0]

    @property
    def meaning(self) -> str:
        """Return what it says of its subject."""
        return BADGES[cast(Badge, self.badge)][1]

    @property
    def why(self) -> str:
        """Return the reason in words."""
        return BADGE_REASONS[cast(BadgeReason, self.reason)]


Badges = Mapping[tuple[str, str], list[BadgeInfo]]
"""Held badges by kind and subject."""


def badges(*, tenant: Tenant) -> list[BadgeInfo]:
    """Return every badge ever awarded, by kind, subject and badge; withdrawn ones too."""
    rows = BadgeHeld.objects.filter(tenant=tenant).order_by("kind", "subject", "badge")
    return [badge_info(row) for row in rows]


def badge_info(row: BadgeHeld) -> BadgeInfo:
    """Return the badge that one row holds."""
    return BadgeInfo(
        kind=row.kind,
        subject=row.subject,
        badge=row.badge,
        is_held=row.is_held,
        reason=row.reason,
        by=row.by,
        stated_on=row.stated_on,
        recorded_at=row.recorded_at,
        position=row.position,
    )


def held_badges(*, tenant: Tenant) -> Badges:
    """Return the badges that are held now, in the order in which they are explained."""
    return held(badges(tenant=tenant))


def held(infos: Iterable[BadgeInfo]) -> Badges:
    """Return those among some badges that are held, in the order in which they are explained."""
    order = list(BADGES)
    found: dict[tuple[str, str], list[BadgeInfo]] = {}
    for info in infos:
        if info.is_held:
            found.setdefault((info.kind, info.subject), []).append(info)
    for items in found.values():
        items.sort(key=lambda info: order.index(cast(Badge, info.badge)))
    return found
