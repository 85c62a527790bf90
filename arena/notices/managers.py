"""Who may make webhooks, and whose one may manage."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from arena.accounts.models import Role

ROLES: Final = (Role.OWNER, Role.ADMIN, Role.MODERATOR)
"""They may make webhooks, and webhooks of theirs are sent something while they have the role."""
IN_FORCE: Final = Q(maker=None) | Q(maker__role__in=ROLES, maker__user__is_active=True)
"""Webhooks whose maker still may have one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manager:
    """Somebody who manages their own webhooks, or all of the arena."""

    actor_id: UUID | None
    """None for a key of the operator."""
    manages_all: bool

    @property
    def theirs(self) -> Q:
        """Return which webhooks of the arena they see and change."""
        return Q() if self.manages_all else Q(maker__user__actor_id=self.actor_id)
