"""What is asked: texts of wanted lengths, a pure function of prompt, seed and salt."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from arena_runner.contract.profile import SyntheticPrompt
from arena_runner.load.calibration import Calibration
from arena_runner.load.words import WORDS

PrefixCaching = Literal["off", "on", "as_configured"]
_SALTED_WORDS: Final = 12
"""Words that make a prompt unique: more than 2^100 ways with this list."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing a user says, and about how long it and the answer should be, in tokens."""

    text: str
    input_tokens: int | None
    output_tokens: int


class Prompts(Protocol):
    """Where the prompts of a point come from."""

    def conversation(self, run: int, index: int, turns: int) -> Sequence[Turn]:
        """Return the turns of a user; the same for the same arguments. Warm-ups are run -1."""
        ...


class SyntheticPrompts:
    """Random words from our own list.

    Unless prefixes may be cached, each prompt starts with words that the salt decides: a new salt
    for each execution keeps a server from knowing them from an earlier one. With prefix caching
    on, all prompts of a point share their context, which the warm-ups have then loaded.
    """

    def __init__(
        self,
        prompt: SyntheticPrompt,
        *,
        calibration: Calibration,
        seed: str,
        salt: str,
        prefix_caching: PrefixCaching = "off",
    ) -> None:
        self._prompt = prompt
        self._calibration = calibration
        self._seed = seed
        self._salt = salt
        self._shared = prefix_caching == "on"
        self._context = self._shared_context() if self._shared else ""

    def conversation(self, run: int, index: int, turns: int) -> Sequence[Turn]:
        """Return the turns of a user; the first carries the context."""
        draws = random.Random(f"{self._seed}/prompt/{run}/{index}")
        salted = random.Random(f"{self._salt}/{self._seed}/prompt/{run}/{index}")
        return tuple(self._turn(draws, salted, first=turn == 0) for turn in range(turns))

    def _turn(self, draws: random.Random, salted: random.Random, *, first: bool) -> Turn:
        prompt = self._prompt
        own_tokens = drawn(prompt.input_tokens, prompt.spread, draws)
        output_tokens = drawn(prompt.output_tokens, prompt.spread, draws)
        context_tokens = prompt.context_tokens if first else 0
        own_words = self._calibration.words(own_tokens, first=first and not self._context)
        if self._shared:
            text = _joined(self._context if first else "", _words(own_words, draws, salted))
        else:
            before = self._calibration.words(context_tokens, first=False) if context_tokens else 0
            text = _words(own_words + before, draws, salted)
        return Turn(text, own_tokens + context_tokens, output_tokens)

    def _shared_context(self) -> str:
        tokens = self._prompt.context_tokens
        if not tokens:
            return ""
        draws = random.Random(f"{self._seed}/context")
        return _words(
            self._calibration.words(tokens), draws, random.Random(f"{self._salt}/{self._seed}")
        )


def drawn(mean: int, spread: float, draws: random.Random) -> int:
    """Return an integer, uniform from mean * (1 - spread) to mean * (1 + spread), at least 1."""
    if not spread:
        return mean
    # Rounded first: 50 * (1 - 0.9) is 5, and a little less than 5 in floating point.
    least, most = round(mean * (1 - spread), 6), round(mean * (1 + spread), 6)
    return draws.randint(max(1, math.floor(least)), math.ceil(most))


def probe_text(words: int, *, seed: str, salt: str) -> str:
    """Return so many words, for finding out how many tokens they are."""
    return _words(words, random.Random(f"{seed}/probe/{words}"), random.Random(f"{salt}/{words}"))


def salted_words(key: str) -> str:
    """Return words that differ with every key, to begin a prompt with."""
    return " ".join(random.Random(key).choices(WORDS, k=_SALTED_WORDS))


def _words(number: int, draws: random.Random, salted: random.Random) -> str:
    salt = min(number, _SALTED_WORDS)
    return " ".join(salted.choices(WORDS, k=salt) + draws.choices(WORDS, k=number - salt))


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
