"""Pure: a share of tasks with its interval, a share of preferences, an index of perplexities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import ndtri

from leaderboards.proportions import wilson_interval
from leaderboards.ratings import CONFIDENCE

PREFERENCES_NEEDED: Final = 5
"""Below so many the human column stays empty."""
_Z: Final = float(ndtri(0.5 + CONFIDENCE / 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share from 0 to 1 of `sample` observations; the bounds of its 95 % interval, if any."""

    value: float
    lower: float | None
    upper: float | None
    sample: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What people preferred in the battles of one model, those where both were bad left out."""

    wins: int = 0
    ties: int = 0
    losses: int = 0

    @property
    def count(self) -> int:
        """Return how many preferences there are."""
        return self.wins + self.ties + self.losses


def solved(scores: Sequence[tuple[float, float]]) -> Share:
    """Return the share of tasks solved over repeats of one suite in one variant.

        share = Σ solved / Σ tasks

    of (solved, tasks), with the 95 % Wilson interval. Of repeats with as many tasks each it is the
    mean of their scores. Raises ValueError without a task.
    """
    tasks = sum(of for _, of in scores)
    done = sum(value for value, _ in scores)
    lower, upper = wilson_interval(done, round(tasks))
    return Share(value=done / tasks, lower=lower, upper=upper, sample=round(tasks))


def points(value: float, *, out_of: float, error: float | None, answers: int) -> Share:
    """Return a judge's mean points as a share of the most there are.

    The interval is 1.96 standard errors to each side, where one is stated; points are no tasks
    that could be counted.
    """
    reach = None if error is None else _Z * error
    return Share(
        value=value / out_of,
        lower=None if reach is None else max(0.0, (value - reach) / out_of),
        upper=None if reach is None else min(1.0, (value + reach) / out_of),
        sample=answers,
    )


def preferred(found: Preferences) -> Share | None:
    """Return (wins + ties / 2) / preferences with its Wilson interval; None below 5 of them."""
    if found.count < PREFERENCES_NEEDED:
        return None
    points_won = found.wins + found.ties / 2
    lower, upper = wilson_interval(points_won, found.count)
    return Share(value=points_won / found.count, lower=lower, upper=upper, sample=found.count)


def perplexity_index(value: float, group: Sequence[float]) -> float | str:
    """Return where a perplexity lies among those of one base model on one text, or why nowhere.

        index = (largest - value) / (largest - smallest)

    The best of the group is 1 and the worst 0, however close they are: 7.3009 and 7.3998 differ by
    1.35 %. Groups of one, and equal perplexities, have no scale.
    """
    if len(group) < 2:
        return "nothing else of this model has a perplexity on the same text to compare with"
    low, high = min(group), max(group)
    if high == low:
        return "everything of this model that was measured has the same perplexity"
    return (high - value) / (high - low)
