"""Pure: the capacity of a deployment out of several sweeps over offered rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena_runner.contract.capacity import Capacity, at_slo, step_of
from arena_runner.contract.profile import Point
from benchmarks.queries import MeasuredPoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Capacities:
    """What several sweeps say of one limit, the middle one and both ends."""

    middle: Capacity
    lowest: Capacity
    highest: Capacity


def capacity_of_run(
    sweep: Mapping[str, Point], measured: Sequence[MeasuredPoint], *, limit_ms: float
) -> Capacity:
    """Return what one run says of a limit on the p95 time to first token.

    `sweep` are the points of its profile by key. The highest offered rate counts that holds the
    limit and completes 95 % of what arrives (arena_runner.contract.capacity).
    """
    found = (step_of(sweep[one.point.key], one.values, one.voided) for one in measured)
    return at_slo([step for step in found if step is not None], limit_ms)


def over_runs(judged: Sequence[Capacity]) -> Capacities:
    """Return the capacity over several sweeps that could be judged; raise ValueError without any.

    That no rate passes counts as less than any rate. Of an even number the lower of the middle two
    is taken, so that the result is always one that was measured: of 0.3 and 0.5 requests a second
    it is 0.3, of none and 0.5 it is none.
    """
    if not judged:
        raise ValueError("no sweep, no capacity")
    rising = sorted(judged, key=lambda capacity: capacity.rate_per_second or 0.0)
    return Capacities(middle=rising[(len(rising) - 1) // 2], lowest=rising[0], highest=rising[-1])
