"""Turn a battle as voting knows it into what the API shows of it."""

from uuid import UUID

import voting.queries
from arena.api.battle_schemas import (
    Battle,
    BattleVote,
    Figures,
    OpenedSide,
    Opponents,
    SideAnswer,
    Turn,
    Void,
)
from arena.tenancy.models import Tenant
from voting import state
from voting.events import AnswersDelivered, Side
from voting.queries import Conversation, TurnTexts


def battle_shape(*, tenant: Tenant, battle_id: UUID, battle: state.Battle) -> Battle:
    """Return a battle with its texts; with names and figures only when it is closed."""
    texts = voting.queries.conversation(tenant=tenant, battle_id=battle_id)
    delivered = {event.turn: event for event in battle.answers}
    return Battle(
        id=battle_id,
        board=battle.started.board,
        mode=battle.mode,
        status=battle.status,
        turn=battle.turn,
        turns=[_turn(turn, battle, delivered.get(turn.turn)) for turn in texts.turns],
        system=texts.system,
        started_at=battle.started_at,
        changed_at=battle.changed_at,
        expires_at=battle.changed_at + state.BATTLE_LIFETIME if battle.is_open else None,
        language=battle.language,
        categories=list(battle.categories),
        consent_version=battle.started.consent_version,
        publish_prompt=battle.started.publish_prompt,
        speed_hidden=battle.started.speed_hidden,
        is_erased=texts.is_erased,
        vote=_vote(battle, texts),
        void=_void(battle),
        opponents=_opponents(battle),
    )


def _turn(texts: TurnTexts, battle: state.Battle, delivered: AnswersDelivered | None) -> Turn:
    figures = None if battle.is_open else delivered
    return Turn(
        turn=texts.turn,
        prompt=texts.prompt,
        a=SideAnswer(text=texts.answer_a, figures=figures and _figures(figures, "a")),
        b=SideAnswer(text=texts.answer_b, figures=figures and _figures(figures, "b")),
    )


def _figures(delivered: AnswersDelivered, side: Side) -> Figures:
    return Figures(**{name: getattr(delivered, f"{name}_{side}") for name in Figures.model_fields})


def _vote(battle: state.Battle, texts: Conversation) -> BattleVote | None:
    if battle.vote is None or battle.vote_position is None:
        return None
    return BattleVote(
        winner=battle.vote.winner,
        reasons=list(battle.vote.reasons),
        comment=texts.comment,
        position=battle.vote_position,
    )


def _void(battle: state.Battle) -> Void | None:
    if battle.voided is None:
        return None
    reason, side = battle.voided.reason, battle.voided.side
    return Void(reason=reason, side=side, message=state.void_side(reason, side))


def _opponents(battle: state.Battle) -> Opponents | None:
    opened = battle.opened
    if opened is None or opened.model_b is None or opened.deployment_b is None:
        return None
    return Opponents(
        a=OpenedSide(model=opened.model_a, deployment=opened.deployment_a),
        b=OpenedSide(model=opened.model_b, deployment=opened.deployment_b),
        pair_probability_ppb=opened.pair_probability_ppb,
        assignment_salt=opened.assignment_salt,
    )
