"""Formulas of cost, time and chance, in the units of their names. Pure; all inputs above zero."""

from math import sqrt
from typing import Final

DAYS_A_MONTH: Final = 30
_PER_MILLION: Final = 1_000_000
_SECONDS_AN_HOUR: Final = 3_600
_ELO_SCALE: Final = 400
"""Elo points at which the odds are ten to one."""


def cloud_cost(tokens: float, price_per_million: float) -> float:
    """Return tokens x price / 10^6, in the currency of the price."""
    return tokens * price_per_million / _PER_MILLION


def generation_hours(tokens: float, tokens_per_second: float) -> float:
    """Return the hours that one stream takes for so many output tokens, prompts left out."""
    return tokens / tokens_per_second / _SECONDS_AN_HOUR


def energy_wh(hours: float, watts: float) -> float:
    """Return watt-hours at a constant draw."""
    return hours * watts


def electricity_cost(wh: float, price_per_kwh: float) -> float:
    """Return what so many watt-hours cost, in the currency of the tariff."""
    return wh / 1_000 * price_per_kwh


def electricity_per_million(
    tokens_per_second: float, watts_per_node: float, nodes: int, price_per_kwh: float
) -> float:
    """Return the electricity of a million output tokens of one stream, in the tariff's currency."""
    hours = generation_hours(_PER_MILLION, tokens_per_second)
    return electricity_cost(energy_wh(hours, watts_per_node * nodes), price_per_kwh)


def payback_months(
    hardware_price: float, cloud_cost_a_month: float, electricity_a_month: float
) -> float:
    """Return price / (cloud - electricity): months until the saving has paid the machine.

    Raises ValueError when there is no saving.
    """
    saving = cloud_cost_a_month - electricity_a_month
    if saving <= 0:
        raise ValueError("the electricity costs as much as the cloud: the machine never pays")
    return hardware_price / saving


def expected_wins_percent(elo_gap: float) -> float:
    """Return 100 / (1 + 10^(-gap / 400)): wins of the better one among 100 decided battles."""
    return 100 / (1 + 10 ** (-elo_gap / _ELO_SCALE))


def change_percent(after: float, before: float) -> float:
    """Return by how many percent `after` differs from `before`."""
    return 100 * (after / before - 1)


def weighted_score(values: tuple[float, ...], weights_percent: tuple[float, ...]) -> float:
    """Return the sum of value x weight / 100."""
    return sum(value * weight / 100 for value, weight in zip(values, weights_percent, strict=True))


def arrival_variation(burstiness: float) -> float:
    """Return 1 / sqrt(burstiness): standard deviation over mean of Gamma waits; 1 for Poisson."""
    return 1 / sqrt(burstiness)
