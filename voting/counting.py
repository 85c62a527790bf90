"""Count votes: pure, so that the projection and a look at the past count alike.

Every vote counts on its board and on the boards of its categories and language. A vote that was
filed anew is taken off the boards it left and put on those it joined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from arena.eventstore.domain import DomainEvent
from arena.eventstore.reader import Alike, StoredEvent
from voting.category_boards import boards_of
from voting.events import VoteCast, VoteRecategorised, VoteRecorded
from voting.fielded import Fielded
from voting.text.style import StyleCounts, stratum

EVENTS: Final = (VoteRecorded, VoteCast, VoteRecategorised)
ALIKE_BY: Final = (
    "board", "model_a", "model_b", "winner", "category", "language", "anonymous",
)  # fmt: skip
"""Fields of a recorded vote that, with when it was cast, tell all that is counted of it."""
_TYPE_OF: Final[dict[str, type[DomainEvent]]] = {event.__name__: event for event in EVENTS}
_OUTCOMES: Final = {"model_a": 0, "model_b": 1, "tie": 2, "both_bad": 3}
_NOBODY: Final[Mapping[str, Fielded]] = MappingProxyType({})


class Pair(NamedTuple):
    """Two models on one board; `model_a` stood on the left."""

    board: str
    model_a: str
    model_b: str


class StyledPair(NamedTuple):
    """A pair whose answers differed in style by one stratum (voting.text.style)."""

    board: str
    model_a: str
    model_b: str
    stratum: str


class DeploymentPair(NamedTuple):
    """Two deployments that battled on one board; `deployment_a` stood on the left."""

    board: str
    deployment_a: str
    deployment_b: str


@dataclass(slots=True)
class Counts:
    """Votes as [won by a, won by b, ties, both bad]; and when and where the newest stands."""

    pairs: dict[Pair, list[int]] = field(default_factory=dict)
    styled: dict[StyledPair, list[int]] = field(default_factory=dict)
    fielded: dict[DeploymentPair, list[int]] = field(default_factory=dict)
    """Votes of battles alone: an imported vote names models and no deployment."""
    recorded: dict[Pair, datetime] = field(default_factory=dict)
    cast: dict[Pair, str] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    """Position of the last event that changed a board's counts."""

    def add(self, events: Iterable[StoredEvent], filed: Mapping[str, Fielded] = _NOBODY) -> None:
        """Count more events, in the order of the log.

        `filed` tells by stream who answered where a vote is filed anew (voting.fielded.of_filed);
        one that it does not tell of counts between the models alone.
        """
        for stored in events:
            data = _data(stored)
            if stored.type == "VoteRecorded":
                if data["anonymous"]:
                    self._recorded(
                        data,
                        voted_at=data["voted_at"],
                        number=1,
                        position=stored.position,
                        recorded_at=stored.recorded_at,
                    )
            elif data["mode"] == "battle":
                self._battled(stored, data, _fielded(stored, data, filed))

    def add_alike(self, votes: Iterable[Alike]) -> None:
        """Count recorded votes that are alike in ALIKE_BY and have their greatest `voted_at`."""
        for alike in votes:
            if alike.values["anonymous"] == "true":
                self._recorded(
                    alike.values,
                    voted_at=alike.greatest,
                    number=alike.number,
                    position=alike.position,
                    recorded_at=alike.recorded_at,
                )

    def last_vote_at(self, pair: Pair) -> datetime:
        """Return when the newest vote of the pair was cast, or else recorded."""
        times = [self.recorded[pair]] if pair in self.recorded else []
        if pair in self.cast:
            times.append(datetime.fromisoformat(self.cast[pair]))
        return max(times)

    def _recorded(
        self,
        vote: Mapping[str, Any],
        *,
        voted_at: str | None,
        number: int,
        position: int,
        recorded_at: datetime,
    ) -> None:
        categories = (vote["category"],) if vote["category"] else ()
        for board in boards_of(vote["board"], categories=categories, language=vote["language"]):
            pair = Pair(board, vote["model_a"], vote["model_b"])
            self._count(pair, vote["winner"], number, position)
            if voted_at:
                # Stored times are UTC of one width, so their texts sort as they do.
                self.cast[pair] = max(self.cast.get(pair, ""), voted_at)
            else:
                self._note(pair, recorded_at)

    def _battled(self, stored: StoredEvent, vote: dict[str, Any], fielded: Fielded | None) -> None:
        """Count a vote of a battle where it now belongs, and no longer where it did."""
        if stored.type == "VoteCast":
            left = []
            joined = boards_of(
                vote["board"], categories=vote["categories"], language=vote["language"]
            )
        else:
            before = boards_of(
                vote["board"],
                categories=vote["categories_before"],
                language=vote["language_before"],
            )
            after = boards_of(
                vote["board"], categories=vote["categories_after"], language=vote["language_after"]
            )
            left = [board for board in before if board not in after]
            joined = [board for board in after if board not in before]
        style = _stratum(vote)
        for boards, number in ((left, -1), (joined, 1)):
            for board in boards:
                pair = Pair(board, vote["model_a"], vote["model_b"])
                self._count(pair, vote["winner"], number, stored.position)
                styled = self.styled.setdefault(StyledPair(*pair, style), [0, 0, 0, 0])
                styled[_OUTCOMES[vote["winner"]]] += number
                if fielded is not None:
                    met = self.fielded.setdefault(DeploymentPair(board, *fielded), [0, 0, 0, 0])
                    met[_OUTCOMES[vote["winner"]]] += number
                self._note(pair, stored.recorded_at)

    def _count(self, pair: Pair, winner: str, number: int, position: int) -> None:
        if pair not in self.pairs:
            self.pairs[pair] = [0, 0, 0, 0]
        self.pairs[pair][_OUTCOMES[winner]] += number
        self.positions[pair.board] = max(position, self.positions.get(pair.board, 0))

    def _note(self, pair: Pair, recorded_at: datetime) -> None:
        self.recorded[pair] = max(self.recorded.get(pair, recorded_at), recorded_at)


def boards_counting(event: DomainEvent) -> frozenset[str]:
    """Return the slugs of the boards whose counts an event changes; none for other events."""
    match event:
        case VoteRecorded():
            categories = (event.category,) if event.category else ()
            slugs = boards_of(event.board, categories=categories, language=event.language)
        case VoteCast():
            slugs = boards_of(event.board, categories=event.categories, language=event.language)
        case VoteRecategorised():
            slugs = [
                *boards_of(
                    event.board,
                    categories=event.categories_before,
                    language=event.language_before,
                ),
                *boards_of(
                    event.board, categories=event.categories_after, language=event.language_after
                ),
            ]
        case _:
            slugs = []
    return frozenset(slugs)


def _data(stored: StoredEvent) -> dict[str, Any]:
    """Return the stored values; typed events would make a rebuild a third slower."""
    event = _TYPE_OF[stored.type]
    if stored.type_version == event.VERSION:
        return stored.data
    return event.upcast(stored.data, stored.type_version)


def _fielded(
    stored: StoredEvent, vote: dict[str, Any], filed: Mapping[str, Fielded]
) -> Fielded | None:
    if stored.type == "VoteCast":
        return Fielded(vote["deployment_a"], vote["deployment_b"])
    return filed.get(stored.stream)


def _stratum(vote: dict[str, Any]) -> str:
    a, b = (
        StyleCounts(
            tokens=vote[f"style_tokens_{side}"],
            headers=vote[f"headers_{side}"],
            lists=vote[f"list_items_{side}"],
            bold=vote[f"bold_{side}"],
        )
        for side in "ab"
    )
    return stratum(a, b)
