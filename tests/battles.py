"""Battles made through commands, as a web process makes them, without calling a model."""

import uuid
from collections.abc import Sequence

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_model
from voting.commands import (
    Answer,
    Ballot,
    Prompt,
    Terms,
    cast_vote,
    enter_contestant,
    open_board,
    record_answers,
    start_battle,
)
from voting.events import Winner
from voting.voters import CONSENT_VERSION

ACTOR = "test"
VOTER = "voter-1"
TERMS = Terms(consent_version=CONSENT_VERSION, publish_prompt=True, speed_hidden=True, source="web")


def contest(
    tenant: Tenant, names: Sequence[str], *, board: str = "text", developers: Sequence[str] = ()
) -> list[str]:
    """Open a board on which these models battle; return their deployments."""
    open_board(
        tenant=tenant,
        slug=board,
        name=board.title(),
        question="Which answer do people prefer?",
        licence="CC-BY-4.0",
        attribution="",
        actor=ACTOR,
    )
    deployments = []
    for number, name in enumerate(names):
        model = register_model(
            tenant=tenant,
            name=name,
            developer=developers[number] if developers else None,
            actor=ACTOR,
        )
        deployment = register_deployment(
            tenant=tenant, model_slug=model, engine="test", actor=ACTOR
        )
        enter_contestant(tenant=tenant, board=board, deployment_slug=deployment, actor=ACTOR)
        deployments.append(deployment)
    return deployments


def answer(text: str = "An answer.", *, output_tokens: int | None = 12) -> Answer:
    """Return a complete answer."""
    return Answer(
        text=text,
        prompt_tokens=5,
        output_tokens=output_tokens,
        time_to_first_token_ms=120,
        generation_ms=900,
        finish_reason="stop",
    )


def started(
    tenant: Tenant, *, board: str = "text", prompt: str = "Why is the sky blue?", voter: str = VOTER
) -> uuid.UUID:
    """Start a battle; the contestants must have been projected. Return its id."""
    battle_id = uuid.uuid4()
    start_battle(
        tenant=tenant,
        battle_id=battle_id,
        board=board,
        mode="battle",
        voter=voter,
        prompt=Prompt(text=prompt),
        terms=TERMS,
        actor=ACTOR,
    )
    return battle_id


def answered(
    tenant: Tenant,
    *,
    board: str = "text",
    prompt: str = "Why is the sky blue?",
    a: str = "An answer.",
    b: str = "Another answer.",
    voter: str = VOTER,
) -> uuid.UUID:
    """Start a battle whose first turn is answered; return its id."""
    battle_id = started(tenant, board=board, prompt=prompt, voter=voter)
    record_answers(
        tenant=tenant, battle_id=battle_id, turn=1, a=answer(a), b=answer(b), actor=ACTOR
    )
    return battle_id


def voted(
    tenant: Tenant,
    winner: Winner = "model_a",
    *,
    board: str = "text",
    prompt: str = "Why is the sky blue?",
    a: str = "An answer.",
    b: str = "Another answer.",
    voter: str = VOTER,
) -> uuid.UUID:
    """Start, answer and vote; return the id of the battle."""
    battle_id = answered(tenant, board=board, prompt=prompt, a=a, b=b, voter=voter)
    cast_vote(
        tenant=tenant,
        battle_id=battle_id,
        voter=voter,
        ballot=Ballot(winner=winner),
        actor=ACTOR,
    )
    return battle_id
