"""What a reader chooses about costs: a mix of tokens, currency, tariff, months of use, unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from benchmarks.quality import suites
from leaderboards.cost import reading
from leaderboards.cost.mixes import DEFAULT, Mix, mixes
from leaderboards.cost.own import DAYS_A_MONTH
from leaderboards.cost.reading import BadParameter

USD: Final = "USD"
Currency = Literal["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "SEK", "NOK", "PLN", "JPY", "CNY"]
CURRENCIES: Final[tuple[str, ...]] = get_args(Currency)
DEFAULT_TARIFF: Final = 0.30
"""A kWh, as the article has it that the worked examples are taken from."""
DEFAULT_MONTHS: Final = 36
DEFAULT_UTILISATION_PERCENT: Final = 25.0
"""Of all hours: six a day."""
MAX_TARIFF: Final = 100_000
MAX_MONTHS: Final = 240
MAX_RATE: Final = 100_000
DEFAULT_TASKS: Final = 1000.0
"""A day, where costs are shown by the month."""
MAX_TASKS: Final = 1_000_000_000
UNITS: Final[Mapping[str, str]] = {
    "task": "a task",
    "million": "a million tokens of the task",
    "month": "a month of tasks",
}
MILLION: Final = 1_000_000
DEFAULT_SUITE: Final = "mmlu-pro"
NAMES: Final = (
    "mix", "currency", "rate", "tariff", "months", "utilisation", "unit", "tasks", "suite",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameters:
    """How costs are reckoned; the defaults are those of the stored board."""

    mix: Mix
    currency: str = USD
    rate: float = 1.0
    """Units of the currency for one US dollar, as the reader states it."""
    tariff: float = DEFAULT_TARIFF
    """Currency for a kWh."""
    months: int | None = None
    """None: as the source of the hardware's price has it, else DEFAULT_MONTHS."""
    utilisation_percent: float = DEFAULT_UTILISATION_PERCENT
    unit: str = "task"
    """One of UNITS."""
    tasks: float = DEFAULT_TASKS
    """A day."""
    suite: str = DEFAULT_SUITE
    """Whose score a point of quality is."""

    @property
    def is_default(self) -> bool:
        """Return whether a board's stored costs are reckoned like this."""
        return self == defaults()

    @property
    def rate_text(self) -> str:
        """Return the rate as it stands in a URL; empty for US dollars, which need none."""
        return "" if self.currency == USD else f"{self.rate:.10g}"

    @property
    def tariff_text(self) -> str:
        """Return the tariff as it stands in a URL."""
        return f"{self.tariff:.10g}"

    @property
    def utilisation_text(self) -> str:
        """Return the utilisation as it stands in a URL."""
        return f"{self.utilisation_percent:.10g}"

    @property
    def tasks_text(self) -> str:
        """Return the tasks a day as they stand in a URL; empty where nothing depends on them."""
        return f"{self.tasks:.10g}" if self.unit == "month" else ""

    @property
    def unit_text(self) -> str:
        """Return the unit of costs in words."""
        return {"task": "", "million": "/M tokens", "month": "/month"}[self.unit]

    @property
    def times(self) -> float:
        """Return how many tasks the unit stands for.

        A month has DAYS_A_MONTH days; of a million tokens those of one task, read and written,
        are a part: 1,000 in and 500 out make 666.67 tasks.
        """
        if self.unit == "month":
            return self.tasks * DAYS_A_MONTH
        tokens = self.mix.input_tokens + self.mix.written_tokens
        return MILLION / tokens if self.unit == "million" else 1.0

    @property
    def stated(self) -> Mapping[str, str]:
        """Return every parameter as text, in one order; empty where it is left to others."""
        return {
            "mix": self.mix.key,
            "currency": self.currency,
            "rate": self.rate_text,
            "tariff": self.tariff_text,
            "months": "" if self.months is None else str(self.months),
            "utilisation": self.utilisation_text,
            "unit": self.unit,
            "tasks": self.tasks_text,
            "suite": self.suite,
        }

    @property
    def query(self) -> str:
        """Return what differs from the defaults as the query of a URL."""
        plain = defaults().stated
        return urlencode({key: text for key, text in self.stated.items() if text != plain[key]})

    @property
    def words(self) -> str:
        """Return what is chosen in words."""
        rate = "" if self.currency == USD else f" at {self.rate_text} for one USD"
        amount = f", {self.tasks_text} tasks a day," if self.unit == "month" else ""
        return (
            f"{self.mix.title}{amount} in {self.currency}{self.unit_text}{rate}, "
            f"{self.tariff_text} {self.currency}/kWh"
        )

    def months_of(self, stated: int | None) -> int:
        """Return over how many months hardware is written off."""
        return self.months or stated or DEFAULT_MONTHS


def defaults() -> Parameters:
    """Return the parameters of a board's stored costs."""
    return Parameters(mix=mixes().by_key[DEFAULT])


def read(query: Mapping[str, str]) -> Parameters:
    """Return the parameters of a URL; raise BadParameter naming what is allowed."""
    known = mixes().by_key
    known_suites = [suite.slug for suite in suites().with_column]
    currency = reading.choice(query, "currency", CURRENCIES) or USD
    tariff = reading.number(query, "tariff", low=0, high=MAX_TARIFF, unit=f"{currency} a kWh")
    tasks = reading.number(query, "tasks", low=1, high=MAX_TASKS, unit="tasks a day")
    unit = reading.choice(query, "unit", UNITS) or "task"
    utilisation = reading.number(query, "utilisation", low=1, high=100, unit="per cent")
    return Parameters(
        mix=known[reading.choice(query, "mix", known) or DEFAULT],
        currency=currency,
        rate=_rate(query, currency),
        tariff=DEFAULT_TARIFF if tariff is None else tariff,
        months=reading.whole(query, "months", low=1, high=MAX_MONTHS, unit="months"),
        utilisation_percent=DEFAULT_UTILISATION_PERCENT if utilisation is None else utilisation,
        unit=unit,
        # Where costs are not by the month, views that differ in them are one view.
        tasks=tasks if unit == "month" and tasks is not None else DEFAULT_TASKS,
        suite=reading.choice(query, "suite", known_suites) or DEFAULT_SUITE,
    )


def _rate(query: Mapping[str, str], currency: str) -> float:
    unit = f"{currency} for one USD"
    rate = reading.number(query, "rate", low=0.0001, high=MAX_RATE, unit=unit)
    if currency == USD:
        if rate not in (None, 1.0):
            raise BadParameter("rate", f"{rate:g} is not allowed; a US dollar is 1 USD.")
        return 1.0
    if rate is None:
        # No rate of exchange is on record here, and one of today would change figures silently.
        raise BadParameter("rate", f"is missing; say how many {currency} one USD is, as rate=0.9.")
    return rate
