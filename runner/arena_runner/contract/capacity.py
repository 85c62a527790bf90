"""Capacity: the highest offered rate at which the first token still comes in time.

A step of a sweep passes a limit when its p95 time to first token, counted from the schedule, is
within it, and at least 95 % of the offered rate was completed. A server that falls behind can hold
a limit in a short test only, since its queue grows with the length of the test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from arena_runner.contract.metric_gates import MIN_RATE_SHARE
from arena_runner.contract.metric_names import DEFAULT_SLO_TTFT_MS
from arena_runner.contract.profile import OpenLoad, Point
from arena_runner.contract.statistics import MINIMUM_SAMPLES

_P95: Final = "ttft_ms_p95"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One rate of a sweep as it was measured. A p95 is None below 72 requests."""

    key: str
    offered_per_second: float
    """As the profile says."""
    arrived_per_second: float | None
    """As scheduled in this draw of arrivals; a short draw is never exactly the rate."""
    achieved_per_second: float | None
    ttft_p95_ms: float | None
    system_tokens_per_second: float | None
    voided: str | None

    def refused(self, limit_ms: float) -> str | None:
        """Return why the step does not pass a limit, in words; None when it passes."""
        p95_ms = self.ttft_p95_ms
        if self.unjudged is not None or p95_ms is None:
            return self.unjudged
        if p95_ms > limit_ms:
            return f"p95 time to first token {p95_ms:.0f} ms is above {limit_ms:.0f} ms"
        arrived = self.arrived_per_second or self.offered_per_second
        if (self.achieved_per_second or 0.0) < MIN_RATE_SHARE * arrived:
            return (
                f"{self.achieved_per_second or 0.0:.3g} of {arrived:.3g} requests per second were"
                " completed"
            )
        return None

    @property
    def unjudged(self) -> str | None:
        """Return why the step tells nothing about any limit, in words; None when it does."""
        if self.voided is not None:
            return f"void: {self.voided}"
        if self.ttft_p95_ms is None:
            return f"p95 wants {MINIMUM_SAMPLES[95]} requests"
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Capacity:
    """What a sweep says of one limit."""

    limit_ms: float
    step: Step | None
    """The highest rate that passes; None when no rate passes, which is a result too."""
    is_measured: bool
    """False when no step could be judged: then there is no result at all."""
    is_lower_bound: bool
    """The highest rate of the sweep passes, so the capacity is this or more."""
    refused: tuple[tuple[float, str], ...]
    """Offered rate and reason of each step that does not pass, by rising rate."""

    @property
    def rate_per_second(self) -> float | None:
        """Return the capacity in requests per second; None when no rate passes."""
        return None if self.step is None else self.step.offered_per_second


def step_of(point: Point, values: Mapping[str, float], voided: str | None = None) -> Step | None:
    """Return a measured point as a step of its sweep; None for a point that is none.

    `values` are the point's measurements by metric name.
    """
    if point.sweep is None or not isinstance(point.load, OpenLoad):
        return None
    return Step(
        key=point.key,
        offered_per_second=point.load.rate_per_second,
        arrived_per_second=values.get("offered_rate_per_second"),
        achieved_per_second=values.get("request_rate_per_second"),
        ttft_p95_ms=values.get(_P95),
        system_tokens_per_second=values.get("system_tokens_per_second"),
        voided=voided,
    )


def at_slo(steps: Sequence[Step], limit_ms: float) -> Capacity:
    """Return the capacity of one sweep at one limit on the p95 time to first token."""
    ordered = sorted(steps, key=lambda step: step.offered_per_second)
    reasons = [(step, step.refused(limit_ms)) for step in ordered]
    passing = [step for step, reason in reasons if reason is None]
    best = passing[-1] if passing else None
    return Capacity(
        limit_ms=limit_ms,
        step=best,
        is_measured=any(step.unjudged is None for step in ordered),
        is_lower_bound=best is not None and best is ordered[-1],
        refused=tuple(
            (step.offered_per_second, reason) for step, reason in reasons if reason is not None
        ),
    )


def at_slos(
    steps: Sequence[Step], limits_ms: Sequence[float] = DEFAULT_SLO_TTFT_MS
) -> tuple[Capacity, ...]:
    """Return the capacity at each limit."""
    return tuple(at_slo(steps, limit) for limit in limits_ms)
