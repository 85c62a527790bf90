"""What is known of one measured point when its run is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from arena_runner.contract.canonical import digest
from arena_runner.contract.metric_gates import MAX_SEND_LAG_P99_MS, is_failed
from arena_runner.contract.metrics import PointMetrics
from arena_runner.contract.profile import OpenLoad, Point, SyntheticPrompt
from arena_runner.contract.report import PointReport, TelemetrySummary
from arena_runner.contract.request_times import disorder
from arena_runner.contract.samples import Sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Tokens and chunks of all answers of a point that state their usage."""

    stated_tokens: int
    content_chunks: int
    counted_stated_tokens: int
    """Stated tokens of the answers that were also counted on the runner's side."""
    counted_tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PointEvidence:
    """Facts of a point. None for what is not known, as with the output of another tool."""

    key: str
    concurrency: int | None
    """None for open load."""
    prompt: str
    """Digest: points of one prompt can be compared."""
    input_tokens: int | None
    output_tokens: int | None
    values: Mapping[str, float]
    """Measurements by metric name."""
    relative_sd: Mapping[str, float] = field(default_factory=dict)
    """Standard deviation between the runs over the mean, where there are two runs or more."""
    voided: str | None = None
    disorder: str | None = None
    counts: Counts | None = None
    samples_span_s: float | None = None
    """When the last request ended, since the start of the point."""
    wall_s: float | None = None
    """From start to finish of the point, by the runner's clock."""
    telemetry: TelemetrySummary | None = None


def evidence_of(
    point: Point,
    metrics: PointMetrics,
    samples: Sequence[Sample],
    report: PointReport | None = None,
) -> PointEvidence:
    """Return the evidence of a point whose raw samples are kept."""
    return replace(
        _planned(point),
        values={row.metric: row.value for row in metrics.measurements},
        relative_sd={
            row.metric: row.sd / row.value
            for row in metrics.measurements
            if row.sd is not None and row.value > 0
        },
        voided=metrics.voided or _voided_by(report),
        disorder=next((text for row in samples if (text := disorder(row)) is not None), None),
        counts=_counts(samples),
        samples_span_s=max((row.end_ns or 0 for row in samples), default=0) / 1e9,
        wall_s=None if report is None else (report.finished_at - report.started_at).total_seconds(),
        telemetry=None if report is None else report.telemetry,
    )


def evidence_of_values(point: Point, values: Mapping[str, float]) -> PointEvidence:
    """Return the evidence of a point of which only the results are known."""
    return replace(_planned(point), values=dict(values))


def _planned(point: Point) -> PointEvidence:
    prompt, load = point.prompt, point.load
    inputs = outputs = None
    if isinstance(prompt, SyntheticPrompt):
        inputs, outputs = prompt.input_tokens + prompt.context_tokens, prompt.output_tokens
    return PointEvidence(
        key=point.key,
        concurrency=None if isinstance(load, OpenLoad) else load.concurrency,
        prompt=digest(prompt.model_dump(mode="json")),
        input_tokens=inputs,
        output_tokens=outputs,
        values={},
    )


def _voided_by(report: PointReport | None) -> str | None:
    """Return why the client says, or its lag shows, that the point does not count."""
    if report is None:
        return None
    if report.send_lag_p99_ms > MAX_SEND_LAG_P99_MS:
        return "client_bottleneck"
    return report.voided


def _counts(samples: Sequence[Sample]) -> Counts:
    stated = [row for row in samples if not is_failed(row) and row.output_tokens is not None]
    counted = [row for row in stated if row.counted_output_tokens is not None]
    return Counts(
        stated_tokens=sum(row.output_tokens or 0 for row in stated),
        content_chunks=sum(row.content_chunks for row in stated),
        counted_stated_tokens=sum(row.output_tokens or 0 for row in counted),
        counted_tokens=sum(row.counted_output_tokens or 0 for row in counted),
    )
