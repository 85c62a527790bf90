"""Pure: what one person's votes say, and how far others agree.

A Bradley-Terry fit needs more votes than one person casts, so the board of a person is a share
pulled towards the mean: (points + 2 m) / (battles + 2), the rule of compar:IA.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from scipy.special import betaincinv

MIN_VOTES: Final = 30
"""Votes on a board before its shares are shown to the person."""
MIN_OTHERS: Final = 5
"""Votes of others on a pair before a share of them is shown."""
_PULL: Final = 2.0
_TAILS: Final = (0.025, 0.975)
_POINTS: Final = {"model_a": (1.0, 0.0), "model_b": (0.0, 1.0)}
_SHARED: Final = (0.5, 0.5)


class OwnVote(NamedTuple):
    """One counted vote of the person; `model_a` stood on the left."""

    board: str
    model_a: str
    model_b: str
    winner: str
    position: int


class Outcomes(NamedTuple):
    """Votes on two models in alphabetical order, wherever they stood."""

    first: int = 0
    second: int = 0
    ties: int = 0
    both_bad: int = 0

    def plus(self, other: "Outcomes") -> "Outcomes":
        """Return both together."""
        return Outcomes(*(own + more for own, more in zip(self, other, strict=True)))

    def without(self, other: "Outcomes") -> "Outcomes":
        """Return these votes less the others, never below none."""
        return Outcomes(*(max(0, own - less) for own, less in zip(self, other, strict=True)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A model on a person's board; share and its 95 % interval are between 0 and 1."""

    model: str
    battles: int
    points: float
    share: float
    lower: float
    upper: float


class Agreement(NamedTuple):
    """How many of `others` voted as the person did; None for a share of too few."""

    agreed: float
    others: int

    @property
    def share(self) -> float | None:
        """Return the share of the others who agree, None for fewer than MIN_OTHERS."""
        return self.agreed / self.others if self.others >= MIN_OTHERS else None

    @property
    def percent(self) -> float | None:
        """Return the share in percent."""
        return None if self.share is None else self.share * 100


class MeanAgreement(NamedTuple):
    """Mean share of others who voted as the person did, over `votes`; None without any."""

    share: float | None
    votes: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent."""
        return None if self.share is None else self.share * 100


def pair_of(model_a: str, model_b: str) -> tuple[str, str]:
    """Return two slugs in alphabetical order."""
    return (model_a, model_b) if model_a < model_b else (model_b, model_a)


def outcome(model_a: str, model_b: str, winner: str) -> Outcomes:
    """Return one vote as a count."""
    if winner == "tie":
        return Outcomes(ties=1)
    if winner == "both_bad":
        return Outcomes(both_bad=1)
    preferred = model_a if winner == "model_a" else model_b
    return Outcomes(first=1) if preferred == pair_of(model_a, model_b)[0] else Outcomes(second=1)


def standings(votes: Iterable[OwnVote]) -> list[Standing]:
    """Return the models of one board, best first; a tie or both bad is half a point for both.

    The interval is that of the Beta distribution whose mean the share is, with the points won and
    lost and the 2 m added by the rule.
    """
    points: dict[str, float] = {}
    battles: dict[str, int] = {}
    for vote in votes:
        for model, won in zip(
            (vote.model_a, vote.model_b), _POINTS.get(vote.winner, _SHARED), strict=True
        ):
            points[model] = points.get(model, 0.0) + won
            battles[model] = battles.get(model, 0) + 1
    if not battles:
        return []
    mean = sum(points.values()) / sum(battles.values())
    rows = [
        _standing(model, points=points[model], battles=count, mean=mean)
        for model, count in battles.items()
    ]
    return sorted(rows, key=lambda row: (-row.share, row.model))


def agreement(*, vote: Outcomes, others: Outcomes) -> Agreement:
    """Return how many others chose what one vote chose."""
    agreed = sum(count for count, chosen in zip(others, vote, strict=True) if chosen)
    return Agreement(agreed=agreed, others=sum(others))


def mean_agreement(
    votes: Iterable[OwnVote], others: Mapping[tuple[str, str, str], Outcomes]
) -> MeanAgreement:
    """Return the mean over votes on pairs with enough votes of others.

    `others` are the votes of everybody else, by board and the two slugs in alphabetical order.
    """
    shares = []
    for vote in votes:
        everybody = others.get((vote.board, *pair_of(vote.model_a, vote.model_b)), Outcomes())
        own = outcome(vote.model_a, vote.model_b, vote.winner)
        share = agreement(vote=own, others=everybody).share
        if share is not None:
            shares.append(share)
    return MeanAgreement(share=sum(shares) / len(shares) if shares else None, votes=len(shares))


def _standing(model: str, *, points: float, battles: int, mean: float) -> Standing:
    won = points + _PULL * mean
    lost = battles - points + _PULL * (1 - mean)
    lower, upper = (float(betaincinv(won, lost, tail)) for tail in _TAILS)
    return Standing(
        model=model,
        battles=battles,
        points=points,
        share=won / (battles + _PULL),
        lower=lower,
        upper=upper,
    )
