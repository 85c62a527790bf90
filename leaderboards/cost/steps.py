"""The arithmetic of a cost in steps that a reader can redo with a pocket calculator."""

from dataclasses import dataclass

from leaderboards.cost import own
from leaderboards.cost.cells import WATT_HOURS, Unknown, machine_of, purchase_of
from leaderboards.cost.facts import CostFacts, Input
from leaderboards.cost.hosted import MILLION, TokenPrices
from leaderboards.cost.own import JOULES_A_KWH, JOULES_A_WH, SECONDS_A_MONTH, NoDuration
from leaderboards.cost.parameters import USD, Parameters

TASK_COST = "task_cost"
TASK_ELECTRICITY = "task_electricity"
TASK_ENERGY = "task_energy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One line: `what` is `how`, which comes to `result` in `unit`."""

    what: str
    how: str
    result: float
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedInput:
    """A figure that the arithmetic takes from the record."""

    name: str
    unit: str
    figure: Input


def inputs_of(found: CostFacts) -> list[NamedInput]:
    """Return what is on record of a deployment for the arithmetic of its costs."""
    if not found.is_own:
        price, listed = found.price, found.prices_usd
        if price is None or listed is None:
            return []
        origin = f"list price of {price.source_name}"
        amounts = {
            "input": listed.input, "cached input": listed.cached,
            "output": listed.output, "reasoning": listed.reasoning,
        }  # fmt: skip
        return [
            NamedInput(
                name=f"price of {name} tokens",
                unit="USD/M tokens",
                figure=Input(
                    value=value, origin=origin, as_of=price.effective_on, position=price.position
                ),
            )
            for name, value in amounts.items()
            if value is not None
        ]
    known = [
        ("writing", "tok/s", found.decode),
        ("reading", "tok/s", found.prefill),
        ("power", "W", found.watts),
        ("hardware", "USD", found.hardware_usd),
    ]
    return [
        NamedInput(name=name, unit=unit, figure=figure)
        for name, unit, figure in known
        if figure is not None
    ]


def steps_of(found: CostFacts, column: str, chosen: Parameters) -> list[Step]:
    """Return the steps to a cell of one of the three columns; none where the cell has no figure."""
    if found.is_own:
        steps = _own(found, column, chosen)
    elif column != TASK_COST or found.prices_usd is None:
        return []
    else:
        steps = _hosted(found.prices_usd, chosen)
    if not steps or chosen.unit == "task":
        return steps
    last = steps[-1]
    return [
        *steps,
        Step(
            what="tasks",
            how=f"{last.what} × {chosen.times:,.6g} tasks",
            result=last.result * chosen.times,
            unit=f"{last.unit}{chosen.unit_text}",
        ),
    ]


def _hosted(prices: TokenPrices, chosen: Parameters) -> list[Step]:
    mix = chosen.mix
    lines = [
        ("input", mix.input_tokens - mix.cached_tokens, prices.input),
        (
            "cached input",
            mix.cached_tokens,
            prices.input if prices.cached is None else prices.cached,
        ),
        ("output", mix.output_tokens, prices.output),
        (
            "reasoning",
            mix.reasoning_tokens,
            prices.output if prices.reasoning is None else prices.reasoning,
        ),
    ]
    steps = [
        Step(
            what=name,
            how=f"{tokens:,} tokens × {price:g} USD/M tokens",
            result=tokens * price / MILLION,
            unit=USD,
        )
        for name, tokens, price in lines
        if tokens
    ]
    total = sum(step.result for step in steps)
    steps.append(Step(what="task", how="sum", result=total, unit=USD))
    if chosen.currency != USD:
        steps.append(_exchanged("task", total, chosen))
    return steps


def _own(found: CostFacts, column: str, chosen: Parameters) -> list[Step]:
    mix, currency = chosen.mix, chosen.currency
    try:
        machine = machine_of(found)
        duration_s = own.task_seconds(machine, mix)
        purchase = purchase_of(found, chosen) if column == TASK_COST else None
    except (Unknown, NoDuration):
        return []
    read = mix.input_tokens - mix.cached_tokens
    reading = f"{read:,} / {machine.prefill_tokens_per_second:g} + " if read else ""
    power = own.electricity(machine, duration_s=duration_s, tariff=chosen.tariff)
    duration = Step(
        what="duration",
        how=f"{reading}{mix.written_tokens:,} / {machine.decode_tokens_per_second:g}"
        " (tokens / tok/s)",
        result=duration_s,
        unit="s",
    )
    if column == TASK_ENERGY:
        how = f"{machine.watts:g} W × {duration_s:.3f} s / {JOULES_A_WH:,}"
        energy = own.energy_wh(machine, duration_s=duration_s)
        return [duration, Step(what="energy", how=how, result=energy, unit=WATT_HOURS)]
    steps = [
        duration,
        Step(
            what="electricity",
            how=f"{machine.watts:g} W × {duration_s:.3f} s / {JOULES_A_KWH:,} ×"
            f" {chosen.tariff:g} {currency}/kWh",
            result=power,
            unit=currency,
        ),
    ]
    if purchase is None:
        return steps
    part = own.hardware(purchase, duration_s=duration_s)
    how = (
        f"{purchase.price:,.2f} {currency} × {duration_s:.3f} s / ({purchase.months} months ×"
        f" {SECONDS_A_MONTH:,} s × {chosen.utilisation_percent:g} % use)"
    )
    return [
        *steps,
        Step(what="hardware", how=how, result=part, unit=currency),
        Step(what="task", how="electricity + hardware", result=power + part, unit=currency),
    ]


def _exchanged(what: str, amount: float, chosen: Parameters) -> Step:
    return Step(
        what=what,
        how=f"{amount:g} USD × {chosen.rate:g} {chosen.currency} for one USD",
        result=amount * chosen.rate,
        unit=chosen.currency,
    )
