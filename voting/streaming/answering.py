"""Ask both models of a turn at the same moment, and take what they say."""

import asyncio
from contextlib import aclosing
from typing import Final

from voting.commands import Answer
from voting.events import Side
from voting.streaming.preparation import Call, Calls, SideFailed
from voting.streaming.turn import Answering, Turn
from workers import completions
from workers.pieces import CompletionFailed, Delta, Finished, Timeouts

TIMEOUTS: Final = Timeouts()


async def answer(turn: Turn, calls: Calls) -> dict[Side, Answer]:
    """Fill the turn with what the models say and return their complete answers.

    Raises SideFailed for the side that failed first; the other's request is ended then.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for side, call in calls.sides.items():
                group.create_task(_take(turn.sides[side], call, side))
    except* SideFailed as failures:
        first = failures.exceptions[0]
        raise first from None
    return {side: _answer(answering) for side, answering in turn.sides.items()}


async def _take(answering: Answering, call: Call, side: Side) -> None:
    try:
        stream = completions.stream(call.target, messages=call.messages, timeouts=TIMEOUTS)
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                if isinstance(piece, Delta):
                    answering.add(piece.text)
                elif isinstance(piece, Finished):
                    answering.finished = piece
    except CompletionFailed as failure:
        raise SideFailed(failure.reason, side) from None


def _answer(answering: Answering) -> Answer:
    finished = answering.finished
    if finished is None:
        raise RuntimeError("a stream ended without its last piece")
    return Answer(
        text=answering.text,
        prompt_tokens=finished.prompt_tokens,
        output_tokens=finished.output_tokens,
        time_to_first_token_ms=round(finished.time_to_first_token_ms),
        generation_ms=round(finished.last_token_ms - finished.time_to_first_token_ms),
        finish_reason=finished.finish_reason or "",
    )
