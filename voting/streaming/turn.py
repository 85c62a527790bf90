"""One turn while it is being answered: what has come, and what has been passed on of it."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from arena.tenancy.models import Tenant
from voting.events import Side
from voting.streaming.pacing import shown_characters, shows_end
from workers.pieces import Finished

Key = tuple[int, UUID]
"""Number of the tenant, id of the battle."""


class Answering:
    """One side: its text as it comes, and how the provider ended it."""

    def __init__(self) -> None:
        self._text = ""
        self._pieces: list[str] = []
        self.characters = 0
        self.finished: Finished | None = None

    def add(self, text: str) -> None:
        """Take the next piece."""
        self._pieces.append(text)
        self.characters += len(text)

    @property
    def text(self) -> str:
        """Return all that has come."""
        if self._pieces:
            self._text += "".join(self._pieces)
            self._pieces.clear()
        return self._text


class Turn:
    """Both sides of a turn; in a direct chat only side a."""

    def __init__(
        self,
        *,
        tenant: Tenant,
        battle_id: UUID,
        number: int,
        sides: Collection[Side],
        hides_speed: bool,
    ) -> None:
        self.tenant: Final = tenant
        self.battle_id: Final = battle_id
        self.number: Final = number
        self.sides: Final = {side: Answering() for side in sides}
        self._hides_speed = hides_speed
        self._passed_on = dict.fromkeys(sides, 0)
        self._ended = dict.fromkeys(sides, False)
        self.has_begun = False
        """Whether followers have been told of it."""

    @property
    def key(self) -> Key:
        """Return what its keys in Redis are made of."""
        return (self.tenant.pk, self.battle_id)

    def delta(self) -> dict[str, Any] | None:
        """Return what may be shown since `confirm` was called last; None for nothing."""
        shown, ended = self._shown()
        parts: dict[str, Any] = {}
        for side, answering in self.sides.items():
            offset = self._passed_on[side]
            if shown[side] > offset or ended[side] > self._ended[side]:
                parts[side] = {"offset": offset, "text": answering.text[offset : shown[side]]}
                if ended[side]:
                    parts[side]["is_complete"] = True
        return {"type": "delta", "turn": self.number, **parts} if parts else None

    def confirm(self, delta: dict[str, Any]) -> None:
        """Note that a delta has been passed on."""
        for side in self.sides:
            if part := delta.get(side):
                self._passed_on[side] = part["offset"] + len(part["text"])
                self._ended[side] = "is_complete" in part

    def start_over(self) -> None:
        """Pass on everything again: what was passed on may be lost."""
        self.has_begun = False
        self._passed_on = dict.fromkeys(self.sides, 0)
        self._ended = dict.fromkeys(self.sides, False)

    def _shown(self) -> tuple[dict[Side, int], dict[Side, bool]]:
        received = {side: answering.characters for side, answering in self.sides.items()}
        complete = {side: answering.finished is not None for side, answering in self.sides.items()}
        return (
            shown_characters(received, complete, hides_speed=self._hides_speed),
            shows_end(complete, hides_speed=self._hides_speed),
        )
