"""What the page of a battle shows: pure apart from reading its texts and, once known, its names."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.safestring import SafeString

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from voting.events import Side
from voting.queries import Conversation
from voting.reveal import Names, reveal
from voting.state import MAX_TURNS, Battle, void_side
from voting.text.markdown import render

TITLES: Final = {"battle": "Battle", "side_by_side": "Side by side", "direct": "Chat"}
VOTE_BUTTONS: Final = (
    # winner, key, label, label where there is little room
    ("model_a", "1", "A better", "A"),
    ("tie", "3", "Tie", "Tie"),
    ("both_bad", "4", "Both bad", "Both bad"),
    ("model_b", "2", "B better", "B"),
)
_CHOICES: Final = {
    "model_a": "You preferred answer A.",
    "model_b": "You preferred answer B.",
    "tie": "You called it a tie.",
    "both_bad": "You found both answers bad.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnView:
    """One prompt and one side's answer to it; None where not there yet, or erased."""

    turn: int
    prompt: str | None
    html: SafeString | None
    is_running: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SideView:
    """One side from its first turn on; `name` is None while the model is hidden."""

    side: Side
    label: str
    name: str | None
    model_slug: str | None
    turns: tuple[TurnView, ...]


def page(*, tenant: Tenant, battle_id: UUID, battle: Battle) -> dict[str, Any]:
    """Return the context of the page; before the vote nothing in it tells the sides apart."""
    names = _names(tenant, battle_id, battle)
    talk = voting.queries.conversation(tenant=tenant, battle_id=battle_id)
    has_figures = battle.opened is not None or (battle.mode == "direct" and battle.answers)
    return {
        "battle": battle,
        "battle_id": battle_id,
        "board": voting.queries.board(tenant=tenant, slug=battle.started.board),
        "title": TITLES[battle.mode],
        "sentence": sentence(battle),
        "sides": _sides(tenant, battle, talk, names),
        "conversation": talk,
        "reveal": reveal(tenant=tenant, battle=battle, names=names)
        if names is not None and has_figures
        else None,
        "next_turn": battle.turn + 1,
        "may_continue": battle.status == "ready" and battle.turn < MAX_TURNS,
        "max_turns": MAX_TURNS,
        "categories": categories(battle),
        "vote_buttons": VOTE_BUTTONS,
    }


def categories(battle: Battle) -> list[str]:
    """Return how the battle is filed, or would be if it were voted on now."""
    guessed = {"multi-turn"} if battle.vote is None and battle.turn > 1 else set[str]()
    return sorted({*battle.categories, *guessed})


def sentence(battle: Battle) -> str:
    """Return in one sentence how the battle stands."""
    is_chat = battle.mode == "direct"
    match battle.status:
        case "answering":
            return "The model is writing." if is_chat else "Both models are writing."
        case "ready":
            return "The answer is complete." if is_chat else "Both answers are complete."
        case "voted":
            return _CHOICES[battle.vote.winner] if battle.vote else ""
        case "skipped":
            return "This chat is closed." if is_chat else "You skipped this battle."
        case "void":
            return void_reason(battle)


def void_reason(battle: Battle) -> str:
    """Return why the battle is void, in words."""
    if battle.voided is None:
        raise ValueError("the battle is not void")
    return void_side(battle.voided.reason, battle.voided.side)


def _names(tenant: Tenant, battle_id: UUID, battle: Battle) -> Names | None:
    if battle.opened is None and battle.mode != "battle":
        return voting.queries.assignment(tenant=tenant, battle_id=battle_id)
    return battle.opened


def _sides(
    tenant: Tenant, battle: Battle, talk: Conversation, names: Names | None
) -> list[SideView]:
    sides: tuple[Side, ...] = ("a",) if battle.mode == "direct" else ("a", "b")
    return [_side(tenant, battle, talk, names, side) for side in sides]


def _side(
    tenant: Tenant, battle: Battle, talk: Conversation, names: Names | None, side: Side
) -> SideView:
    slug: str | None = getattr(names, f"model_{side}") if names is not None else None
    turns = []
    for texts in talk.turns:
        answer = texts.answer_a if side == "a" else texts.answer_b
        turns.append(
            TurnView(
                turn=texts.turn,
                prompt=texts.prompt,
                html=None if answer is None else render(answer),
                is_running=battle.status == "answering" and texts.turn == battle.turn,
            )
        )
    return SideView(
        side=side,
        label="Answer" if battle.mode == "direct" else f"Answer {side.upper()}",
        name=benchmarks.queries.model(tenant=tenant, slug=slug).name if slug else None,
        model_slug=slug,
        turns=tuple(turns),
    )
