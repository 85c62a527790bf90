"""Several runs of one deployment, worked through by the code that fills the columns of speed."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from arena_runner.contract.capacity import Capacity, Step, at_slo
from arena_runner.contract.metric_names import DEFAULT_SLO_TTFT_MS
from leaderboards.speed.capacity import Capacities, over_runs
from leaderboards.speed.medians import Spread, spread

RUNS: Final = (41.0, 39.5, 47.0)
"""Tokens a second of three runs, the last on a cold machine."""
TOGETHER: Final = 132.0
"""Of four requests at once on the same machine, over the wall time."""
LEVEL: Final = 4
RATES: Final = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
P95_MS: Final = (
    (900.0, 1_100.0, 1_700.0, 3_900.0, 8_400.0, 14_000.0),
    (950.0, 1_200.0, 2_300.0, 4_700.0, 9_100.0, 15_000.0),
    (2_600.0, 2_900.0, 3_400.0, 5_600.0, 9_900.0, 16_000.0),
)
"""p95 of the first token at each rate, in three sweeps; the last one of a machine in use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitRow:
    """What the three sweeps say of one limit."""

    limit_ms: int
    sweeps: tuple[Capacity, ...]
    over_all: Capacities


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkedSpeed:
    """All figures of the example."""

    decode: Spread
    level: int
    """So many requests at once."""
    together: float
    """Tokens a second that they got, all together."""
    product: float
    """The median times the number of requests: what all together are not."""
    limits: tuple[LimitRow, ...]


@cache
def worked_speed() -> WorkedSpeed:
    """Return the example."""
    decode = spread(RUNS)
    return WorkedSpeed(
        decode=decode,
        level=LEVEL,
        together=TOGETHER,
        product=LEVEL * decode.median,
        limits=tuple(_limit(limit) for limit in DEFAULT_SLO_TTFT_MS),
    )


def _limit(limit_ms: int) -> LimitRow:
    sweeps = tuple(at_slo(_steps(p95s), limit_ms) for p95s in P95_MS)
    return LimitRow(limit_ms=limit_ms, sweeps=sweeps, over_all=over_runs(sweeps))


def _steps(p95s: tuple[float, ...]) -> list[Step]:
    """A sweep of a server that completes all that arrives."""
    return [
        Step(
            key=f"rate-{rate}",
            offered_per_second=rate,
            arrived_per_second=rate,
            achieved_per_second=rate,
            ttft_p95_ms=p95_ms,
            system_tokens_per_second=None,
            voided=None,
        )
        for rate, p95_ms in zip(RATES, p95s, strict=True)
    ]
