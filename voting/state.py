"""A battle: its state folded from its stream, and the rules of what may happen to it next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from arena.eventstore.domain import DomainError
from arena.eventstore.reader import StoredEvent
from voting.events import (
    AnswersDelivered,
    BattleContinued,
    BattleSkipped,
    BattleStarted,
    BattleVoided,
    Mode,
    OpenedAssignment,
    Side,
    VoidReason,
    VoteCast,
    VoteRecategorised,
)

Status = Literal["answering", "ready", "voted", "skipped", "void"]

MAX_TURNS: Final = 10
BATTLE_LIFETIME: Final = timedelta(minutes=30)
"""After so long without an event an open battle is void, lest its names stay hidden for ever."""


class UnknownBattle(LookupError):
    """There is no such battle, or it is somebody else's: nobody is told which."""


class BattleRefused(DomainError):
    """The battle is in a state that does not allow it. `code` is stable, for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Battle:
    """What the events of one battle add up to; `version` counts them."""

    started: BattleStarted
    started_by: str
    """Who recorded it: a person's `actor_id`, the id of an API key or the name of a process."""
    started_at: datetime
    changed_at: datetime
    version: int
    status: Status = "answering"
    turn: int = 1
    turns: tuple[BattleStarted | BattleContinued, ...] = ()
    answers: tuple[AnswersDelivered, ...] = ()
    answered_at: datetime | None = None
    voided: BattleVoided | None = None
    vote: VoteCast | None = None
    vote_position: int | None = None
    opened: OpenedAssignment | VoteCast | None = None
    """Who answered; None while the names are hidden."""
    language: str | None = None
    categories: tuple[str, ...] = ()
    filings: int = 0
    """How often the vote was filed under other categories or another language."""

    @property
    def mode(self) -> Mode:
        """Return whether it counts, compares chosen models, or is a chat with one."""
        return self.started.mode

    @property
    def is_open(self) -> bool:
        """Tell whether it can still change."""
        return self.status in ("answering", "ready")

    def check_can_continue(self) -> None:
        """Raise BattleRefused unless another prompt may be sent now."""
        self._check_ready("send another prompt")
        if self.turn >= MAX_TURNS:
            raise BattleRefused(
                "too-many-turns", f"A battle has {MAX_TURNS} turns at most. Vote, or start another."
            )

    def check_can_vote(self) -> None:
        """Raise BattleRefused unless a vote may be cast now."""
        if self.mode == "direct":
            raise BattleRefused("no-vote-here", "A chat with one model has nothing to vote on.")
        if self.status == "voted":
            raise BattleRefused(
                "already-voted", "This battle has been voted on and its names are known."
            )
        self._check_ready("vote")

    def check_can_skip(self) -> None:
        """Raise BattleRefused unless the battle is open."""
        if not self.is_open:
            raise BattleRefused(
                "battle-closed", f"This battle is {self.status}. Start another one."
            )

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the battle has been left alone for too long."""
        return self.is_open and now - self.changed_at > BATTLE_LIFETIME

    def _check_ready(self, wish: str) -> None:
        if self.status == "answering":
            raise BattleRefused(
                "still-answering", f"To {wish}, wait until both answers are complete."
            )
        if self.status == "void":
            reason = self.voided.reason if self.voided else "unknown"
            raise BattleRefused(
                "battle-void", f"This battle is void ({reason}) and does not count. Start another."
            )
        if self.status != "ready":
            raise BattleRefused(
                "battle-closed", f"This battle is {self.status}. Start another one."
            )


def fold(history: Iterable[StoredEvent]) -> Battle:
    """Return the battle that the events of its stream make; raise UnknownBattle for none."""
    battle: Battle | None = None
    for stored in history:
        event = stored.event
        if isinstance(event, BattleStarted):
            battle = Battle(
                started=event,
                started_by=stored.metadata["actor"],
                started_at=stored.recorded_at,
                changed_at=stored.recorded_at,
                version=stored.version,
                turns=(event,),
                language=event.language,
                categories=event.categories,
            )
        elif battle is not None:
            battle = replace(
                _evolve(battle, stored), changed_at=stored.recorded_at, version=stored.version
            )
    if battle is None:
        raise UnknownBattle("there is no such battle")
    return battle


def _evolve(battle: Battle, stored: StoredEvent) -> Battle:
    match stored.event:
        case BattleContinued() as event:
            return replace(
                battle, status="answering", turn=event.turn, turns=(*battle.turns, event)
            )
        case AnswersDelivered() as event:
            return replace(
                battle,
                status="ready",
                answers=(*battle.answers, event),
                answered_at=stored.recorded_at,
            )
        case BattleVoided() as event:
            return replace(battle, status="void", voided=event, opened=event)
        case BattleSkipped() as event:
            return replace(battle, status="skipped", opened=event)
        case VoteCast() as event:
            return replace(
                battle,
                status="voted",
                vote=event,
                vote_position=stored.position,
                opened=event,
                language=event.language,
                categories=event.categories,
            )
        case VoteRecategorised() as event:
            return replace(
                battle,
                language=event.language_after,
                categories=event.categories_after,
                filings=battle.filings + 1,
            )
        case _:
            return battle


def void_side(reason: VoidReason, side: Side | None) -> str:
    """Return the reason in words for people."""
    whose = {"a": "Answer A", "b": "Answer B", None: "An answer"}[side]
    return {
        "timeout": f"{whose} took too long.",
        "disconnected": f"{whose} broke off.",
        "empty": f"{whose} was empty.",
        "provider_error": f"{whose} failed with an error of its provider.",
        "refused_target": f"{whose} comes from an address that this arena may not call.",
        "too_long": f"{whose} was longer than an answer may be.",
        "identity_leak": f"{whose} gave away which model wrote it.",
        "interrupted": "The server stopped while the answers were being written.",
        "abandoned": "Nobody came back to it.",
    }[reason]
