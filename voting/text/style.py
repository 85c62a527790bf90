"""Pure: the form of an answer in counts, and of two answers in one stratum of the ratings.

Features as in style control (Chatbot Arena, "Does style matter?", 2024): length, headers, lists
and bold, each as a difference of the sides over their sum.
"""

import re
from dataclasses import dataclass
from typing import Final

from voting.text.tokens import count_tokens, without_fenced_code

FEATURES: Final = ("length", "headers", "lists", "bold")
"""Names of the features, in the order in which `features` returns them."""
STEPS: Final = (8, 4, 4, 4)
"""Bins per unit of each feature: length in steps of 1/8, the others in steps of 1/4."""

_HEADER: Final = re.compile(r"^#{1,6}\s", re.MULTILINE)
_LIST: Final = re.compile(r"^[ \t]*(?:\d+\.|[-*+])\s", re.MULTILINE)
_BOLD: Final = re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleCounts:
    """How often an answer does what can please without being right."""

    tokens: int
    """Tokens as `voting.text.tokens` counts them, code included."""
    headers: int
    lists: int
    """List items, numbered or not."""
    bold: int


def count(*turns: str) -> StyleCounts:
    """Return the counts of one side: all its turns together, marks inside fenced code left out."""
    prose = "\n".join(without_fenced_code(turn) for turn in turns)
    return StyleCounts(
        tokens=sum(count_tokens(turn) for turn in turns),
        headers=len(_HEADER.findall(prose)),
        lists=len(_LIST.findall(prose)),
        bold=len(_BOLD.findall(prose)),
    )


def difference(a: int, b: int) -> float:
    """Return (a - b) / (a + b + 1), which lies between -1 and 1 and changes sign with the sides."""
    return (a - b) / (a + b + 1)


def stratum(a: StyleCounts, b: StyleCounts) -> str:
    """Return the bins of the four differences, left minus right, as a key: `3,-1,0,2`.

    Python rounds halves to even, so a swap of the sides changes every sign and nothing else.
    """
    differences = (
        difference(a.tokens, b.tokens),
        difference(a.headers, b.headers),
        difference(a.lists, b.lists),
        difference(a.bold, b.bold),
    )
    return ",".join(
        str(round(value * steps)) for value, steps in zip(differences, STEPS, strict=True)
    )


def features(stratum: str) -> tuple[float, float, float, float]:
    """Return the middle of a stratum's bins: length, headers, lists, bold, each in [-1, 1].

    Raises ValueError for what is not a key of `stratum`.
    """
    bins = stratum.split(",")
    if len(bins) != len(STEPS):
        raise ValueError(f"stratum {stratum!r} has {len(bins)} bins, not {len(STEPS)}")
    length, headers, lists, bold = (
        _middle(int(number), steps) for number, steps in zip(bins, STEPS, strict=True)
    )
    return length, headers, lists, bold


def _middle(number: int, steps: int) -> float:
    if abs(number) > steps:
        raise ValueError(f"bin {number} lies outside -{steps} to {steps}")
    return number / steps
