"""Sent when a turn or a battle has ended or was erased, in whichever process the command ran."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from arena.eventstore.domain import DomainEvent
from arena.tenancy.models import Tenant

# Arguments: tenant, battle_id, event (AnswersDelivered, BattleVoided, BattleSkipped, VoteCast or
# ContentErased).
battle_changed = Signal()


def announce(*, tenant: Tenant, battle_id: UUID, event: DomainEvent) -> None:
    """Send the signal once the transaction at hand is committed."""
    transaction.on_commit(
        partial(battle_changed.send, sender=None, tenant=tenant, battle_id=battle_id, event=event)
    )


# Arguments: tenant, voter. Sent when a voter's texts are blanked, for texts of apps above; a
# receiver blanks what it has and returns how many texts that were.
voter_erased = Signal()
