"""Facts about boards, who stands on them, and how they are rated."""

from dataclasses import dataclass
from typing import Final, Literal

from arena.eventstore.domain import DomainEvent

TiePolicy = Literal["half", "exclude"]

DEFAULT_TIES: Final[TiePolicy] = "half"
DEFAULT_PRELIMINARY_BELOW: Final = 30
"""Of a board that sets no policy. Fewer votes leave an interval of over 100 Elo to either side."""


def board_stream(slug: str) -> str:
    """Return the stream of one board."""
    return f"board-{slug}"


@dataclass(frozen=True, kw_only=True)
class BoardOpened(DomainEvent):
    """A board was opened: votes on it are comparable with each other and with no other board."""

    slug: str
    name: str
    """What people see above the table."""
    question: str
    """The one sentence that says what the table answers."""
    licence: str
    """SPDX identifier of the licence under which its votes are published."""
    attribution: str
    """Who must be named when its data is used; empty when nobody must."""


@dataclass(frozen=True, kw_only=True)
class RatingPolicySet(DomainEvent):
    """How a board and its categories are rated from here on."""

    board: str
    ties: TiePolicy
    """Whether a tie is half a win for both, or no vote at all."""
    both_bad: TiePolicy
    reweight_below: int | None
    """Votes of a pair weigh 1 / max(votes of the pair, this); None: every vote weighs 1."""
    preliminary_below: int
    """A model with fewer votes is listed as preliminary and has no tier."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContestantEntered(DomainEvent):
    """A deployment takes part in the battles of a board, for the first time or again."""

    board: str
    deployment_slug: str
    model_slug: str
    weight: float
    """How often it is drawn, relative to the others of the board; 1 is usual."""


@dataclass(frozen=True, kw_only=True)
class ContestantReweighted(DomainEvent):
    """A contestant is drawn more or less often from here on."""

    board: str
    deployment_slug: str
    weight: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContestantRetired(DomainEvent):
    """A contestant is no longer drawn. Its votes stay."""

    board: str
    deployment_slug: str
    reason: str


def contestant_stream(*, board: str, deployment_slug: str) -> str:
    """Return the stream of one deployment on one board."""
    return f"contestant-{board}/{deployment_slug}"
