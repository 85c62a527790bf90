"""Tokens: how text becomes numbers and back, by words or by characters, without loss."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

Unit = Literal["word", "character"]

# Marks of the structure of a conversation; none of them has a text.
UNKNOWN, QUESTION, ANSWER, END = range(4)
_MARKS = 4
# A word takes the blank before it along, so that joined tokens are the text again.
_WORD = re.compile(r" ?[^\W\d_]+(?:['’-][^\W\d_]+)*| ?\d+| ?[^\w\s]| ?_|\n+|\s")


def pieces(text: str, unit: Unit) -> Sequence[str]:
    """Cut the text into tokens; joined they are the text."""
    return _WORD.findall(text) if unit == "word" else text


class Vocabulary:
    """The tokens of the training text, numbered after the four marks."""

    def __init__(self, texts: Iterable[str], unit: Unit) -> None:
        self.unit = unit
        known = dict.fromkeys(piece for text in texts for piece in pieces(text, unit))
        self._pieces = ("",) * _MARKS + tuple(known)
        self._ids = {piece: number for number, piece in enumerate(self._pieces) if piece}

    def __len__(self) -> int:
        return len(self._pieces)

    def encode(self, text: str) -> list[int]:
        """Return one number a token; a token that the training text lacks is UNKNOWN."""
        return [self._ids.get(piece, UNKNOWN) for piece in pieces(text, self.unit)]

    def text_of(self, token: int) -> str:
        """Return the text of a token; empty for a mark."""
        return self._pieces[token]
