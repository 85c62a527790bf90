"""Which two models answer next: pure, fair to newcomers, and its probabilities are recorded.

A pair is drawn with the probability P = (1 - FLOOR) * G + FLOOR * U. G is proportional to the
weights of both sides times how much one more vote shrinks the standard error of the pair's win
rate, sqrt(s2 / n) - sqrt(s2 / (n + 1)) (Chiang et al. 2024, arXiv 2403.04132, equation 9), with
s2 = p (1 - p) and both n and p smoothed by one vote for each side, since neither is known at the
start. U draws a first model evenly and then another one evenly: whoever is active is in at least
FLOOR / n of all battles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Final, NamedTuple, Protocol

FLOOR: Final = 0.2
"""Share of all pairs that is drawn evenly, whatever the votes and weights say."""
VERSION: Final = "variance-reduction-1"
_PARTS: Final = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """A deployment that may be drawn; `weight` is relative to the others."""

    deployment: str
    model: str
    weight: float


class PairVotes(NamedTuple):
    """Points of the first model and votes in all, of two models in alphabetical order."""

    points: float
    votes: int


class Pair(NamedTuple):
    """Two contenders with the probability of drawing them, in either order."""

    one: Contender
    other: Contender
    probability: float


class Drawn(NamedTuple):
    """A pair with its sides; the probability is that of the pair, in parts per billion."""

    left: Contender
    right: Contender
    probability_ppb: int


class Randomness(Protocol):
    """What is needed of random.Random or secrets.SystemRandom."""

    def random(self) -> float: ...


class TooFewContenders(ValueError):
    """Fewer than two models can be drawn."""


def probabilities(
    contenders: Sequence[Contender], votes: Mapping[tuple[str, str], PairVotes]
) -> list[Pair]:
    """Return every pair that may be drawn; the probabilities add up to 1.

    Two deployments of one model never meet, since a rating belongs to the model. `votes` are by
    the models' slugs in alphabetical order; pairs without votes may be missing. Raises
    TooFewContenders.
    """
    pairs = [pair for pair in combinations(contenders, 2) if pair[0].model != pair[1].model]
    if not pairs:
        raise TooFewContenders("a battle needs two different models")
    gains = [_gain(one, other, votes) for one, other in pairs]
    total = sum(gains)
    rivals = {
        contender.deployment: sum(other.model != contender.model for other in contenders)
        for contender in contenders
    }
    # Whoever has no rival cannot be drawn, so the others share the floor.
    drawable = sum(count > 0 for count in rivals.values())
    return [
        Pair(
            one,
            other,
            (1 - FLOOR) * gain / total
            + FLOOR * (1 / rivals[one.deployment] + 1 / rivals[other.deployment]) / drawable,
        )
        for (one, other), gain in zip(pairs, gains, strict=True)
    ]


def draw(
    contenders: Sequence[Contender],
    votes: Mapping[tuple[str, str], PairVotes],
    *,
    randomness: Randomness,
) -> Drawn:
    """Draw a pair and its sides; raises TooFewContenders."""
    pairs = probabilities(contenders, votes)
    threshold, reached = randomness.random(), 0.0
    drawn = pairs[-1]
    for pair in pairs:
        reached += pair.probability
        if threshold < reached:
            drawn = pair
            break
    left, right = drawn.one, drawn.other
    if randomness.random() < 0.5:
        left, right = right, left
    return Drawn(left, right, round(drawn.probability * _PARTS))


def shares(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return for each deployment the probability that it is in the next battle."""
    result: dict[str, float] = {}
    for one, other, probability in pairs:
        for contender in (one, other):
            result[contender.deployment] = result.get(contender.deployment, 0.0) + probability
    return result


def _gain(one: Contender, other: Contender, votes: Mapping[tuple[str, str], PairVotes]) -> float:
    first, second = sorted((one.model, other.model))
    points, count = votes.get((first, second), PairVotes(0.0, 0))
    smoothed = count + 2
    win_rate = (points + 1) / smoothed
    variance = win_rate * (1 - win_rate)
    shrinks = sqrt(variance / smoothed) - sqrt(variance / (smoothed + 1))
    return one.weight * other.weight * shrinks
