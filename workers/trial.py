"""Ask an endpoint one short question, to see whether and how fast it answers."""

from contextlib import aclosing
from dataclasses import dataclass

from asgiref.sync import async_to_sync

from workers.completions import stream
from workers.guarded_http import GuardedClient
from workers.pieces import CompletionFailed, Delta, FailureReason, Finished, Timeouts
from workers.target import Target

_QUESTION = "In one short sentence: why is the sky blue?"
_MAX_TOKENS = 128
_SHOWN_CHARACTERS = 600
_TIMEOUTS = Timeouts(slot_s=5, connect_s=5, first_token_s=25, idle_s=10, total_s=40)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What came of it: an answer that is `finished`, or the reason for none."""

    question: str
    answer: str
    finished: Finished | None
    failure: FailureReason | None = None
    detail: str = ""


def try_endpoint(target: Target) -> Trial:
    """Ask and wait for the whole answer, at most 40 seconds; from code that is not async."""
    trial: Trial = async_to_sync(_try)(target)
    return trial


async def _try(target: Target) -> Trial:
    answer, finished = "", None
    try:
        # Connections of its own: the loop may end with this call.
        async with GuardedClient() as client, aclosing(
            stream(
                target,
                messages=[{"role": "user", "content": _QUESTION}],
                max_output_tokens=_MAX_TOKENS,
                timeouts=_TIMEOUTS,
                client=client,
            )
        ) as pieces:  # fmt: skip
            async for piece in pieces:
                match piece:
                    case Delta():
                        answer += piece.text
                    case Finished():
                        finished = piece
    except CompletionFailed as error:
        return Trial(
            question=_QUESTION,
            answer="",
            finished=None,
            failure=error.reason,
            detail=error.detail,
        )
    return Trial(question=_QUESTION, answer=answer[:_SHOWN_CHARACTERS], finished=finished)
