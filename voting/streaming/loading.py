"""Read a battle from PostgreSQL as its followers see it."""

from uuid import UUID

from arena.tenancy.models import Tenant
from voting import queries
from voting.events import Side
from voting.state import void_side
from voting.streaming.transcript import Stored


def load(*, tenant: Tenant, battle_id: UUID) -> Stored:
    """Return the battle with the texts of its current turn; raise UnknownBattle."""
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    texts: dict[Side, str | None] = {"a": None}
    if battle.mode != "direct":
        texts["b"] = None
    if len(battle.answers) == battle.turn:
        now = queries.conversation(tenant=tenant, battle_id=battle_id).turns[-1]
        stored: dict[Side, str | None] = {"a": now.answer_a, "b": now.answer_b}
        texts = {side: stored[side] or "" for side in texts}
    void = None
    if battle.voided is not None:
        reason, side = battle.voided.reason, battle.voided.side
        void = {"reason": reason, "message": void_side(reason, side)}
    return Stored(status=battle.status, turn=battle.turn, texts=texts, void=void)
