"""From another tool's values to our metrics: sample sd, Student's interval, earned percentiles."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from arena_runner.contract import statistics
from arena_runner.contract.metric_names import PERCENTILES, definitions
from arena_runner.contract.metrics import Metric
from arena_runner.contract.tools.output import ToolOutputError

_UNITS: Final = {name: definition.unit for name, definition in definitions().items()}
_AGREEMENT: Final = 0.01


def mean_of_runs(metric: str, values: Sequence[float]) -> Metric:
    """Return the mean of one value a run, with sample sd (n - 1) and 95 % t-interval."""
    interval = statistics.t_interval(values)
    return Metric(
        metric=metric,
        value=statistics.mean(values),
        unit=_UNITS[metric],
        sample=len(values),
        runs=len(values),
        sd=statistics.sample_sd(values),
        lower=None if interval is None else max(0.0, interval[0]),
        upper=None if interval is None else interval[1],
    )


def rate_of_requests(metric: str, values: Sequence[float], size: int) -> Metric:
    """Return the mean over runs of the mean over the `size` requests of each run."""
    return mean_of_runs(metric, [statistics.mean(run) for run in _runs(values, size)])


def latency(name: str, values: Sequence[float], size: int) -> list[Metric]:
    """Return mean and percentiles of one value a request; `size` requests are a run."""
    found = [rate_of_requests(f"{name}_mean", values, size)]
    ordered = sorted(values)
    runs = len(_runs(values, size))
    for percent in PERCENTILES:
        if len(ordered) >= statistics.MINIMUM_SAMPLES[percent]:
            value = statistics.percentile(ordered, percent)
            found.append(stated(f"{name}_p{percent}", value, len(ordered), runs))
    return found


def stated(metric: str, value: float, sample: int, runs: int = 1) -> Metric:
    """Return a number that the tool itself computed over so many observations."""
    return Metric(metric=metric, value=value, unit=_UNITS[metric], sample=sample, runs=runs)


def stated_latency(
    name: str, mean: float, percentiles: Iterable[tuple[int, float | None]], sample: int
) -> list[Metric]:
    """Return the tool's own mean, and those of its percentiles that so many samples support."""
    found = [stated(f"{name}_mean", mean, sample)]
    found += [
        stated(f"{name}_p{percent}", value, sample)
        for percent, value in percentiles
        if value is not None and sample >= statistics.MINIMUM_SAMPLES[percent]
    ]
    return found


def sample_sd(population_sd: float, count: int) -> float | None:
    """Return the sample sd (n - 1) of a tool that divides by n; None for fewer than two."""
    return population_sd * math.sqrt(count / (count - 1)) if count > 1 else None


def agree(stated_mean: float, values: Sequence[float], at: str) -> None:
    """Raise ToolOutputError where a mean is not that of its own values: the file was changed."""
    mean = statistics.mean(values)
    if abs(stated_mean - mean) > _AGREEMENT * max(abs(mean), 1e-9):
        message = f"{stated_mean:.6g} is not the mean of its values, {mean:.6g}; was it edited?"
        raise ToolOutputError(at, message)


def _runs(values: Sequence[float], size: int) -> list[Sequence[float]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
