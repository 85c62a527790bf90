"""Pure: the scales of a plane of two columns, in equal steps or in equal ratios."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

from benchmarks.scales import Scale, decimals_of, nice_step

_STEPS: Final = 5
_ROUND: Final = (1.0, 2.0, 5.0, 10.0)
_FEW_TICKS: Final = 7


class NotPositive(ValueError):
    """A logarithmic axis was asked for values at or below zero."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AxisTick:
    """One value at which a line helps the eye; `share` from 0 at the low end to 1."""

    value: float
    share: float

    @property
    def digits(self) -> int:
        """Return with how many decimals the value is written."""
        return decimals_of(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis(Scale):
    """A scale with its ticks."""

    @property
    def ticks(self) -> tuple[AxisTick, ...]:
        """Return round values from end to end."""
        values = self._powers() if self.is_log else self._steps()
        return tuple(AxisTick(value=value, share=self.share(value)) for value in values)

    def _steps(self) -> list[float]:
        step = nice_step((self.high - self.low) / _STEPS)
        first = ceil(self.low / step - 1e-9)
        return [step * n for n in range(first, floor(self.high / step + 1e-9) + 1)]

    def _powers(self) -> list[float]:
        first, last = floor(log10(self.low)), ceil(log10(self.high))
        inside = [
            mantissa * 10.0**power
            for power in range(first, last + 1)
            for mantissa in _ROUND[:-1]
            if self.low <= mantissa * 10.0**power * (1 + 1e-9)
            and mantissa * 10.0**power * (1 - 1e-9) <= self.high
        ]
        whole = [value for value in inside if abs(log10(value) - round(log10(value))) < 1e-9]
        return inside if len(inside) <= _FEW_TICKS or len(whole) < 2 else whole


def axis(values: Iterable[float], bounds: Iterable[float], *, is_log: bool) -> Axis | None:
    """Return the scale that holds every value and bound, with round ends; None without any.

    On a logarithmic axis bounds at or below zero end at its low end. Raises NotPositive for a
    value there.
    """
    shown = list(values)
    if not shown:
        return None
    if not is_log:
        every = [*shown, *bounds]
        low, high = min(every), max(every)
        step = nice_step((high - low or abs(high) or 1.0) / _STEPS)
        ends = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
        return Axis(
            low=ends[0], high=ends[1] if ends[1] > ends[0] else ends[0] + step, is_log=False
        )
    if min(shown) <= 0:
        raise NotPositive(f"{min(shown):g}")
    every = [*shown, *(bound for bound in bounds if bound > 0)]
    low, high = _round_below(min(every)), _round_above(max(every))
    return Axis(low=low, high=high if high > low else 10 * low, is_log=True)


def _round_below(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return max(m * power for m in _ROUND if m * power <= value * (1 + 1e-9))


def _round_above(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return min(m * power for m in _ROUND if m * power >= value * (1 - 1e-9))
