"""One follower's place in a transcript, and what it has to be told to catch up.

Nothing is queued for a follower: one that is slow gets fewer and longer deltas.
"""

from typing import Any

from voting.events import Side
from voting.streaming.messages import SIDES, Message, Place
from voting.streaming.transcript import SideText, Transcript


class Cursor:
    """What a follower has been told. `after` is the place it says it has reached before."""

    def __init__(self, transcript: Transcript, *, after: Place | None, with_html: bool) -> None:
        self._transcript = transcript
        self._with_html = with_html
        self._epoch = -1
        self._status = "answering"
        self._sent: dict[Side, int] = {"a": 0, "b": 0}
        self._rendered: dict[Side, int] = {"a": 0, "b": 0}
        if after is not None and self._is_of_now(after):
            self._epoch = transcript.epoch
            self._sent = {"a": after.a, "b": after.b}

    def catch_up(self) -> list[Message]:
        """Return what has happened since the last call, oldest first."""
        if self._epoch != self._transcript.epoch:
            return [self._state()]
        messages = [*self._delta(), *self._html()]
        if self._status != self._transcript.status:
            self._status = self._transcript.status
            messages.append(self._message(self._ending()))
        return messages

    def _is_of_now(self, after: Place) -> bool:
        has = {side: len(text.text) for side, text in self._transcript.sides.items()}
        return (
            after.turn == self._transcript.turn
            and after.a <= has.get("a", 0)
            and after.b <= has.get("b", 0)
        )

    def _state(self) -> Message:
        now = self._transcript
        self._epoch, self._status = now.epoch, now.status
        for side, has in now.sides.items():
            self._sent[side], self._rendered[side] = len(has.text), has.html_characters
        return self._message(
            {
                "type": "state",
                "status": now.status,
                "turn": now.turn,
                **{side: self._side(now.sides.get(side)) for side in SIDES},
                "void": now.void,
            }
        )

    def _side(self, has: SideText | None) -> dict[str, Any] | None:
        if has is None:
            return None
        html = {"html": has.html, "html_characters": has.html_characters} if self._with_html else {}
        return {"text": has.text, **html, "is_complete": has.is_complete}

    def _delta(self) -> list[Message]:
        parts: dict[str, Any] = {}
        for side, has in self._transcript.sides.items():
            offset = self._sent[side]
            if offset < len(has.text):
                parts[side] = {"offset": offset, "text": has.text[offset:]}
                self._sent[side] = len(has.text)
        return [self._message({"type": "delta", **self._turn(), **parts})] if parts else []

    def _html(self) -> list[Message]:
        """At the end of a turn `complete` brings it."""
        parts: dict[str, Any] = {}
        if not self._with_html or self._transcript.status != "answering":
            return []
        for side, has in self._transcript.sides.items():
            if self._rendered[side] < has.html_characters:
                parts[side] = _rendered(has)
                self._rendered[side] = has.html_characters
        return [self._message({"type": "html", **self._turn(), **parts})] if parts else []

    def _ending(self) -> dict[str, Any]:
        now = self._transcript
        if now.status == "ready":
            sides = now.sides.items() if self._with_html else ()
            return {"type": "complete", **self._turn()} | {
                side: _rendered(has) for side, has in sides
            }
        if now.status == "void":
            return {"type": "void", **(now.void or {})}
        return {"type": "closed", "status": now.status}

    def _turn(self) -> dict[str, int]:
        return {"turn": self._transcript.turn}

    def _message(self, data: dict[str, Any]) -> Message:
        return Message(Place(self._transcript.turn, self._sent["a"], self._sent["b"]), data)


def _rendered(has: SideText) -> dict[str, Any]:
    return {"html": has.html, "characters": has.html_characters}
