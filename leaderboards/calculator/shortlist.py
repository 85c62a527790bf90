"""Which deployments do the reader's work, above the floor, and at what cost a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from benchmarks.deployment_label import label
from benchmarks.queries import DeploymentInfo
from leaderboards.builds import name_of
from leaderboards.calculator import floors, machine
from leaderboards.calculator.floors import Code, LeftOut, Standing
from leaderboards.calculator.inputs import Quote, Wish, Work
from leaderboards.calculator.machine import OwnCost
from leaderboards.calculator.quality_tax import Tax, Top, tax, top_closed
from leaderboards.calculator.records import Records
from leaderboards.cells import Cell
from leaderboards.cost import breakeven, hosted
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.own import DAYS_A_MONTH

QUOTE_NAME = "The price you were offered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The reader's machine against tokens bought; None where the words beside it say why."""

    break_even_millions: float | None
    """Output tokens a month at which both cost the same."""
    break_even_missing: str
    payback_months: float | None
    payback_missing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One way to get the work done. Money in the chosen currency."""

    deployment: str | None
    """None for the price that the reader was offered."""
    model_slug: str | None
    name: str
    label: str
    rating: Cell | None
    tax: Tax | None
    """Against the best closed model of the board; None for that one itself."""
    sovereignty: Standing | None
    is_own: bool
    a_month: float | None
    """None where `missing` says why."""
    missing: str
    per_million: float | None
    """All costs of a million output tokens of this workload."""
    source: str
    as_of: date | None
    position: int | None
    against_mine: Comparison | None
    """Only for tokens bought, and with a machine of one's own to compare."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortlist:
    """The candidates, cheapest first, those whose cost is not known last."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    """By name, each with its reasons."""
    top: Top | None
    """The best closed model of the board."""

    @property
    def below_floor(self) -> int:
        """Return how many are left out for a rating below the floor."""
        return self._count("elo_below")

    @property
    def unrated(self) -> int:
        """Return how many are left out since the board does not rate them."""
        return self._count("unrated")

    def _count(self, code: Code) -> int:
        return sum(any(reason.code == code for reason in item.reasons) for item in self.left_out)

    @property
    def costed(self) -> tuple[Candidate, ...]:
        """Return the candidates whose cost is known, cheapest first."""
        return tuple(item for item in self.candidates if item.a_month is not None)

    @property
    def hosted(self) -> tuple[Candidate, ...]:
        """Return the tokens to be bought whose price is known, cheapest first."""
        return tuple(item for item in self.costed if not item.is_own)


def shortlist(wish: Wish, records: Records, mine: OwnCost | None) -> Shortlist:
    """Return every deployment that meets the floors, and what the reader was offered."""
    top = top_closed(records.ranked, records.models)
    found: list[Candidate] = []
    left_out: list[LeftOut] = []
    for known in records.facts.values():
        info = known.deployment
        rating = records.rating_of(info)
        place = floors.standing(records.assessments.get(info.slug))
        if missed := floors.reasons(
            wish, rating=rating, place=place, is_ranked=info.model_slug not in records.preliminary
        ):
            left_out.append(
                LeftOut(
                    deployment=info.slug, model_slug=info.model_slug,
                    name=records.name_of(info.model_slug), label=label(info) or info.slug,
                    rating=rating, sovereignty=place, reasons=missed,
                )
            )  # fmt: skip
        else:
            found.append(_candidate(wish, records, known, top, place, mine))
    if wish.quote is not None:
        found.append(_quoted(wish, wish.quote, mine))
    return Shortlist(
        candidates=tuple(_in_order(found)),
        left_out=tuple(sorted(left_out, key=lambda item: (item.name.casefold(), item.deployment))),
        top=top,
    )


def _in_order(found: Iterable[Candidate]) -> list[Candidate]:
    def order(item: Candidate) -> tuple[bool, float, str]:
        return item.a_month is None, item.a_month or 0.0, item.deployment or ""

    return sorted(found, key=order)


def _candidate(
    wish: Wish,
    records: Records,
    known: CostFacts,
    top: Top | None,
    place: Standing | None,
    mine: OwnCost | None,
) -> Candidate:
    info, price = known.deployment, known.price
    a_month = _own_month(wish, known) if known.is_own else _hosted_month(wish, known)
    cost = a_month if isinstance(a_month, float) else None
    is_sold = not known.is_own and price is not None
    hardware = known.hardware_usd
    return Candidate(
        deployment=info.slug,
        model_slug=info.model_slug,
        name=records.name_of(info.model_slug),
        label=label(info) or info.slug,
        rating=records.rating_of(info),
        tax=_tax(records, info, top),
        sovereignty=place,
        is_own=known.is_own,
        a_month=cost,
        missing="" if isinstance(a_month, float) else a_month,
        per_million=_per_million(wish, cost),
        source=price.source_name if is_sold and price else (hardware.origin if hardware else ""),
        as_of=price.effective_on if is_sold and price else (hardware.as_of if hardware else None),
        position=price.position if is_sold and price else None,
        against_mine=_against(wish, cost, mine) if is_sold else None,
    )


def _tax(records: Records, info: DeploymentInfo, top: Top | None) -> Tax | None:
    rating = records.rating_of(info)
    if rating is None or (top and top.model_slug == info.model_slug):
        return None
    return tax(records.fit, name_of(info.model_slug, rating.get("build")), top)


def _quoted(wish: Wish, quote: Quote, mine: OwnCost | None) -> Candidate:
    a_month = bought_month(wish.work, quote.prices)
    return Candidate(
        deployment=None,
        model_slug=None,
        name=QUOTE_NAME,
        label="",
        rating=None,
        tax=None,
        sovereignty=None,
        is_own=False,
        a_month=a_month,
        missing="",
        per_million=_per_million(wish, a_month),
        source="typed in",
        as_of=None,
        position=None,
        against_mine=_against(wish, a_month, mine),
    )


def _hosted_month(wish: Wish, known: CostFacts) -> float | str:
    prices = known.prices_usd
    if prices is None:
        return "no price of tokens is on record"
    return bought_month(wish.work, prices) * wish.costs.rate


def _own_month(wish: Wish, known: CostFacts) -> float | str:
    cost = machine.cost_on_record(wish, known)
    if isinstance(cost, str):
        return cost
    return cost.a_month if cost.fits else machine.too_slow(cost.hours_a_day)


def bought_month(work: Work, prices: TokenPrices) -> float:
    """Return what a month of the work costs in tokens, in the currency of the prices."""
    return hosted.monthly_cost(
        prices,
        input_tokens_per_day=work.input_tokens,
        cached_tokens_per_day=work.cached_tokens,
        output_tokens_per_day=work.output_tokens,
        reasoning_tokens_per_day=work.reasoning_tokens,
        days=DAYS_A_MONTH,
    )


def _per_million(wish: Wish, a_month: float | None) -> float | None:
    return None if a_month is None else a_month / wish.work.output_millions_a_month


def _against(wish: Wish, a_month: float | None, mine: OwnCost | None) -> Comparison | None:
    if a_month is None or mine is None:
        return None
    even = breakeven.volume(
        price=mine.price,
        months=mine.months,
        hosted=a_month / wish.work.output_millions_a_month,
        own=mine.electricity_per_million,
    )
    payback = breakeven.payback_months(
        price=mine.price, hosted_a_month=a_month, own_a_month=mine.electricity_a_month
    )
    even_missing = "no volume pays, since electricity alone costs as much" if even is None else ""
    payback_missing = "the machine is never paid by what it saves" if payback is None else ""
    if even is not None and even > mine.capacity_millions:
        even_missing = (
            f"no volume pays that one stream can write: at most {mine.capacity_millions:,.1f} M"
            " output tokens a month"
        )
    if not mine.fits:
        payback_missing = "one stream cannot do a day's work, so the machine does not replace it"
    return Comparison(
        break_even_millions=None if even_missing else even,
        break_even_missing=even_missing,
        payback_months=None if payback_missing else payback,
        payback_missing=payback_missing,
    )
