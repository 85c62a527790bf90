"""Which deployments do the reader's work, above the floor, and at what cost a month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from benchmarks.queries import ModelInfo
from leaderboards.calculator import machine
from leaderboards.calculator.inputs import MILLION, Own, Wish
from leaderboards.calculator.machine import OwnCost
from leaderboards.cells import Cell
from leaderboards.cost import breakeven, hosted
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.own import DAYS_A_MONTH
from leaderboards.labels import label

QUOTE_NAME = "The price you were offered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The reader's machine against tokens bought; None where it never pays."""

    break_even_millions: float | None
    """Output tokens a month at which both cost the same."""
    payback_months: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One way to get the work done. Money in the chosen currency."""

    deployment: str | None
    """None for the price that the reader was offered."""
    model_slug: str | None
    name: str
    label: str
    rating: Cell | None
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
    below_floor: int
    """Left out for a rating below the floor."""
    unrated: int
    """Left out since the board does not rate them, while there is a floor."""

    @property
    def cheapest_hosted(self) -> Candidate | None:
        """Return the cheapest tokens to be bought."""
        bought = (item for item in self.candidates if not item.is_own)
        return next((item for item in bought if item.a_month is not None), None)


def shortlist(
    wish: Wish,
    *,
    facts: Mapping[str, CostFacts],
    models: Mapping[str, ModelInfo],
    ratings: Mapping[str, Cell],
    mine: OwnCost | None,
) -> Shortlist:
    """Return every deployment that meets the floor, and what the reader was offered."""
    found, below, unrated = [], 0, 0
    for known in facts.values():
        rating = ratings.get(known.deployment.model_slug)
        value = rating["value"] if rating else None
        if wish.elo is not None and value is None:
            unrated += 1
        elif wish.elo is not None and value is not None and value < wish.elo:
            below += 1
        else:
            found.append(_candidate(wish, known, models, rating, mine))
    if wish.quote is not None:
        found.append(_quoted(wish, mine))
    return Shortlist(candidates=tuple(_in_order(found)), below_floor=below, unrated=unrated)


def _in_order(found: Iterable[Candidate]) -> list[Candidate]:
    def order(item: Candidate) -> tuple[bool, float, str]:
        return item.a_month is None, item.a_month or 0.0, item.deployment or ""

    return sorted(found, key=order)


def _candidate(
    wish: Wish,
    known: CostFacts,
    models: Mapping[str, ModelInfo],
    rating: Cell | None,
    mine: OwnCost | None,
) -> Candidate:
    info, price = known.deployment, known.price
    a_month = _own_month(wish, known) if known.is_own else _hosted_month(wish, known)
    cost = a_month if isinstance(a_month, float) else None
    is_sold = not known.is_own and price is not None
    model = models.get(info.model_slug)
    hardware = known.hardware_usd
    return Candidate(
        deployment=info.slug,
        model_slug=info.model_slug,
        name=model.name if model else info.model_slug,
        label=label(info) or info.slug,
        rating=rating,
        is_own=known.is_own,
        a_month=cost,
        missing="" if isinstance(a_month, float) else a_month,
        per_million=_per_million(wish, cost),
        source=price.source_name if is_sold and price else (hardware.origin if hardware else ""),
        as_of=price.effective_on if is_sold and price else (hardware.as_of if hardware else None),
        position=price.position if is_sold and price else None,
        against_mine=_against(wish, cost, mine) if is_sold else None,
    )


def _quoted(wish: Wish, mine: OwnCost | None) -> Candidate:
    assert wish.quote is not None  # noqa: S101  the caller has looked
    prices = TokenPrices(input=wish.quote.input, output=wish.quote.output)
    a_month = _month(wish, prices)
    return Candidate(
        deployment=None,
        model_slug=None,
        name=QUOTE_NAME,
        label="",
        rating=None,
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
    return _month(wish, prices) * wish.costs.rate


def _own_month(wish: Wish, known: CostFacts) -> float | str:
    """Return the cost on that deployment's machine, whatever is typed in for the reader's own."""
    theirs = Own(price=None, watts=None, speed=None, prefill=None)
    asked = Wish(
        input_tokens=wish.input_tokens, output_tokens=wish.output_tokens, costs=wish.costs,
        own=theirs, quote=None, board=None, elo=None, deployment=known.deployment.slug,
    )  # fmt: skip
    cost = machine.cost(asked, machine.figures(asked, known), stated_months=known.months)
    if isinstance(cost, str):
        return cost
    if not cost.fits:
        return f"too slow: one stream needs {cost.hours_a_day:.1f} hours for the work of a day"
    return cost.a_month


def _month(wish: Wish, prices: TokenPrices) -> float:
    return hosted.monthly_cost(
        prices,
        input_tokens_per_day=wish.input_tokens,
        output_tokens_per_day=wish.output_tokens,
        days=DAYS_A_MONTH,
    )


def _per_million(wish: Wish, a_month: float | None) -> float | None:
    return None if a_month is None else a_month * MILLION / (wish.output_tokens * DAYS_A_MONTH)


def _against(wish: Wish, a_month: float | None, mine: OwnCost | None) -> Comparison | None:
    if a_month is None or mine is None:
        return None
    return Comparison(
        break_even_millions=breakeven.volume(
            price=mine.price,
            months=mine.months,
            hosted=a_month / wish.output_millions_a_month,
            own=mine.electricity_per_million,
        ),
        payback_months=breakeven.payback_months(
            price=mine.price, hosted_a_month=a_month, own_a_month=mine.electricity_a_month
        ),
    )
