"""A plan of two deployments, worked through by the code of the calculator."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from arena.worked_costs import MACHINE, MONTHS, OUTPUT_A_DAY, PRICES
from leaderboards.calculator.inputs import Work
from leaderboards.calculator.plan import Month, break_even_share, planned, portion
from leaderboards.calculator.shortlist import bought_month
from leaderboards.cost import own
from leaderboards.cost.hosted import TokenPrices
from leaderboards.cost.own import DAYS_A_MONTH
from leaderboards.cost.parameters import DEFAULT_TARIFF

SHARE: Final = 0.7
"""Of the tokens, to the machine."""
LISTED: Final = TokenPrices(input=5, output=25)
WORK: Final = Work(
    input_tokens=1_500_000, cached_tokens=0, output_tokens=OUTPUT_A_DAY, reasoning_tokens=0
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedPlan:
    """The example, in US dollars a month."""

    bought: Month
    machine: Month
    both: Month
    bought_alone: Month
    machine_alone: Month
    from_percent: float

    @property
    def rows(self) -> tuple[tuple[str, Month], ...]:
        """Return every month with its name."""
        return (
            ("bought, 30 %", self.bought),
            ("machine, 70 %", self.machine),
            ("plan", self.both),
            ("bought alone", self.bought_alone),
            ("machine alone", self.machine_alone),
        )


@cache
def worked_plan() -> WorkedPlan:
    """Return the example: 30 % of the tokens bought, the rest on the machine of the costs."""
    bought, machine = _bought(portion(WORK, 1 - SHARE, None)), _machine(portion(WORK, SHARE, None))
    bought_alone, machine_alone = _bought(WORK), _machine(WORK)
    share = break_even_share(
        hardware=machine_alone.hardware, there=bought_alone.running, here=machine_alone.running
    )
    assert share is not None  # noqa: S101  600 of tokens are more than a machine
    return WorkedPlan(
        bought=bought,
        machine=machine,
        both=planned(bought, machine),
        bought_alone=bought_alone,
        machine_alone=machine_alone,
        from_percent=100 * share,
    )


def _bought(work: Work) -> Month:
    bought = bought_month(work, LISTED)
    return Month(bought=bought, electricity=0.0, hardware=0.0, hours_a_day=None)


def _machine(work: Work) -> Month:
    day_s = own.seconds(MACHINE, read_tokens=work.read_tokens, written_tokens=work.written_tokens)
    return Month(
        bought=0.0,
        electricity=own.electricity(
            MACHINE, duration_s=day_s * DAYS_A_MONTH, tariff=DEFAULT_TARIFF
        ),
        hardware=PRICES[0] / MONTHS,
        hours_a_day=day_s / 3_600,
    )
