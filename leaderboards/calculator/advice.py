"""Which way a ratio of costs points: a machine of one's own, tokens bought, or a trial of both."""

from dataclasses import dataclass
from typing import Literal

from leaderboards.calculator.inputs import Wish
from leaderboards.calculator.machine import OwnCost

Way = Literal["self-host", "cloud", "both for a week"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """What the costs say; `ratio` is a month on one's own machine over a month bought."""

    way: Way
    ratio: float
    reason: str


def advice(wish: Wish, mine: OwnCost | None, bought_a_month: float | None) -> Advice | None:
    """Return the way that costs point to; None where there is nothing to compare.

        ratio = own / bought

    Below 1 - tolerance it is the machine, above 1 + tolerance tokens bought, and in between
    running both for a week tells more than a reckoning. A machine on which one stream cannot do
    the work in a day is none. Costs alone: neither quality nor sovereignty is weighed.
    """
    if mine is None or not bought_a_month:
        return None
    ratio = mine.a_month / bought_a_month
    share = wish.tolerance_percent / 100
    if not mine.fits:
        return Advice(way="cloud", ratio=ratio, reason="one stream cannot do a day's work in a day")
    apart = f"by more than {wish.tolerance_percent:g} %"
    if ratio < 1 - share:
        return Advice(way="self-host", ratio=ratio, reason=f"the machine is cheaper {apart}")
    if ratio > 1 + share:
        return Advice(way="cloud", ratio=ratio, reason=f"the machine is dearer {apart}")
    return Advice(
        way="both for a week",
        ratio=ratio,
        reason=f"the two differ by {wish.tolerance_percent:g} % at most",
    )
