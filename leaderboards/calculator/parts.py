"""A plan of two parts: what each costs, is rated and is governed by, and both together."""

from dataclasses import dataclass

from leaderboards.calculator import machine, places
from leaderboards.calculator.inputs import Wish, Work
from leaderboards.calculator.machine import Figure
from leaderboards.calculator.places import Costing, Place
from leaderboards.calculator.plan import (
    HOURS_A_DAY,
    Month,
    Weakest,
    break_even_share,
    planned,
    portion,
    together,
    weakest,
)
from leaderboards.calculator.records import Records
from leaderboards.calculator.shortlist import Shortlist
from leaderboards.cost.mixes import Mix


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of the work, and all of the work in the same place."""

    place: Place
    share_percent: float
    """Of all tokens of a day."""
    mix: Mix | None
    work: Work
    month: Month | None
    missing: str
    """Why `month` is None."""
    alone: Month | None
    """The work of both parts, all of it here."""
    alone_missing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The work on two deployments. No figure of quality is made of both: each keeps its Elo."""

    first: Part
    second: Part
    whole: Work
    """Both parts."""
    month: Month | None
    """None where a part's is; `hours_a_day` with one part after the other."""
    hours_side_by_side: float | None
    """A day, both parts at once; None where a speed is not measured."""
    weakest: Weakest
    from_percent: float | None
    """Share of the second part above which the plan costs less than the first place alone."""
    to_percent: float | None
    """Share of the second part below which it costs less than the second place alone."""

    @property
    def parts(self) -> tuple[Part, Part]:
        """Return both."""
        return self.first, self.second

    @property
    def is_above(self) -> bool:
        """Return whether both parts meet every floor."""
        return not any(part.place.missed for part in self.parts)


def plan(
    wish: Wish, records: Records, *, figures: tuple[Figure, ...], found: Shortlist
) -> Plan | None:
    """Return the plan that is asked for, None where the work is not split.

    `figures` are those of the reader's machine, `found` the deployments above the floors.
    """
    split = wish.split
    if split is None:
        return None
    share = split.share_percent / 100
    works = (
        portion(wish.work, 1 - share, split.first_mix),
        portion(wish.work, share, split.second_mix),
    )
    whole = together(*works)
    one, there = places.first(wish, records, split, found)
    other, here = places.second(wish, records, split, figures)
    first = _part(one, there, works[0], whole, split.first_mix, 100 - split.share_percent)
    second = _part(other, here, works[1], whole, split.second_mix, split.share_percent)
    moved = _pays_from(there, here, portion(wish.work, 1, split.second_mix), other)
    kept = _pays_from(here, there, portion(wish.work, 1, split.first_mix), one)
    return Plan(
        first=first,
        second=second,
        whole=whole,
        month=planned(first.month, second.month) if first.month and second.month else None,
        hours_side_by_side=_longer(first.month, second.month),
        weakest=weakest(one.sovereignty, other.sovereignty),
        from_percent=None if moved is None else 100 * moved,
        to_percent=None if kept is None else 100 * (1 - kept),
    )


def _part(
    place: Place, costing: Costing, work: Work, whole: Work, mix: Mix | None, percent: float
) -> Part:
    here, alone = (_feasible(place, costing(some)) for some in (work, whole))
    return Part(
        place=place,
        share_percent=percent,
        mix=mix,
        work=work,
        month=None if isinstance(here, str) else here,
        missing=here if isinstance(here, str) else "",
        alone=None if isinstance(alone, str) else alone,
        alone_missing=alone if isinstance(alone, str) else "",
    )


def _feasible(place: Place, month: Month | str) -> Month | str:
    """Return a month, or why one stream of a machine cannot do it; tokens are sold to many."""
    if isinstance(month, str) or not place.is_own or month.hours_a_day is None:
        return month
    hours = month.hours_a_day
    return month if hours <= HOURS_A_DAY else machine.too_slow(hours)


def _pays_from(there: Costing, here: Costing, work: Work, place: Place) -> float | None:
    """Return the share of the work from which on a second place pays beside the first.

    None where it is not known, where no share pays, and where one stream cannot do the share.
    """
    elsewhere, moved = there(work), here(work)
    if isinstance(elsewhere, str) or isinstance(moved, str):
        return None
    share = break_even_share(hardware=moved.hardware, there=elsewhere.running, here=moved.running)
    hours = moved.hours_a_day if place.is_own else None
    if share is None or (hours is not None and share * hours > HOURS_A_DAY):
        return None
    return share


def _longer(first: Month | None, second: Month | None) -> float | None:
    if first is None or second is None:
        return None
    hours = (first.hours_a_day, second.hours_a_day)
    return None if hours[0] is None or hours[1] is None else max(hours[0], hours[1])
