"""Every published number of a point, computed from its raw samples and from nothing else.

Names, units and formulas: metric_names. Latencies are percentiles of all requests of a point, with
an interval of order statistics. Rates are taken once a run, and their mean over the runs has
Student's interval. Nothing is estimated: what the samples do not hold is left out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from arena_runner.contract import statistics
from arena_runner.contract.metric_gates import (
    MAX_RELATIVE_SPREAD,
    MIN_RATE_SHARE,
    Notice,
    notices,
    voided,
)
from arena_runner.contract.metric_names import (
    DEFAULT_SLO_TTFT_MS,
    LATENCIES,
    PERCENTILES,
    definitions,
    goodput_name,
)
from arena_runner.contract.profile import OpenLoad, Point
from arena_runner.contract.repetition import Repetition, repetitions
from arena_runner.contract.report import TelemetrySummary
from arena_runner.contract.samples import Sample

VERSION: Final = "1"
"""Rises with every change that can change a number; it is in every event with measurements."""

_STEADY: Final = ("decode_tokens_per_second", "system_tokens_per_second", "ttft_ms_mean")
"""The means whose spread over the runs is held against 2 %."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One number: a percentile of `sample` observations, or the mean of `runs` repetitions."""

    metric: str
    value: float
    unit: str
    sample: int
    runs: int
    sd: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PointMetrics:
    """All numbers of a point, in the order of metric_names; why it is void; what to know."""

    measurements: tuple[Metric, ...]
    voided: str | None
    """A code of metric_gates; None when the point counts."""
    warnings: tuple[Notice, ...]
    """The reason of `voided` first."""

    def value(self, metric: str) -> float | None:
        """Return the value of a metric, or None where it was not measured."""
        return next((row.value for row in self.measurements if row.metric == metric), None)


def compute(
    point: Point,
    samples: Sequence[Sample],
    telemetry: TelemetrySummary | None = None,
    *,
    slo_ttft_ms: Sequence[int] = DEFAULT_SLO_TTFT_MS,
    prefix_caching: Literal["off", "on", "as_configured"] = "off",
    send_lag_p99_ms: float | None = None,
) -> PointMetrics:
    """Return the numbers of a point. Samples that contradict themselves enter no number.

    `send_lag_p99_ms` is how late the client says that it sent (PointReport); above 50 ms the point
    is void, since what was measured is the client.
    """
    runs = repetitions(point, samples)
    found = {
        **_latencies(point, runs),
        **_rates(point, runs, slo_ttft_ms),
        **_energy(runs, telemetry),
    }
    order = [name for name in definitions(slo_ttft_ms) if name in found]
    measurements = tuple(found[name] for name in order)
    void = voided(point, samples, send_lag_p99_ms)
    warnings = [
        *([] if void is None else [void]),
        *notices(point, samples, prefix_caching=prefix_caching),
        *_spread(measurements),
        *_saturated(found),
    ]
    return PointMetrics(
        measurements=measurements,
        voided=None if void is None else void.code,
        warnings=tuple(warnings),
    )


def _latencies(point: Point, runs: Sequence[Repetition]) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    is_open = isinstance(point.load, OpenLoad)
    for name in LATENCIES:
        if name == "itl_ms" or (name in ("queue_ms", "ttft_from_send_ms") and not is_open):
            continue
        per_run = [run.values(name) for run in runs]
        found |= _latency(name, per_run)
    gaps = [[gap / 1_000 for request in run.requests for gap in request.gaps_us] for run in runs]
    return found | _latency("itl_ms", gaps, independent=False)


def _latency(
    name: str, per_run: Sequence[Sequence[float]], *, independent: bool = True
) -> dict[str, Metric]:
    """Return mean and percentiles. The gaps of one answer are not independent: no interval."""
    pooled = sorted(value for values in per_run for value in values)
    if not pooled:
        return {}
    runs = sum(bool(values) for values in per_run)
    found = _mean_over_runs(f"{name}_mean", "ms", [statistics.mean(v) for v in per_run if v])
    for percent in PERCENTILES:
        if len(pooled) < statistics.MINIMUM_SAMPLES[percent]:
            continue
        interval = statistics.percentile_interval(pooled, percent) if independent else None
        found[f"{name}_p{percent}"] = Metric(
            metric=f"{name}_p{percent}",
            value=statistics.percentile(pooled, percent),
            unit="ms",
            sample=len(pooled),
            runs=runs,
            lower=None if interval is None else interval[0],
            upper=None if interval is None else interval[1],
        )
    return found


def _mean_over_runs(name: str, unit: str, values: Sequence[float]) -> dict[str, Metric]:
    """Return the mean with sample sd and t-interval, cut at 0: none of the quantities is less."""
    if not values:
        return {}
    interval = statistics.t_interval(values)
    return {
        name: Metric(
            metric=name,
            value=statistics.mean(values),
            unit=unit,
            sample=len(values),
            runs=len(values),
            sd=statistics.sample_sd(values),
            lower=None if interval is None else max(0.0, interval[0]),
            upper=None if interval is None else interval[1],
        )
    }


def _rates(
    point: Point, runs: Sequence[Repetition], slo_ttft_ms: Sequence[int]
) -> dict[str, Metric]:
    units = definitions(slo_ttft_ms)
    found: dict[str, Metric] = {}
    for name, formula in _formulas(point, slo_ttft_ms).items():
        values = [value for run in runs if (value := formula(run)) is not None]
        found |= _mean_over_runs(name, units[name].unit, values)
    return found


def _formulas(
    point: Point, slo_ttft_ms: Sequence[int]
) -> dict[str, Callable[[Repetition], float | None]]:
    formulas: dict[str, Callable[[Repetition], float | None]] = {
        "decode_tokens_per_second": partial(Repetition.mean, name="decode_tokens_per_second"),
        "system_tokens_per_second": Repetition.system_tokens_per_second,
        "prefill_tokens_per_second": partial(Repetition.mean, name="prefill_tokens_per_second"),
        "request_rate_per_second": Repetition.completed_per_second,
        "error_rate": Repetition.error_rate,
        "timeout_rate": Repetition.timeout_rate,
        "tokens_per_chunk": Repetition.tokens_per_chunk,
        "chunk_bias": Repetition.chunk_bias,
    }
    if isinstance(point.load, OpenLoad):
        formulas["request_rate_per_second"] = Repetition.completed_per_second_steady
        formulas["offered_rate_per_second"] = Repetition.offered_per_second
    for limit in slo_ttft_ms:
        formulas[goodput_name(limit)] = partial(Repetition.goodput_per_second, limit_ms=limit)
    return formulas


def _energy(runs: Sequence[Repetition], telemetry: TelemetrySummary | None) -> dict[str, Metric]:
    tokens = sum(request.tokens or 0 for run in runs for request in run.requests)
    if telemetry is None or telemetry.energy_joules is None or not tokens:
        return {}
    name = "joules_per_output_token"
    value = telemetry.energy_joules / tokens
    return {name: Metric(metric=name, value=value, unit="J/tok", sample=tokens, runs=len(runs))}


def _spread(measurements: Iterable[Metric]) -> list[Notice]:
    return [
        Notice(
            code="spread_above_2_percent",
            message=f"{row.metric} varies by {row.sd / row.value:.1%} between its {row.runs} runs.",
            metric=row.metric,
        )
        for row in measurements
        if row.metric in _STEADY and row.sd is not None
        if row.sd > MAX_RELATIVE_SPREAD * row.value
    ]


def _saturated(found: dict[str, Metric]) -> list[Notice]:
    achieved = found.get("request_rate_per_second")
    offered = found.get("offered_rate_per_second")
    if achieved is None or offered is None or achieved.value >= MIN_RATE_SHARE * offered.value:
        return []
    return [
        Notice(
            code="saturated",
            message=f"{achieved.value:.3g} of {offered.value:.3g} requests per second were"
            " completed: the server falls behind, so latencies grow with the length of the test.",
            metric="request_rate_per_second",
        )
    ]
