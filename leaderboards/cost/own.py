"""Pure: what a task costs on a machine of one's own: its electricity, and its price over months."""

from dataclasses import dataclass
from typing import Final

from leaderboards.cost.mixes import Mix

DAYS_A_MONTH: Final = 30
SECONDS_A_DAY: Final = 86_400
SECONDS_A_MONTH: Final = DAYS_A_MONTH * SECONDS_A_DAY
JOULES_A_KWH: Final = 3_600_000
JOULES_A_WH: Final = 3_600


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """A machine that serves one request at a time."""

    decode_tokens_per_second: float
    prefill_tokens_per_second: float | None
    """None where it is not known: then tasks that read anything have no duration."""
    watts: float
    """Drawn while it works."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """What a machine costs to buy, and how it is written off."""

    price: float
    months: int
    utilisation: float
    """Share of all hours in which it works, above 0 and at most 1."""


class NoDuration(ValueError):
    """How long a task takes cannot be said; the message says why."""


def seconds(machine: Machine, *, read_tokens: float, written_tokens: float) -> float:
    """Return how long one stream reads and writes so many tokens; raise NoDuration.

        t = read / prefill + written / decode

    500,000 tokens written at 41 tok/s take 12,195 s, which are 3.39 h.
    """
    writing = written_tokens / machine.decode_tokens_per_second
    if not read_tokens:
        return writing
    if machine.prefill_tokens_per_second is None:
        raise NoDuration("how fast it reads a prompt is not measured")
    return read_tokens / machine.prefill_tokens_per_second + writing


def task_seconds(machine: Machine, mix: Mix) -> float:
    """Return how long a task takes; what was sent before is not read again. Raise NoDuration."""
    return seconds(
        machine,
        read_tokens=mix.input_tokens - mix.cached_tokens,
        written_tokens=mix.written_tokens,
    )


def electricity(machine: Machine, *, duration_s: float, tariff: float) -> float:
    """Return the electricity of so many seconds of work, in the currency of the tariff (per kWh).

        cost = W t / 3.6 10^6 * tariff

    140 W over 12,195 s are 0.474 kWh, at 0.30 a kWh 0.142.
    """
    return machine.watts * duration_s / JOULES_A_KWH * tariff


def energy_wh(machine: Machine, *, duration_s: float) -> float:
    """Return the energy of so many seconds of work, in watt-hours.

        E = W t / 3600

    140 W over 12,195 s are 474 Wh.
    """
    return machine.watts * duration_s / JOULES_A_WH


def hardware(purchase: Purchase, *, duration_s: float) -> float:
    """Return the part of the price that falls on so many seconds of work.

        cost = price t / (months * 30 days * utilisation)

    Hours in which it idles are paid by those in which it works: 3,999 over 36 months, at work
    for 14.1 % of the time, are 7.40 for a million tokens at 41 tok/s.
    """
    working_s = purchase.months * SECONDS_A_MONTH * purchase.utilisation
    return purchase.price * duration_s / working_s


def per_million_output(machine: Machine, *, tariff: float) -> float:
    """Return the electricity of a million tokens written by one stream, nothing read."""
    duration = seconds(machine, read_tokens=0, written_tokens=1_000_000)
    return electricity(machine, duration_s=duration, tariff=tariff)
