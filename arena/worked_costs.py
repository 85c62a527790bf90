"""The costs of one machine and one price list, worked through by the code that the boards use."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from leaderboards.cost import breakeven, hosted, own
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.mixes import Mix, mixes
from leaderboards.cost.own import DAYS_A_MONTH, SECONDS_A_MONTH, Machine, Purchase
from leaderboards.cost.parameters import DEFAULT_TARIFF
from leaderboards.cost.quality import Score, per_quality

MACHINE: Final = Machine(decode_tokens_per_second=41, prefill_tokens_per_second=1_000, watts=140)
OUTPUT_A_DAY: Final = 500_000
MONTHS: Final = 36
PRICES: Final = (3_999, 4_700)
"""US dollars for the machine, at its launch in 2025 and in 2026."""
LISTED: Final = (75, 25)
"""US dollars for a million output tokens: as an article had it, and as the maker lists it."""
CATALOGUE: Final = TokenPrices(input=2.5, output=10, cached=1.25)
"""A list price with a price of its own for cached tokens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MixRow:
    """One mix: on the price list, and on the machine at its first price, a quarter of the time."""

    mix: Mix
    hosted: float
    duration_s: float
    electricity: float
    full: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BoughtRow:
    """The machine at one price, half a million output tokens a day, nothing read."""

    price: int
    full_per_million: float
    busy_per_million: float
    """At work all hours."""
    break_even_millions: float | None
    """Against the lower list price."""
    payback_months: tuple[float | None, ...]
    """Against each list price."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedCosts:
    """All figures of the example, in US dollars."""

    hours: float
    watt_hours: float
    a_day: float
    per_million: float
    utilisation: float
    rows: tuple[BoughtRow, ...]
    mixes: tuple[MixRow, ...]
    per_quality: float | str


@cache
def worked_costs() -> WorkedCosts:
    """Return the example: the machine of the article, recomputed."""
    day_s = own.seconds(MACHINE, read_tokens=0, written_tokens=OUTPUT_A_DAY)
    utilisation = day_s * DAYS_A_MONTH / SECONDS_A_MONTH
    return WorkedCosts(
        hours=day_s / 3_600,
        watt_hours=MACHINE.watts * day_s / 3_600,
        a_day=own.electricity(MACHINE, duration_s=day_s, tariff=DEFAULT_TARIFF),
        per_million=own.per_million_output(MACHINE, tariff=DEFAULT_TARIFF),
        utilisation=utilisation,
        rows=tuple(_bought(price, utilisation) for price in PRICES),
        mixes=tuple(_mix(mix) for mix in mixes().mixes),
        per_quality=per_quality(0.0075, Score(value=0.8, measures="reference")),
    )


def _bought(price: int, utilisation: float) -> BoughtRow:
    electricity = own.per_million_output(MACHINE, tariff=DEFAULT_TARIFF)
    million_s = own.seconds(MACHINE, read_tokens=0, written_tokens=1_000_000)
    shares = [
        own.hardware(Purchase(price=price, months=MONTHS, utilisation=share), duration_s=million_s)
        for share in (utilisation, 1.0)
    ]
    millions = OUTPUT_A_DAY * DAYS_A_MONTH / 1_000_000
    paid = (
        breakeven.payback_months(
            price=price, hosted_a_month=listed * millions, own_a_month=electricity * millions
        )
        for listed in LISTED
    )
    even = breakeven.volume(price=price, months=MONTHS, hosted=LISTED[-1], own=electricity)
    return BoughtRow(
        price=price,
        full_per_million=electricity + shares[0],
        busy_per_million=electricity + shares[1],
        break_even_millions=even,
        payback_months=tuple(paid),
    )


def _mix(mix: Mix) -> MixRow:
    duration_s = own.task_seconds(MACHINE, mix)
    bought = Purchase(price=PRICES[0], months=MONTHS, utilisation=0.25)
    electricity = own.electricity(MACHINE, duration_s=duration_s, tariff=DEFAULT_TARIFF)
    return MixRow(
        mix=mix,
        hosted=hosted.task_cost(mix, CATALOGUE),
        duration_s=duration_s,
        electricity=electricity,
        full=electricity + own.hardware(bought, duration_s=duration_s),
    )
