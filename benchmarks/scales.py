"""Pure: a scale of an axis, in equal steps or in equal ratios, and round values on it."""

from dataclasses import dataclass
from math import floor, log10


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """From `low` to `high`, in equal steps or, when `is_log`, in equal ratios."""

    low: float
    high: float
    is_log: bool

    def share(self, value: float) -> float:
        """Return where a value stands, 0 at the low end, 1 at the high one, and never outside."""
        value = min(max(value, self.low), self.high)
        if self.is_log:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)


def decimals_of(value: float) -> int:
    """Return with how many decimals, four at most, a round value is written."""
    return next((n for n in range(4) if abs(value * 10**n - round(value * 10**n)) < 1e-6), 4)


def nice_step(step: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is not below the step."""
    power = 10.0 ** floor(log10(step)) if step > 0 else 1.0
    return next((m * power for m in (1, 2, 2.5, 5, 10) if m * power >= step * (1 - 1e-9)), step)
