"""The cells of a board that say what a task costs."""

from collections.abc import Callable, Mapping

from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.cost import hosted, own
from leaderboards.cost.facts import CostFacts, Input
from leaderboards.cost.own import Machine, NoDuration, Purchase
from leaderboards.cost.parameters import Parameters

WATT_HOURS = "Wh"
DECIMALS = 6
"""A task of a chat costs less than a cent."""
_NOT_OWN = "somebody else's machine: its electricity is in the price of tokens"
_NO_ENERGY = "somebody else's machine: nobody has measured its energy"
_NO_DEPLOYMENT = "no deployment is on record"


class Unknown(ValueError):
    """A figure that a cost needs is missing; the message says which."""


def task_cost(facts: Mapping[str, CostFacts], slug: str | None, chosen: Parameters) -> Cell:
    """What a task costs in full: tokens at the list price, or one's own power and hardware.

    A dash with its reason where any figure is missing; nothing missing counts as nothing.
    """
    found = facts.get(slug or "")
    if found is None:
        return cells.absent(_NO_DEPLOYMENT, unit=chosen.currency)
    if not found.is_own:
        return _hosted(found, chosen)
    try:
        machine, purchase = machine_of(found), purchase_of(found, chosen)
        duration_s = own.task_seconds(machine, chosen.mix)
    except (Unknown, NoDuration) as error:
        return cells.absent(str(error), unit=chosen.currency)
    power = own.electricity(machine, duration_s=duration_s, tariff=chosen.tariff)
    part = own.hardware(purchase, duration_s=duration_s)
    note = (
        f"{chosen.mix.title}: {duration_s:.1f} s; electricity {power:.6f}, hardware {part:.6f} over"
        f" {purchase.months} months at {chosen.utilisation_percent:g} % use; {_words(found)}"
    )
    return _cell(power + part, found, chosen, note)


def task_electricity(facts: Mapping[str, CostFacts], slug: str | None, chosen: Parameters) -> Cell:
    """What the electricity of a task costs on a machine of one's own."""

    def cost(machine: Machine, duration_s: float) -> tuple[float, str]:
        tariff = f" and {chosen.tariff:g} {chosen.currency}/kWh"
        return own.electricity(machine, duration_s=duration_s, tariff=chosen.tariff), tariff

    return _of_power(facts, slug, chosen, cost, unit=chosen.currency, not_own=_NOT_OWN)


def task_energy(facts: Mapping[str, CostFacts], slug: str | None, chosen: Parameters) -> Cell:
    """The energy of a task on a machine of one's own, in watt-hours."""

    def energy(machine: Machine, duration_s: float) -> tuple[float, str]:
        return own.energy_wh(machine, duration_s=duration_s), ""

    return _of_power(facts, slug, chosen, energy, unit=WATT_HOURS, not_own=_NO_ENERGY)


def machine_of(found: CostFacts) -> Machine:
    """Return the machine of a deployment; raise Unknown for one without speed or power."""
    if found.decode is None:
        raise Unknown("no published run has measured its speed")
    if found.watts is None:
        raise Unknown("its power is neither measured nor declared, and its hardware not rated")
    return Machine(
        decode_tokens_per_second=found.decode.value,
        prefill_tokens_per_second=found.prefill.value if found.prefill else None,
        watts=found.watts.value,
    )


def purchase_of(found: CostFacts, chosen: Parameters) -> Purchase:
    """Return what its hardware costs in the chosen currency; raise Unknown without a price."""
    if found.hardware_usd is None:
        raise Unknown("the price of its hardware is not on record")
    return Purchase(
        price=found.hardware_usd.value * chosen.rate,
        months=chosen.months_of(found.months),
        utilisation=chosen.utilisation_percent / 100,
    )


def _hosted(found: CostFacts, chosen: Parameters) -> Cell:
    prices, price = found.prices_usd, found.price
    if prices is None or price is None:
        return cells.absent("no price of tokens is on record", unit=chosen.currency)
    return cells.measured(
        hosted.task_cost(chosen.mix, prices) * chosen.rate * chosen.times,
        unit=chosen.currency,
        as_of=price.effective_on,
        counted="prices",
        decimals=DECIMALS,
        note=f"{chosen.mix.title} at the list price of {price.source_name}: {prices.input:g} in,"
        f" {prices.output:g} out USD/M tokens",
    )


def _cell(cost: float, found: CostFacts, chosen: Parameters, note: str) -> Cell:
    dates = [item.as_of for item in (found.decode,) if item]
    return cells.measured(
        # Before it is rounded: a task may cost less than the last digit that is kept.
        cost * chosen.times,
        unit=chosen.currency,
        as_of=max(dates, default=None),
        sample=found.decode.runs if found.decode else None,
        counted="prices",
        decimals=DECIMALS,
        note=note,
    )


def _of_power(
    facts: Mapping[str, CostFacts],
    slug: str | None,
    chosen: Parameters,
    figure: Callable[[Machine, float], tuple[float, str]],
    *,
    unit: str,
    not_own: str,
) -> Cell:
    """What the watts of one's own machine come to; `figure` returns it, and words on its watts."""
    found = facts.get(slug or "")
    if found is None or not found.is_own:
        return cells.absent(not_own if found else _NO_DEPLOYMENT, unit=unit)
    try:
        machine = machine_of(found)
        duration_s = own.task_seconds(machine, chosen.mix)
    except (Unknown, NoDuration) as error:
        return cells.absent(str(error), unit=unit)
    value, words = figure(machine, duration_s)
    note = (
        f"{chosen.mix.title}: {duration_s:.1f} s at {machine.watts:.0f} W{words}; {_words(found)}"
    )
    assert found.watts is not None  # noqa: S101  the machine has a power
    # In the full cost power is a small part of many; here it is all there is.
    cell: Cell = {**_cell(value, found, chosen, note), "unit": unit}
    return cells.under(cell, {"power": found.watts.scope})


def _words(found: CostFacts) -> str:
    named: list[tuple[str, Input | None]] = [("speed", found.decode), ("power", found.watts)]
    return ", ".join(f"{name}: {item.origin}" for name, item in named if item)
