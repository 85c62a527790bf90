"""An answer as it grows, and how long its next piece may take."""

import time

from workers.chunks import Chunk
from workers.pieces import CompletionFailed, Delta, Finished, Piece, Reasoning, Timeouts

# After the last word only the usage is missing: not worth a long wait.
_USAGE_S = 5.0


class Answer:
    """What has come so far, and how long the next piece may take."""

    def __init__(self, *, sent_at: float, timeouts: Timeouts) -> None:
        self._sent_at = sent_at
        self._timeouts = timeouts
        self._first_at: float | None = None
        self._last_at = sent_at
        self._has_text = False
        self._usage: tuple[int | None, int | None] = (None, None)
        self.finish_reason: str | None = None
        self.is_done = False
        self.characters = 0

    def take(self, chunk: Chunk) -> list[Piece]:
        """Return the pieces of a chunk, reasoning first, and note what else it says."""
        pieces: list[Piece] = []
        if chunk.text or chunk.reasoning:
            self._last_at = time.perf_counter()
            self._first_at = self._first_at or self._last_at
            at_ms = self._ms(self._last_at)
            if chunk.reasoning:
                pieces.append(Reasoning(text=chunk.reasoning, at_ms=at_ms))
            if chunk.text:
                pieces.append(Delta(text=chunk.text, at_ms=at_ms))
            self._has_text = self._has_text or (not chunk.text.isspace() and bool(chunk.text))
            self.characters += len(chunk.text) + len(chunk.reasoning)
        self.finish_reason = chunk.finish_reason or self.finish_reason
        if chunk.prompt_tokens is not None or chunk.output_tokens is not None:
            self._usage = (chunk.prompt_tokens, chunk.output_tokens)
        return pieces

    def patience_s(self) -> float:
        """Return for how long the next bytes may be waited for."""
        now = time.perf_counter()
        left_s = self._sent_at + self._timeouts.total_s - now
        if self.finish_reason is not None:
            return min(left_s, _USAGE_S)
        if self._first_at is None:
            return min(left_s, self._sent_at + self._timeouts.first_token_s - now)
        return min(left_s, self._last_at + self._timeouts.idle_s - now)

    def finished(self) -> Finished:
        """Return the end of the answer; raise CompletionFailed when it is none."""
        if not self.is_done and self.finish_reason is None:
            raise CompletionFailed("disconnected", "the connection ended before the answer did")
        if self._first_at is None or not self._has_text:
            raise CompletionFailed("empty", "the answer has no text")
        return Finished(
            finish_reason=self.finish_reason,
            prompt_tokens=self._usage[0],
            output_tokens=self._usage[1],
            time_to_first_token_ms=self._ms(self._first_at),
            last_token_ms=self._ms(self._last_at),
        )

    def _ms(self, at: float) -> float:
        return (at - self._sent_at) * 1000
