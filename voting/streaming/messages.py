"""What followers of a battle are told, the same over a websocket and server-sent events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from typing_extensions import override

from voting.events import Side

SIDES: Final[tuple[Side, Side]] = ("a", "b")
LAST: Final = frozenset({"void", "closed"})
"""After these nothing more can be said of a battle."""


class Place(NamedTuple):
    """How far a follower is: the turn, and the characters that it has of each side."""

    turn: int
    a: int
    b: int

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return the place that `str` made this text of; None when it is no place."""
        parts = text.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
            return None
        # More digits than any answer has characters would be somebody's joke.
        return None if len(text) > 40 else cls(*map(int, parts))

    @override
    def __str__(self) -> str:
        return f"{self.turn}.{self.a}.{self.b}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `data` is the JSON object, `place` how far its reader is after it."""

    place: Place
    data: Mapping[str, Any]

    @property
    def type(self) -> str:
        """Return state, delta, html, complete, void or closed."""
        return str(self.data["type"])

    @property
    def text(self) -> str:
        """Return the JSON text."""
        return json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))

    @property
    def is_last(self) -> bool:
        """Tell whether the battle is closed, so that nothing more will come."""
        return self.type in LAST or self.data.get("status") in ("voted", "skipped", "void")
