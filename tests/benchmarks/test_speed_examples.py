"""The examples of the part Speed in docs/methodology.md are what the live code computes."""

from pathlib import Path

import pytest

from arena_runner.contract import metrics, statistics
from arena_runner.contract.metric_names import definitions
from benchmarks import trust
from benchmarks.hardware import Capability, capability
from benchmarks.plausibility import assess, evidence_of_values
from benchmarks.plausibility import speed_rules as speed
from tests.benchmarks.reports import machine, manifest, point, report
from tests.runner.metrics import streams

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"


@pytest.fixture(scope="module")
def prose() -> str:
    part = PAGE.read_text(encoding="utf-8").split("\n## 7. Speed\n")[1].split("\n## ")[0]
    return " ".join(part.split())


def measured(result: metrics.PointMetrics, name: str) -> float:
    value = result.value(name)
    assert value is not None
    return value


def test_every_metric_is_on_the_page(prose: str) -> None:
    for name in definitions([2_000]):
        stem = name.rsplit("_p", 1)[0] if "_ms_p" in name else name.removesuffix("_mean")
        assert f"`{stem}`" in prose, name


def test_latency_from_the_schedule(prose: str) -> None:
    result = metrics.compute(streams.open_point(cap=1), [streams.answer(sent_ms=3_000.0)])
    due, sent = measured(result, "ttft_ms_p50"), measured(result, "ttft_from_send_ms_p50")
    assert f"has `ttft_ms` {due:.0f} and `ttft_from_send_ms` {sent:.0f}" in prose


def test_throughput_of_one_slot(prose: str) -> None:
    result = metrics.compute(
        streams.lockstep_point(8, runs=1), streams.one_slot(8, tokens=128, per_second=88.4)
    )
    decode = measured(result, "decode_tokens_per_second")
    system = measured(result, "system_tokens_per_second")
    assert f"each sees {decode:.1f}, the product is {decode * 8:.0f}, and the server" in prose
    assert f"gives {system:.1f}." in prose


def test_chunks_of_four(prose: str) -> None:
    rows = [streams.answer(tokens=128, tokens_per_chunk=4)]
    result = metrics.compute(streams.point(runs=1, output_tokens=128), rows)
    decode, bias = measured(result, "decode_tokens_per_second"), measured(result, "chunk_bias")
    assert f"looks like {decode:.1f} tok/s, which is `chunk_bias` {bias:.4f} too fast" in prose


def test_three_runs(prose: str) -> None:
    runs = [40.0, 50.0, 60.0]
    low, high = statistics.t_interval(runs) or (0.0, 0.0)
    assert f"are {statistics.mean(runs):.0f} ± {statistics.sample_sd(runs):.1f}" in prose
    assert f"interval {low:.1f} to {high:.1f}" in prose


def test_percentiles(prose: str) -> None:
    least = statistics.MINIMUM_SAMPLES
    assert f"p95 is stated from {least[95]} requests on and p99 from {least[99]}" in prose
    assert f"p90 likewise from {least[90]}" in prose
    low, high = statistics.percentile_interval(range(1, 73), 95) or (0, 0)
    assert f"from the {low}th to the {high}nd" in prose
    assert round(0.95**72, 3) == 0.025


def test_the_bandwidth_of_twelve_channels(prose: str) -> None:
    epyc = machine(cpu="AMD EPYC 9655 96-Core Processor", cores=96)
    of = manifest(parameters_active=70_600_000_000, weight_bits=4.5326)
    claim = evidence_of_values(point(), {"decode_tokens_per_second": 84.31})
    (finding,) = assess(report(of, epyc), [claim], of).findings
    rated = capability(epyc)
    assert isinstance(rated, Capability)
    most = rated.bandwidth_bytes_per_second * speed.BANDWIDTH_SLACK / 40e9
    assert f"need {84.31 * 40e9 / 1e12:.2f} TB/s" in prose
    assert f"have {rated.bandwidth_bytes_per_second / 1e12:.2f}, so at most {most:.1f}" in prose
    assert f"at most {most:.1f} tok/s" in finding.message


@pytest.mark.parametrize(
    "limit",
    [
        f"≤ {speed.BANDWIDTH_SLACK} × memory bandwidth",
        f"≤ {speed.COMPUTE_SLACK} × peak",
        f"takes at least {speed.SHORTEST_TTFT_MS} ms",
        f"at most {speed.PATIENCE_MS / 1_000:.0f} s",
        f"above {speed.BURST_TOKENS_PER_SECOND:,.0f} tok/s the wait before is"
        f" ≤ {speed.BURST_WAIT_MS:.0f} ms or {speed.BURST_WAIT_SHARE:.0f} × the rest",
        f"within {trust.TOLERANCE:.0%}".replace("%", " %"),
    ],
)
def test_limits_are_those_of_the_rules(prose: str, limit: str) -> None:
    assert limit in prose
