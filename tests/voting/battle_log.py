"""A log in which battles begin, go on and end in every way there is."""

import random
from collections.abc import Callable

from arena.tenancy.models import Tenant
from tests.voting import battling
from voting.commands import (
    Ballot,
    cast_vote,
    continue_battle,
    erase_battle,
    recategorise_vote,
    retire_contestant,
    reweight_contestant,
    skip_battle,
    void_battle,
)
from voting.events import Winner

_WINNERS: tuple[Winner, ...] = ("model_a", "model_b", "tie", "both_bad")


def fight(tenant: Tenant, rng: random.Random, *, battles: int, between: Callable[[], None]) -> None:
    """Let contestants come, battle and go on a board of their own."""
    board = "battles"
    deployments = battling.contest(tenant, "one", "two", "three", "four", board=board)
    reweight_contestant(
        tenant=tenant, board=board, deployment_slug=deployments[0], weight=2.5,
        reason="It is new.", actor="test",
    )  # fmt: skip
    between()
    for index in range(battles):
        _battle(tenant, rng, index, board, between)
    for deployment in deployments[2:]:
        retire_contestant(
            tenant=tenant, board=board, deployment_slug=deployment, reason="It is old.",
            actor="test",
        )  # fmt: skip
        between()
    battling.contest(tenant, "four", board=board)


def _battle(
    tenant: Tenant, rng: random.Random, index: int, board: str, between: Callable[[], None]
) -> None:
    battle_id = battling.begin(tenant, board=board, prompt=rng.choice(("Why?", "Write code.")))
    between()
    if index % 7 == 0:
        return
    battling.answered(tenant, battle_id=battle_id)
    if index % 3 == 0:
        continue_battle(
            tenant=tenant, battle_id=battle_id, voter=battling.VOTER, turn=2, text="And?",
            actor="test",
        )  # fmt: skip
        between()
        battling.answered(tenant, turn=2, battle_id=battle_id)
    between()
    if index % 5 == 1:
        void_battle(tenant=tenant, battle_id=battle_id, reason="timeout", side="b", actor="test")
    elif index % 5 == 2:
        skip_battle(tenant=tenant, battle_id=battle_id, voter=battling.VOTER, actor="test")
    elif index % 5 == 3:
        return
    else:
        ballot = Ballot(winner=rng.choice(_WINNERS), comment="Close.")
        cast_vote(
            tenant=tenant, battle_id=battle_id, voter=battling.VOTER, ballot=ballot, actor="test"
        )
        between()
        if rng.random() < 0.5:
            recategorise_vote(
                tenant=tenant, battle_id=battle_id, categories=rng.sample(("code", "maths"), 1),
                language=rng.choice((None, "de")), actor="test",
            )  # fmt: skip
    between()
    if index % 4 == 0:
        erase_battle(tenant=tenant, battle_id=battle_id, reason="moderation", actor="test")
