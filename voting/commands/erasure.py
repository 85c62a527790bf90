"""Blank the texts of a voter. Events stay, and so do their votes: they name nobody."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from voting import models, queries
from voting.commands.battles import void_battle
from voting.events import ContentErased, ErasureReason, battle_stream
from voting.signals import announce, voter_erased


def erase_voter(*, tenant: Tenant, voter: str, actor: str) -> int:
    """Blank every text of a voter, here and in apps above, and return how many texts that were.

    Raises arena.eventstore.projection.ProjectionStopped when their list is incomplete.
    """
    # The list of battles may lag behind the log, and none may be left out.
    advance(tenant=tenant, name="battles")
    erased = sum(
        erase_battle(tenant=tenant, battle_id=battle_id, reason="erasure", actor=actor)
        for battle_id in list(queries.battle_ids_of_voter(tenant=tenant, voter=voter))
    )
    answers = voter_erased.send(sender=erase_voter, tenant=tenant, voter=voter)
    return erased + sum(int(count) for _, count in answers if count is not None)


def erase_battle(*, tenant: Tenant, battle_id: UUID, reason: ErasureReason, actor: str) -> int:
    """Blank the texts of one battle and record it; return how many that were.

    An open battle is voided first, so that no answer comes after. The salts go with the texts, so
    what the log commits to can no longer be guessed. Raises UnknownBattle, ConcurrencyError.
    """
    void_battle(tenant=tenant, battle_id=battle_id, reason="abandoned", side=None, actor=actor)
    with transaction.atomic():
        rows = list(
            models.Content.objects.select_for_update().filter(
                tenant=tenant, battle_id=battle_id, erased_at=None
            )
        )
        if not rows:
            return 0
        ids = [row.id for row in rows]
        models.Content.objects.filter(tenant=tenant, id__in=ids).update(
            text=None, image=None, salt=None, erased_at=timezone.now()
        )
        event = ContentErased(content_ids=tuple(ids), reason=reason)
        store.append(
            tenant=tenant,
            stream=battle_stream(battle_id),
            events=[event],
            expected_version=None,
            actor=actor,
        )
        announce(tenant=tenant, battle_id=battle_id, event=event)
    return len(rows)
