"""What keeps a deployment out of the shortlist: the floors of Elo and of sovereignty."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from benchmarks.sovereignty import Assessment, Level
from leaderboards.calculator.inputs import Wish
from leaderboards.cells import Cell

Code = Literal["unrated", "elo_below", "unassessed", "level_below", "score_below"]
LOWEST: Level = "S0"


class Reason(NamedTuple):
    """Why something is left out: a name for programs, and words, a detail after a colon."""

    code: Code
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How sovereign a deployment is for the profile asked for, on the day asked."""

    level: Level
    level_high: Level
    """The same when what is unknown counts in full."""
    score: float
    """0 to 100; what is unknown counts nothing."""
    score_high: float
    coverage_percent: float
    known: int
    """Criteria that are known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A deployment that is not on the shortlist, with every reason."""

    deployment: str
    model_slug: str
    name: str
    label: str
    rating: Cell | None
    sovereignty: Standing | None
    reasons: tuple[Reason, ...]


def standing(found: Assessment | None) -> Standing | None:
    """Return what a shortlist tells of an assessment."""
    if found is None:
        return None
    return Standing(
        level=found.level,
        level_high=found.level_high,
        score=found.low,
        score_high=found.high,
        coverage_percent=found.coverage_percent,
        known=found.known,
    )


def reasons(
    wish: Wish, *, rating: Cell | None, place: Standing | None, is_ranked: bool
) -> tuple[Reason, ...]:
    """Return every floor that is missed; nothing for what belongs on the shortlist.

    `is_ranked` says whether the rating rests on votes enough for the board to rank by it.
    """
    return (*_of_elo(wish, rating, is_ranked=is_ranked), *_of_sovereignty(wish, place))


def _of_elo(wish: Wish, rating: Cell | None, *, is_ranked: bool) -> Iterator[Reason]:
    if wish.elo is None:
        return
    value = rating["value"] if rating else None
    if rating is None or value is None:
        yield Reason("unrated", f"the board {wish.board} does not rate the model")
    elif not is_ranked:
        votes = "vote" if rating["sample"] == 1 else "votes"
        yield Reason(
            "unrated",
            f"the board {wish.board} does not rank the model yet: {rating['sample']} {votes}",
        )
    elif value < wish.elo:
        yield Reason("elo_below", f"Elo below {wish.elo:g}: {value:.0f}")


def _of_sovereignty(wish: Wish, place: Standing | None) -> Iterator[Reason]:
    asked = wish.sovereign
    level = None if asked.level == LOWEST else asked.level
    if level is None and asked.score is None:
        return
    if place is None:
        yield Reason("unassessed", "no fact about its sovereignty has been reviewed")
        return
    if level is not None and place.level < level:
        yield Reason("level_below", f"level below {level}: {place.level}")
    if asked.score is not None and place.score < asked.score:
        yield Reason("score_below", f"score below {asked.score:g} of 100: {place.score:.1f}")
