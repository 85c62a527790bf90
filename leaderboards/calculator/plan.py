"""Pure: a day's work split between two deployments, and what a month of it costs."""

from dataclasses import dataclass
from typing import Final

from benchmarks.sovereignty import Level
from leaderboards.calculator.floors import LOWEST, Standing
from leaderboards.calculator.inputs import Work
from leaderboards.cost.mixes import Mix

HOURS_A_DAY: Final = 24
_HIGHEST: Final[Level] = "S4"


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A month of some work in one place, or of a plan; money in the chosen currency."""

    bought: float
    """Tokens."""
    electricity: float
    hardware: float
    """The part of its price that falls on a month, whatever it works."""
    hours_a_day: float | None
    """Of one stream; None where its speed is not measured."""

    @property
    def running(self) -> float:
        """Return tokens and electricity, hardware aside."""
        return self.bought + self.electricity

    @property
    def full(self) -> float:
        """Return all of it."""
        return self.running + self.hardware


@dataclass(frozen=True, kw_only=True, slots=True)
class Weakest:
    """How sovereign a plan is: no more than the weaker of its parts."""

    level: Level
    level_high: Level
    """The same when what is unknown counts in full."""


def portion(work: Work, share: float, mix: Mix | None) -> Work:
    """Return a share of a day's tokens, in the proportions of a mix or of the work itself.

        tokens = share (in + out + reasoning)
        in' = tokens * mix_in / (mix_in + mix_out + mix_reasoning), the others likewise

    70 % of 1.5 million in and 0.5 million out are 1.05 million in and 0.35 million out; as the
    mix `chat`, which reads two tokens for each that it writes, 933,333 in and 466,667 out.
    """
    if mix is None:
        return Work(
            input_tokens=share * work.input_tokens,
            cached_tokens=share * work.cached_tokens,
            output_tokens=share * work.output_tokens,
            reasoning_tokens=share * work.reasoning_tokens,
        )
    tasks = share * (work.input_tokens + work.written_tokens)
    tasks /= mix.input_tokens + mix.written_tokens
    return Work(
        input_tokens=tasks * mix.input_tokens,
        cached_tokens=tasks * mix.cached_tokens,
        output_tokens=tasks * mix.output_tokens,
        reasoning_tokens=tasks * mix.reasoning_tokens,
    )


def together(first: Work, second: Work) -> Work:
    """Return two parts of a day as the work of one place."""
    return Work(
        input_tokens=first.input_tokens + second.input_tokens,
        cached_tokens=first.cached_tokens + second.cached_tokens,
        output_tokens=first.output_tokens + second.output_tokens,
        reasoning_tokens=first.reasoning_tokens + second.reasoning_tokens,
    )


def planned(first: Month, second: Month) -> Month:
    """Return the month of a plan: its parts' costs, and their hours one after the other."""
    hours = (first.hours_a_day, second.hours_a_day)
    return Month(
        bought=first.bought + second.bought,
        electricity=first.electricity + second.electricity,
        hardware=first.hardware + second.hardware,
        hours_a_day=None if hours[0] is None or hours[1] is None else hours[0] + hours[1],
    )


def break_even_share(*, hardware: float, there: float, here: float) -> float | None:
    """Return the share of the work, 0 to 1, that pays for a second place beside the first.

        s = hardware / (there - here)

    `there` and `here` are the running costs a month of all the work, in the proportions of the
    part that moves, in the first place and in the second; `hardware` is the second's a month. A
    plan costs less than the first place alone above it. None where no share of this work pays.
    3,999 over 36 months, 111.08 a month, against 600 of tokens and 4.79 of electricity are 18.7 %.
    """
    saved = there - here
    if saved <= 0 or hardware > saved:
        return None
    return hardware / saved


def weakest(first: Standing | None, second: Standing | None) -> Weakest:
    """Return the level of a plan: the lower of its parts', nothing known being the lowest.

    S1 and S4 make S1: what goes to the weaker place is governed there.
    """
    return Weakest(
        level=min(place.level if place else LOWEST for place in (first, second)),
        level_high=min(place.level_high if place else _HIGHEST for place in (first, second)),
    )
