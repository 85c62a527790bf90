"""Prompts as people write them, none like another."""

import random
from typing import Final

_OPENINGS: Final = (
    "Tell me about", "What do you think of", "Why do people like", "Describe", "Who invented",
    "Write a letter about", "What happens after", "Give me advice on", "How old is",
)  # fmt: skip
_SUBJECTS: Final = (
    "the sea", "a long journey", "my neighbour's dog", "the weather in spring", "an old house",
    "railways", "a garden at night", "letters from abroad", "the price of bread", "winter",
    "a clever question", "silence",
)  # fmt: skip


def prompt(randomness: random.Random) -> str:
    """Return a prompt of about ten words with a number that makes it unlike the others."""
    opening, subject = randomness.choice(_OPENINGS), randomness.choice(_SUBJECTS)
    number = randomness.randrange(10_000)
    return f"{opening} {subject}, in at most forty words. My lucky number is {number}."
