"""Fold battles into a table for lists and sweeps; pages of one battle fold its own events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from voting.events import (
    AnswersDelivered,
    BattleContinued,
    BattleSkipped,
    BattleStarted,
    BattleVoided,
    VoteCast,
    VoteRecategorised,
)
from voting.models import Battle

_FIELDS = (
    "status",
    "turn",
    "changed_at",
    "language",
    "categories",
    "winner",
    "void_reason",
    "model_a",
    "model_b",
    "position",
)


@projection(
    name="battles",
    events=[
        BattleStarted,
        BattleContinued,
        AnswersDelivered,
        BattleVoided,
        BattleSkipped,
        VoteCast,
        VoteRecategorised,
    ],
    tables=[Battle],
)
def fold_battles(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each battle as it stands: two statements a batch, however many battles move."""
    ids = {_battle_id(stored) for stored in events}
    rows = {row.id: row for row in Battle.objects.filter(tenant=tenant, id__in=ids)}
    for stored in events:
        event = stored.event
        battle_id = _battle_id(stored)
        if isinstance(event, BattleStarted):
            rows[battle_id] = _started(tenant, battle_id, stored, event)
            continue
        row = rows[battle_id]
        row.changed_at, row.position = stored.recorded_at, stored.position
        for name, value in _changes(event).items():
            setattr(row, name, value)
    Battle.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "id"],
        update_fields=_FIELDS,
    )


def _battle_id(stored: StoredEvent) -> UUID:
    return UUID(stored.stream.removeprefix("battle-"))


def _started(tenant: Tenant, battle_id: UUID, stored: StoredEvent, event: BattleStarted) -> Battle:
    return Battle(
        tenant=tenant,
        id=battle_id,
        board=event.board,
        mode=event.mode,
        voter=event.voter,
        status="answering",
        turn=1,
        started_at=stored.recorded_at,
        changed_at=stored.recorded_at,
        publish_prompt=event.publish_prompt,
        language=event.language,
        categories=list(event.categories),
        position=stored.position,
    )


def _changes(event: object) -> dict[str, Any]:
    match event:
        case BattleContinued():
            return {"status": "answering", "turn": event.turn}
        case AnswersDelivered():
            return {"status": "ready"}
        case BattleVoided():
            return {
                "status": "void",
                "void_reason": event.reason,
                "model_a": event.model_a,
                "model_b": event.model_b,
            }
        case BattleSkipped():
            return {"status": "skipped", "model_a": event.model_a, "model_b": event.model_b}
        case VoteCast():
            return {
                "status": "voted",
                "winner": event.winner,
                "model_a": event.model_a,
                "model_b": event.model_b,
                "language": event.language,
                "categories": list(event.categories),
            }
        case VoteRecategorised():
            return {"language": event.language_after, "categories": list(event.categories_after)}
        case _:
            raise TypeError(f"no event of a battle: {event!r}")
