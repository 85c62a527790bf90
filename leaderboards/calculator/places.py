"""Where a part of a plan goes: a deployment on record, an offer, or the reader's machine."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks.deployment_label import label
from leaderboards.calculator import floors, machine
from leaderboards.calculator.floors import Reason, Standing
from leaderboards.calculator.inputs import Quote, Wish, Work
from leaderboards.calculator.machine import Figure, OwnCost
from leaderboards.calculator.plan import Month
from leaderboards.calculator.records import Records
from leaderboards.calculator.shortlist import QUOTE_NAME, Shortlist, bought_month
from leaderboards.calculator.split import Split
from leaderboards.cells import Cell
from leaderboards.cost import own
from leaderboards.cost.facts import CostFacts
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.own import Machine, NoDuration

OWN_NAME = "Your machine"
_NO_OFFER = "no price of tokens is on record above the floors; name a deployment, or type one in"
Costing = Callable[[Work], Month | str]
"""What a month of some work costs in one place, or why that is not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a part of the work goes; `deployment` None for an offer, and a machine typed in."""

    name: str
    label: str
    deployment: str | None
    model_slug: str | None
    is_own: bool
    rating: Cell | None
    """Of the model on the board asked for, or of its build."""
    sovereignty: Standing | None
    missed: tuple[Reason, ...]
    """Floors of the shortlist that it is below."""


def first(wish: Wish, records: Records, split: Split, found: Shortlist) -> tuple[Place, Costing]:
    """Return the deployment named, else the price offered, else the cheapest tokens listed."""
    if split.first:
        return _on_record(wish, records, split.first)
    if wish.quote is not None:
        return _typed(wish, QUOTE_NAME, is_own=False), _offered(wish.quote)
    slug = next((item.deployment for item in found.hosted if item.deployment != split.second), None)
    if slug is None:
        return _typed(wish, "Tokens bought", is_own=False), _unknown(_NO_OFFER)
    return _on_record(wish, records, slug)


def second(
    wish: Wish, records: Records, split: Split, figures: tuple[Figure, ...]
) -> tuple[Place, Costing]:
    """Return the deployment named, else the reader's machine with its figures."""
    if split.second:
        return _on_record(wish, records, split.second)
    facts = records.facts.get(wish.deployment or "")
    months = facts.months if facts else None

    def costing(work: Work) -> Month | str:
        return _of_machine(machine.cost(replace(wish, work=work), figures, stated_months=months))

    # A machine "like" one that somebody else runs has its speed, and nothing of who governs it.
    if facts is None or not facts.is_own:
        return _typed(wish, OWN_NAME, is_own=True), costing
    return _place(wish, records, facts), costing


def _on_record(wish: Wish, records: Records, slug: str) -> tuple[Place, Costing]:
    facts = records.facts[slug]

    def own_month(work: Work) -> Month | str:
        return _of_machine(machine.cost_on_record(replace(wish, work=work), facts))

    place, prices = _place(wish, records, facts), facts.prices_usd
    if facts.is_own:
        return place, own_month
    if prices is None:
        return place, _unknown("no price of tokens is on record")
    return place, _hosted(facts, prices, wish.costs.rate)


def _place(wish: Wish, records: Records, facts: CostFacts) -> Place:
    info = facts.deployment
    rating = records.rating_of(info)
    standing = floors.standing(records.assessments.get(info.slug))
    return Place(
        name=records.name_of(info.model_slug),
        label=label(info) or info.slug,
        deployment=info.slug,
        model_slug=info.model_slug,
        is_own=facts.is_own,
        rating=rating,
        sovereignty=standing,
        missed=floors.reasons(
            wish,
            rating=rating,
            place=standing,
            is_ranked=info.model_slug not in records.preliminary,
        ),
    )


def _typed(wish: Wish, name: str, *, is_own: bool) -> Place:
    """Return a place that no deployment stands for: nothing but its costs is known."""
    return Place(
        name=name,
        label="",
        deployment=None,
        model_slug=None,
        is_own=is_own,
        rating=None,
        sovereignty=None,
        missed=floors.reasons(wish, rating=None, place=None, is_ranked=False),
    )


def _unknown(reason: str) -> Costing:
    return lambda _work: reason


def _offered(quote: Quote) -> Costing:
    return lambda work: _of_tokens(bought_month(work, quote.prices), hours_a_day=None)


def _hosted(facts: CostFacts, prices: TokenPrices, rate: float) -> Costing:
    return lambda work: _of_tokens(
        bought_month(work, prices) * rate, hours_a_day=_hours(facts, work)
    )


def _of_tokens(bought: float, *, hours_a_day: float | None) -> Month:
    return Month(bought=bought, electricity=0.0, hardware=0.0, hours_a_day=hours_a_day)


def _hours(facts: CostFacts, work: Work) -> float | None:
    """Return how long one stream takes there, None where no run has measured it."""
    if facts.decode is None:
        return None
    there = Machine(
        decode_tokens_per_second=facts.decode.value,
        prefill_tokens_per_second=facts.prefill.value if facts.prefill else None,
        watts=0.0,
    )
    try:
        day_s = own.seconds(there, read_tokens=work.read_tokens, written_tokens=work.written_tokens)
    except NoDuration:
        return None
    return day_s / 3_600


def _of_machine(cost: OwnCost | str) -> Month | str:
    if isinstance(cost, str):
        return cost
    return Month(
        bought=0.0,
        electricity=cost.electricity_a_month,
        hardware=cost.hardware_a_month,
        hours_a_day=cost.hours_a_day,
    )
