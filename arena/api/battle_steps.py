"""Steps of a battle that its own endpoints and the chat completions have in common."""

import uuid

import voting.commands
import voting.queries
from arena.accounts.pseudonym import voter_pseudonym
from arena.api.access import ApiRequest, key_of
from arena.api.votes import IDEMPOTENCY_NAMESPACE
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from voting import state, streaming
from voting.commands import Prompt, Terms
from voting.queries import UnknownBoard
from voting.state import UnknownBattle


def own_battle(request: ApiRequest, battle_id: uuid.UUID) -> state.Battle:
    """Return a battle that the request's key has started; raise UnknownBattle for any other."""
    battle = voting.queries.battle(tenant=request.tenant, battle_id=battle_id)
    if battle.started_by != str(key_of(request)):
        raise UnknownBattle("there is no such battle")
    return battle


def battle_id_of(*, tenant: Tenant, key_id: uuid.UUID, idempotency_key: str) -> uuid.UUID:
    """Return the id of the battle that a key starts under this Idempotency-Key."""
    return uuid.uuid5(IDEMPOTENCY_NAMESPACE, f"battle:{tenant.pk}:{key_id}:{idempotency_key}")


def begin(
    *,
    tenant: Tenant,
    key_id: uuid.UUID,
    battle_id: uuid.UUID,
    board: str,
    voter: str | None,
    prompt: Prompt,
    terms: Terms,
) -> bool:
    """Start a battle and its answers; return False when it had been started before.

    The answers of one that a dying process left without any are begun anew.
    """
    try:
        voting.queries.battle(tenant=tenant, battle_id=battle_id)
        is_new = False
    except UnknownBattle:
        streaming.check_capacity()
        is_new = True
    # A prefix of our own: nobody can name a voter who is somebody signed in or another key.
    raw = f"key:{key_id}" if voter is None else f"api:{voter}"
    try:
        started = voting.commands.start_battle(
            tenant=tenant,
            battle_id=battle_id,
            board=board,
            mode="battle",
            voter=voter_pseudonym(tenant=tenant, raw=raw),
            prompt=prompt,
            terms=terms,
            actor=str(key_id),
        )
    except UnknownBoard as error:
        # The address was right; what was sent to it is not.
        raise DomainError(f"{error}; GET battles/terms names those that have battles") from None
    if started.status == "answering":
        streaming.launch(tenant=tenant, battle_id=battle_id, turn=started.turn)
    return is_new


def go_on(
    *, tenant: Tenant, battle_id: uuid.UUID, battle: state.Battle, turn: int, prompt: str
) -> bool:
    """Send a battle's next prompt; return False when it had been sent before."""
    if battle.status == "ready":
        streaming.check_capacity()
    after = voting.commands.continue_battle(
        tenant=tenant,
        battle_id=battle_id,
        voter=battle.started.voter,
        turn=turn,
        text=prompt,
        actor=battle.started_by,
    )
    if after.status == "answering":
        streaming.launch(tenant=tenant, battle_id=battle_id, turn=turn)
    return after.version > battle.version
