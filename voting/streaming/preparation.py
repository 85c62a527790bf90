"""What is sent to the models of a turn: who is asked, and what has been said before."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import workers.queries
from arena.tenancy.models import Tenant
from voting import queries
from voting.events import Side, VoidReason
from voting.images import media_type
from voting.queries import Conversation
from workers.pieces import Message
from workers.target import Target


class SideFailed(Exception):
    """A side gives no answer, so the battle is void; None where it is nobody's fault."""

    def __init__(self, reason: VoidReason, side: Side | None) -> None:
        super().__init__(f"{side}: {reason}")
        self.reason: VoidReason = reason
        self.side = side


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What one side is asked."""

    target: Target
    messages: list[Message]


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """The calls of a turn, complete before the first of them is sent."""

    sides: dict[Side, Call]
    hides_speed: bool


def prepare(*, tenant: Tenant, battle_id: UUID, turn: int) -> Calls | None:
    """Return what the models are asked; None when the turn is not to be answered (any more).

    Raises UnknownBattle, and SideFailed for a deployment that cannot be asked.
    """
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    if battle.status != "answering" or battle.turn != turn:
        return None
    assignment = queries.assignment(tenant=tenant, battle_id=battle_id)
    conversation = queries.conversation(tenant=tenant, battle_id=battle_id)
    deployments: dict[Side, str] = {"a": assignment.deployment_a}
    if assignment.deployment_b is not None:
        deployments["b"] = assignment.deployment_b
    return Calls(
        sides={
            side: Call(
                target=_target(tenant, deployment, side), messages=_messages(conversation, side)
            )
            for side, deployment in deployments.items()
        },
        hides_speed=battle.started.speed_hidden,
    )


def _target(tenant: Tenant, deployment: str, side: Side) -> Target:
    try:
        return workers.queries.target(tenant=tenant, deployment_slug=deployment)
    except (workers.queries.UnknownEndpoint, workers.queries.SealedSecret):
        raise SideFailed("provider_error", side) from None


def _messages(conversation: Conversation, side: Side) -> list[Message]:
    """Return the system prompt, and of every turn the prompt and this side's own answer."""
    messages: list[Message] = []
    if conversation.system:
        messages.append({"role": "system", "content": conversation.system})
    for texts in conversation.turns:
        content: Any = texts.prompt or ""
        if texts.turn == 1 and conversation.image is not None:
            content = [{"type": "text", "text": content}, _image(conversation.image)]
        messages.append({"role": "user", "content": content})
        answer = texts.answer_a if side == "a" else texts.answer_b
        if answer is not None:
            messages.append({"role": "assistant", "content": answer})
    return messages


def _image(image: bytes) -> dict[str, Any]:
    url = f"data:{media_type(image)};base64,{base64.b64encode(image).decode('ascii')}"
    return {"type": "image_url", "image_url": {"url": url}}
