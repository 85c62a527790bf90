"""A battle's current turn as one web process knows it: texts so far, rendered HTML, status."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from voting.events import Side
from voting.state import Status
from voting.streaming.messages import SIDES


@dataclass(kw_only=True, slots=True)
class SideText:
    """One answer so far. `html` renders its first `html_characters` characters."""

    text: str = ""
    is_complete: bool = False
    html: str = ""
    html_characters: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A battle as PostgreSQL has it; texts are None where not stored yet, or erased."""

    status: Status
    turn: int
    texts: dict[Side, str | None]
    """Side b is missing in a direct chat."""
    void: dict[str, str] | None


@dataclass(kw_only=True, slots=True)
class Transcript:
    """What followers are told from. `epoch` grows when what they have is of another turn.

    It is fed in any order and more than once: a delta that is known is left out, and one that
    leaves a gap waits for the stored answer.
    """

    turn: int = 0
    status: Status = "answering"
    sides: dict[Side, SideText] = field(default_factory=dict)
    void: dict[str, str] | None = None
    epoch: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the next change; after that there is another one."""

    def begin(self, turn: int) -> bool:
        """Forget the turn before; return False, and do nothing, when this one has begun."""
        if turn <= self.turn:
            return False
        self.turn, self.status, self.void = turn, "answering", None
        self.sides = {side: SideText() for side in self.sides or SIDES}
        self.epoch += 1
        self.notify()
        return True

    def extend(self, delta: dict[str, Any]) -> None:
        """Take what a delta adds to the texts of its turn."""
        if delta["turn"] != self.turn or self.status != "answering":
            return
        for side in SIDES:
            part = delta.get(side)
            if part is None or side not in self.sides:
                continue
            has = self.sides[side]
            known = len(has.text) - part["offset"]
            if known < 0:
                continue
            has.text += part["text"][known:]
            has.is_complete = has.is_complete or bool(part.get("is_complete"))
        self.notify()

    @property
    def is_whole(self) -> bool:
        """Tell whether every answer has come to its end without a gap."""
        return all(side.is_complete for side in self.sides.values())

    def close(self, status: Status, *, void: dict[str, str] | None = None) -> None:
        """Note that the battle is over, or that its answers are stored."""
        self.status, self.void = status, void
        self.notify()

    def take(self, stored: Stored) -> None:
        """Take the turn and the texts that are stored, where that is more than what is known."""
        if stored.turn > self.turn:
            self.sides = {side: SideText() for side in stored.texts}
            self.begin(stored.turn)
        if stored.turn < self.turn:
            return
        for side, text in stored.texts.items():
            if text is not None:
                # Deltas are of this very text, so what followers have is its beginning.
                self.sides[side].text = text
                self.sides[side].is_complete = True
        self.notify()

    def notify(self) -> None:
        """Wake every follower."""
        self.changed.set()
        self.changed = asyncio.Event()
