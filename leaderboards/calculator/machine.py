"""The reader's own machine: what is typed in, prefilled from what a deployment has on record."""

from dataclasses import dataclass, replace
from datetime import date

from leaderboards.calculator.inputs import Own, Wish
from leaderboards.cost import own
from leaderboards.cost.facts import CostFacts, Input
from leaderboards.cost.own import DAYS_A_MONTH, Machine, NoDuration

_HOURS_A_DAY = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure of the machine and where it is from; `value` None where nobody says it."""

    name: str
    title: str
    unit: str
    value: float | None
    origin: str
    as_of: date | None = None
    position: int | None = None
    runs_of: str | None = None
    """Deployment whose runs measured it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCost:
    """What the workload costs on a machine, in the chosen currency."""

    hours_a_day: float
    electricity_a_month: float
    hardware_a_month: float
    months: int
    price: float
    electricity_per_million: float
    """Of output tokens, what has to be read for them included."""
    full_per_million: float
    capacity_millions: float
    """Output tokens a month of one stream that works all hours."""

    @property
    def a_month(self) -> float:
        """Return electricity and hardware together."""
        return self.electricity_a_month + self.hardware_a_month

    @property
    def utilisation_percent(self) -> float:
        """Return the share of all hours that the work takes."""
        return 100 * self.hours_a_day / _HOURS_A_DAY

    @property
    def fits(self) -> bool:
        """Return whether one stream gets it done in a day."""
        return self.hours_a_day <= _HOURS_A_DAY


def figures(wish: Wish, facts: CostFacts | None) -> tuple[Figure, ...]:
    """Return the figures of the machine: typed in before on record."""
    rate, typed = wish.costs.rate, wish.own
    hardware = facts.hardware_usd if facts else None
    slug = facts.deployment.slug if facts else None
    currency = wish.costs.currency
    return (
        _figure("price", "Hardware", currency, typed.price, hardware, slug, rate),
        _figure("watts", "Power", "W", typed.watts, facts.watts if facts else None, slug),
        _figure("speed", "Writing", "tok/s", typed.speed, facts.decode if facts else None, slug),
        _figure("prefill", "Reading", "tok/s", typed.prefill, facts.prefill if facts else None,
                slug),
    )  # fmt: skip


def cost(wish: Wish, found: tuple[Figure, ...], *, stated_months: int | None) -> OwnCost | str:
    """Return what the workload costs on the machine, or which figure is missing."""
    price, watts, speed, prefill = (figure.value for figure in found)
    if price is None or watts is None or speed is None:
        missing = [figure.title.lower() for figure in found[:3] if figure.value is None]
        return f"the machine is not known: {', '.join(missing)}"
    machine = Machine(
        decode_tokens_per_second=speed, prefill_tokens_per_second=prefill, watts=watts
    )
    try:
        day_s = own.seconds(
            machine, read_tokens=wish.work.read_tokens, written_tokens=wish.work.written_tokens
        )
    except NoDuration as error:
        return f"{error}: state it, or ask for no input tokens"
    month = own.electricity(machine, duration_s=day_s * DAYS_A_MONTH, tariff=wish.costs.tariff)
    months = wish.costs.months_of(stated_months)
    millions = wish.work.output_millions_a_month
    return OwnCost(
        hours_a_day=day_s / 3_600,
        electricity_a_month=month,
        hardware_a_month=price / months,
        months=months,
        price=price,
        electricity_per_million=month / millions,
        full_per_million=(month + price / months) / millions,
        capacity_millions=millions * own.SECONDS_A_DAY / day_s,
    )


def cost_on_record(wish: Wish, facts: CostFacts) -> OwnCost | str:
    """Return the same on a deployment's machine, whatever is typed in for the reader's own."""
    theirs = Own(price=None, watts=None, speed=None, prefill=None)
    asked = replace(wish, own=theirs)
    return cost(asked, figures(asked, facts), stated_months=facts.months)


def too_slow(hours_a_day: float) -> str:
    """Return why a machine does not do the work."""
    return f"too slow: one stream needs {hours_a_day:.1f} hours for the work of a day"


def _figure(
    name: str,
    title: str,
    unit: str,
    typed: float | None,
    known: Input | None,
    slug: str | None,
    rate: float = 1.0,
) -> Figure:
    if typed is not None:
        return Figure(name=name, title=title, unit=unit, value=typed, origin="typed in")
    if known is None:
        return Figure(name=name, title=title, unit=unit, value=None, origin="not stated")
    return Figure(
        name=name,
        title=title,
        unit=unit,
        value=known.value * rate,
        origin=known.origin,
        as_of=known.as_of,
        position=known.position,
        runs_of=slug if known.runs else None,
    )
