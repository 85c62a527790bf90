"""What a reader chooses about costs: a mix of tokens, a currency, a tariff, months of use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from leaderboards.cost import reading
from leaderboards.cost.mixes import DEFAULT, Mix, mixes
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
NAMES: Final = ("mix", "currency", "rate", "tariff", "months", "utilisation")


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
    def stated(self) -> Mapping[str, str]:
        """Return every parameter as text, in one order; empty where it is left to others."""
        return {
            "mix": self.mix.key,
            "currency": self.currency,
            "rate": self.rate_text,
            "tariff": self.tariff_text,
            "months": "" if self.months is None else str(self.months),
            "utilisation": self.utilisation_text,
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
        return f"{self.mix.title}, {self.currency}{rate}, {self.tariff_text} {self.currency}/kWh"

    def months_of(self, stated: int | None) -> int:
        """Return over how many months hardware is written off."""
        return self.months or stated or DEFAULT_MONTHS


def defaults() -> Parameters:
    """Return the parameters of a board's stored costs."""
    return Parameters(mix=mixes().by_key[DEFAULT])


def read(query: Mapping[str, str]) -> Parameters:
    """Return the parameters of a URL; raise BadParameter naming what is allowed."""
    known = mixes().by_key
    currency = reading.choice(query, "currency", CURRENCIES) or USD
    tariff = reading.number(query, "tariff", low=0, high=MAX_TARIFF, unit=f"{currency} a kWh")
    utilisation = reading.number(query, "utilisation", low=1, high=100, unit="per cent")
    return Parameters(
        mix=known[reading.choice(query, "mix", known) or DEFAULT],
        currency=currency,
        rate=_rate(query, currency),
        tariff=DEFAULT_TARIFF if tariff is None else tariff,
        months=reading.whole(query, "months", low=1, high=MAX_MONTHS, unit="months"),
        utilisation_percent=DEFAULT_UTILISATION_PERCENT if utilisation is None else utilisation,
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
