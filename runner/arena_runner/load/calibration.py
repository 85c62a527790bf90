"""How many words make how many tokens on this server, learnt from its own usage counts."""

from dataclasses import dataclass
from typing import Final

SHORT_WORDS: Final = 32
LONG_WORDS: Final = 288


@dataclass(frozen=True, slots=True)
class Calibration:
    """`overhead_tokens` are those of the chat template, sent with the first message."""

    tokens_per_word: float = 1.3
    overhead_tokens: float = 0.0

    def words(self, tokens: int, *, first: bool = True) -> int:
        """Return how many words make about so many tokens, template included; at least one."""
        left = tokens - (self.overhead_tokens if first else 0.0)
        return max(1, round(left / self.tokens_per_word))

    def tokens(self, words: int) -> int:
        """Return about how many tokens so many words are, without the template; at least one."""
        return max(1, round(words * self.tokens_per_word))


def calibrated(short_tokens: int | None, long_tokens: int | None) -> Calibration | None:
    """Return what the counts of two prompts of SHORT_WORDS and LONG_WORDS say; None for nothing.

    A line through both: its slope is tokens a word, its value at no words the template.
    """
    if short_tokens is None or short_tokens <= 0:
        return None
    if long_tokens is None or long_tokens <= short_tokens:
        return Calibration(tokens_per_word=short_tokens / SHORT_WORDS)
    slope = (long_tokens - short_tokens) / (LONG_WORDS - SHORT_WORDS)
    return Calibration(
        tokens_per_word=slope, overhead_tokens=max(0.0, short_tokens - slope * SHORT_WORDS)
    )
