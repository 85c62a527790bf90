"""GuideLLM: its request latencies are in seconds, its token times in ms, its sd divided by n."""

from collections.abc import Iterator
from typing import Any, Final

from arena_runner.contract.metric_gates import Notice
from arena_runner.contract.metrics import Metric
from arena_runner.contract.tools.fields import (
    mapping,
    model_name,
    number,
    optional_number,
    rows,
    whole,
    words,
)
from arena_runner.contract.tools.measure import sample_sd, stated, stated_latency
from arena_runner.contract.tools.output import LoadKind, ToolOutput, ToolOutputError, ToolPoint

_MAX_SEND_LAG_MS: Final = 50
_OPEN: Final = frozenset({"poisson", "constant", "async", "throughput"})
_PERCENTILES: Final = ((50, "p50"), (90, "p90"), (95, "p95"), (99, "p99"))
_QUOTED: Final = ("time_per_output_token_ms", "output_tokens_per_second", "requests_per_second")


def knows(data: Any) -> bool:
    """Tell whether this is a result of GuideLLM."""
    metadata = data.get("metadata") if isinstance(data, dict) else None
    return isinstance(metadata, dict) and "guidellm_version" in metadata


def read(data: dict[str, Any]) -> ToolOutput:
    """Return the tests; raise ToolOutputError."""
    found = [
        _point(row, f"/benchmarks/{index}") for index, row in enumerate(rows(data, "benchmarks"))
    ]
    if len({point.key for point in found}) < len(found):
        raise ToolOutputError("/benchmarks", "two tests have the same load; import them one by one")
    config = data.get("config")
    spec = config.get("spec") if isinstance(config, dict) else None
    backend = spec.get("backend") if isinstance(spec, dict) else None
    return ToolOutput(
        tool="guidellm",
        version=words(data["metadata"], "guidellm_version"),
        model=model_name(backend, "model"),
        parameters=_parameters(spec, found),
        points=tuple(found),
        warnings=tuple(_notices(found)),
    )


def _point(row: Any, at: str) -> ToolPoint:
    strategy = mapping(mapping(row, "config", at), "strategy", f"{at}/config")
    kind_name = words(strategy, "type_") or "unknown"
    kind: LoadKind = "open" if kind_name in _OPEN else "closed"
    metrics = mapping(row, "metrics", at)
    here = f"{at}/metrics"
    totals = mapping(metrics, "request_totals", here)
    count, failed = (
        whole(totals, key, f"{here}/request_totals") for key in ("successful", "errored")
    )
    if count < 1:
        raise ToolOutputError(f"{here}/request_totals", "no request was answered")
    measurements, spreads = _latencies(metrics, here, kind, count)
    measurements.append(stated("error_rate", failed / (count + failed), count + failed))
    rate, streams = optional_number(strategy, "rate"), optional_number(strategy, "streams")
    load = f"{rate:g}rps" if rate else f"c{streams or 1:.0f}"
    return ToolPoint(
        key=f"{kind_name[:30]}-{load}-n{count}".lower().replace("_", "-"),
        title=f"guidellm {kind_name}, {load}, {count} requests",
        load=kind,
        concurrency=int(streams) if streams else (None if kind == "open" else 1),
        rate_per_second=rate,
        burstiness=1.0 if kind_name == "poisson" else None,
        sample_count=count,
        runs=1,
        measurements=tuple(measurements),
        request_sd=spreads,
        reported={
            name: number(found, "mean", f"{here}/{name}")
            for name in _QUOTED
            if (found := _successful(metrics, name, here)) is not None
        },
    )


def _latencies(
    metrics: dict[str, Any], at: str, kind: LoadKind, count: int
) -> tuple[list[Metric], dict[str, float]]:
    is_open = kind == "open"
    sources = {
        "time_to_first_token_ms": ("ttft_from_send_ms" if is_open else "ttft_ms", 1),
        "inter_token_latency_ms": ("tpot_ms", 1),
        ("request_scheduled_latency" if is_open else "request_latency"): ("e2e_ms", 1_000),
    }
    if is_open:
        sources["request_dispatch_delay"] = ("queue_ms", 1_000)
    found: list[Metric] = []
    spreads: dict[str, float] = {}
    for theirs, (ours, factor) in sources.items():
        summary = _successful(metrics, theirs, at)
        if summary is None:
            continue
        here = f"{at}/{theirs}/successful"
        tails = mapping(summary, "percentiles", here)
        percentiles = [
            (
                percent,
                None if (value := optional_number(tails, key, here)) is None else value * factor,
            )
            for percent, key in _PERCENTILES
        ]
        found += stated_latency(ours, number(summary, "mean", here) * factor, percentiles, count)
        spread = sample_sd(number(summary, "std_dev", here) * factor, whole(summary, "count", here))
        if spread is not None:
            spreads[f"{ours}_mean"] = spread
    return found, spreads


def _successful(metrics: dict[str, Any], name: str, at: str) -> dict[str, Any] | None:
    if metrics.get(name) is None:
        return None
    found = mapping(metrics, name, at).get("successful")
    return found if isinstance(found, dict) else None


def _notices(points: list[ToolPoint]) -> Iterator[Notice]:
    message = (
        "The tool's time_per_output_token includes the time to the first token; it is quoted, not"
        " taken. Its inter_token_latency is what is called tpot_ms here."
    )
    yield Notice(code="tpot_includes_ttft", message=message, metric="tpot_ms")
    for point in points:
        lag = point.value("queue_ms_p99") or point.value("queue_ms_p50") or 0.0
        if lag > _MAX_SEND_LAG_MS:
            message = (
                f"{point.key}: requests left {lag:.0f} ms late; the client was the bottleneck."
            )
            yield Notice(code="client_bottleneck", message=message, metric="queue_ms")
            return


def _parameters(spec: Any, points: list[ToolPoint]) -> dict[str, str]:
    tokenizer = spec.get("tokenizer") if isinstance(spec, dict) else None
    found = {
        "--tokenizer": model_name(tokenizer, "model") or "not stated",
        "time_to_first_token_ms": "from send to the first token; a role alone does not count",
        "time_per_output_token_ms": "(last - start) / tokens, so with the first token: quoted only",
        "inter_token_latency_ms": "(last - first) / (tokens - 1), weighted by tokens: tpot_ms here",
        "request_scheduled_latency": "from the scheduled time: e2e_ms in open load",
        "request_dispatch_delay": "scheduled to sent: queue_ms",
        "std_dev": "divided by n; converted to n - 1 here",
    }
    data = spec.get("data") if isinstance(spec, dict) else None
    first = data[0] if isinstance(data, list) and data else None
    for name in ("prompt_tokens", "output_tokens"):
        value = first.get(name) if isinstance(first, dict) else None
        if isinstance(value, int):
            found[f"--data {name}={value}"] = f"{value} tokens by the tokenizer above"
    for point in points:
        if point.rate_per_second:
            found[f"rate {point.rate_per_second:g}"] = f"{point.load} load, {point.key}"
    return found
