"""What comes out of a streamed completion, and how one fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Message = Mapping[str, Any]
"""`{"role": "system" | "user" | "assistant", "content": text or parts}`. A part is
`{"type": "text", "text": …}` or `{"type": "image_url", "image_url": {"url": "data:…"}}`."""

FailureReason = Literal[
    "timeout", "disconnected", "empty", "provider_error", "refused_target", "too_long"
]


class CompletionFailed(Exception):
    """No answer, for one of a closed set of reasons.

    `detail` is one short line without key or address, for those who manage the endpoint. It may
    quote the provider, who may name the model: never show it to somebody who must not know.
    """

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: FailureReason = reason
        self.detail = detail


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeouts:
    """Seconds that each part of a call may take."""

    slot_s: float = 30.0
    """Waiting until the endpoint's limit on concurrency lets the call in."""
    connect_s: float = 10.0
    """DNS, TCP and TLS."""
    first_token_s: float = 60.0
    idle_s: float = 30.0
    """Between two pieces. Comments that keep a connection alive are no pieces."""
    total_s: float = 300.0
    """From the moment the request was sent to the end of the answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delta:
    """The next part of the answer, `at_ms` after the request was sent."""

    text: str
    at_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reasoning:
    """The next part of what the model thinks before it answers; no part of the answer."""

    text: str
    at_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The end of an answer that is complete. Counts are None where the provider gave none.

    Times are milliseconds on a monotonic clock from just before the request was sent over a
    connection that stood. `output_tokens` include those of the reasoning.
    """

    finish_reason: str | None
    """`stop`, `length` and so on in the words of OpenAI, `other` for any other word."""
    prompt_tokens: int | None
    output_tokens: int | None
    time_to_first_token_ms: float
    """To the first piece of content or reasoning."""
    last_token_ms: float

    @property
    def output_tokens_per_second(self) -> float | None:
        """Return the pace after the first token: (tokens - 1) / (last - first).

        None without a count, and for an answer that arrived in one piece.
        """
        seconds = (self.last_token_ms - self.time_to_first_token_ms) / 1000
        if self.output_tokens is None or self.output_tokens < 2 or seconds <= 0:
            return None
        return (self.output_tokens - 1) / seconds


Piece = Delta | Reasoning | Finished
