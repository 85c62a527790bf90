"""A battle's answers as OpenAI's completion, whole or in chunks."""

import json
import uuid
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, Final

import voting.queries
from arena.api.battle_stream import is_end, turn_messages
from arena.api.completion_schemas import AnswerMessage, ChatCompletion, Choice, CompletionBattle
from arena.api.problems import ProblemError, openai_error
from arena.tenancy.models import Tenant
from voting import state
from voting.streaming import Message

_SIDES: Final = ("a", "b")
_HEARTBEAT: Final = b": still here\n\n"
_DONE: Final = b"data: [DONE]\n\n"


async def wait_for_answers(tenant: Tenant, battle_id: uuid.UUID) -> None:
    """Return when the present turn is complete or the battle closed."""
    async with aclosing(turn_messages(tenant, battle_id)) as messages:
        async for _ in messages:
            pass


def completion(*, tenant: Tenant, battle: state.Battle, head: CompletionBattle) -> ChatCompletion:
    """Return both answers of the present turn; raise ProblemError when the battle has none."""
    if battle.voided is not None:
        reason, side = battle.voided.reason, battle.voided.side
        raise ProblemError("answer-failed", state.void_side(reason, side))
    turns = voting.queries.conversation(tenant=tenant, battle_id=head.battle_id).turns
    texts = next(turn for turn in turns if turn.turn == head.turn)
    if texts.answer_a is None or texts.answer_b is None:
        raise ProblemError("battle-closed", f"This battle is {battle.status} without answers.")
    return ChatCompletion(
        **_frame(head, battle),
        choices=[
            Choice(index=0, message=AnswerMessage(content=texts.answer_a)),
            Choice(index=1, message=AnswerMessage(content=texts.answer_b)),
        ],
        arena=head,
    )


async def chunks(
    tenant: Tenant, battle: state.Battle, head: CompletionBattle
) -> AsyncGenerator[bytes, None]:
    """Yield server-sent chunks of both answers, and at the end `[DONE]`."""
    frame = {**_frame(head, battle), "object": "chat.completion.chunk"}
    sent = dict.fromkeys(_SIDES, 0)
    yield _chunk(frame, [_choice(index, role="assistant", content="") for index in (0, 1)], head)
    async with aclosing(turn_messages(tenant, head.battle_id)) as messages:
        async for message in messages:
            if message is None:
                yield _HEARTBEAT
                continue
            if choices := list(_new_text(message, sent)):
                yield _chunk(frame, choices)
            if is_end(message):
                yield _ending(message, frame, head)
    yield _DONE


def _frame(head: CompletionBattle, battle: state.Battle) -> dict[str, Any]:
    return {
        "id": f"battle-{head.battle_id}",
        "created": int(battle.started_at.timestamp()),
        "model": f"arena/{battle.started.board}",
    }


def _new_text(message: Message, sent: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Yield a choice for each side that has more text than was sent."""
    for index, side in enumerate(_SIDES):
        part = message.data.get(side)
        if part is None or "text" not in part:
            continue
        text = part["text"][max(0, sent[side] - part.get("offset", 0)) :]
        if text:
            sent[side] += len(text)
            yield _choice(index, content=text)


def _ending(message: Message, frame: dict[str, Any], head: CompletionBattle) -> bytes:
    void = message.data if message.type == "void" else message.data.get("void")
    if void:
        return _event({"error": openai_error("answer-failed", str(void["message"])).model_dump()})
    return _chunk(frame, [_choice(index, finish_reason="stop") for index in (0, 1)], head)


def _choice(index: int, *, finish_reason: str | None = None, **delta: str) -> dict[str, Any]:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _chunk(
    frame: dict[str, Any], choices: list[dict[str, Any]], head: CompletionBattle | None = None
) -> bytes:
    extension = {} if head is None else {"arena": head.model_dump(mode="json")}
    return _event({**frame, "choices": choices, **extension})


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
