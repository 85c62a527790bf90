"""Pure: what happened when two models met, beside what their ratings expect."""

from collections.abc import Iterable
from dataclasses import dataclass

from leaderboards.differences import Difference
from leaderboards.proportions import wilson_interval
from voting.queries import PairRow, RatingPolicy


@dataclass(frozen=True, kw_only=True, slots=True)
class Meetings:
    """The votes between two models, whoever stood on the left; `n` are those that count."""

    first: str
    second: str
    wins: int
    losses: int
    ties: int
    both_bad: int
    n: int
    share: float | None
    """Points of `first` for a vote, a draw that counts being half a point; None without votes."""
    lower: float | None
    """Of the 95 % Wilson interval, which is wider than need be where many votes are draws."""
    upper: float | None

    @property
    def votes(self) -> int:
        """Return all votes between the two, also those that the rules of the board leave out."""
        return self.wins + self.losses + self.ties + self.both_bad


@dataclass(frozen=True, kw_only=True, slots=True)
class Opponent:
    """One row of a win matrix; `expected` is None where a rating is missing."""

    slug: str
    name: str
    met: Meetings
    expected: Difference | None

    @property
    def is_as_expected(self) -> bool | None:
        """Return whether the observed interval holds the expected share; None without either."""
        if self.expected is None or self.met.lower is None or self.met.upper is None:
            return None
        return self.met.lower <= self.expected.first_share <= self.met.upper


def meetings(pairs: Iterable[PairRow], first: str, second: str, policy: RatingPolicy) -> Meetings:
    """Return the votes between two models by the rules of the board."""
    wins = losses = ties = both_bad = 0
    for row in pairs:
        if (row.model_a, row.model_b) == (first, second):
            wins, losses = wins + row.wins_a, losses + row.wins_b
        elif (row.model_a, row.model_b) == (second, first):
            wins, losses = wins + row.wins_b, losses + row.wins_a
        else:
            continue
        ties, both_bad = ties + row.ties, both_bad + row.both_bad
    draws = (ties if policy.ties == "half" else 0) + (both_bad if policy.both_bad == "half" else 0)
    n = wins + losses + draws
    points = wins + draws / 2
    lower, upper = wilson_interval(points, n) if n else (None, None)
    return Meetings(
        first=first, second=second, wins=wins, losses=losses, ties=ties, both_bad=both_bad, n=n,
        share=points / n if n else None, lower=lower, upper=upper,
    )  # fmt: skip


def opponents_of(pairs: Iterable[PairRow], model: str) -> list[tuple[str, list[PairRow]]]:
    """Return who met the model, the most votes first, each with the rows of the two."""
    of: dict[str, list[PairRow]] = {}
    for row in pairs:
        if model in (row.model_a, row.model_b):
            of.setdefault(row.model_b if row.model_a == model else row.model_a, []).append(row)
    return sorted(of.items(), key=lambda item: (-sum(map(_votes, item[1])), item[0]))


def _votes(row: PairRow) -> int:
    return row.wins_a + row.wins_b + row.ties + row.both_bad
