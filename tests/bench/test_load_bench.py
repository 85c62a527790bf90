"""The benchmark of load generators: what counts as worse, and a case from end to end."""

from arena_runner.contract.metrics import Metric
from tests.bench import load_cases as cases
from tests.bench.bench_load import Pair
from tests.bench.load_cases import PeerErrors, Speed
from tests.bench.load_field_tools import medians

QUICK = Speed("quick", ttft_ms=40.0, tokens_per_second=500.0, tokens=51)


def test_noise_is_not_worse_and_more_than_noise_is() -> None:
    assert not Pair(0.25, 0.2, goal=1.0).is_worse
    assert Pair(0.4, 0.2, goal=1.0).is_worse
    assert not Pair(0.4, None, goal=1.0).is_worse


def test_the_best_peer_is_the_best_at_each_figure() -> None:
    assert PeerErrors.best([], QUICK) is None
    best = PeerErrors.best([(41.0, 400.0), (50.0, 495.0)], QUICK)
    assert best is not None
    assert (best.ttft_error_ms, round(best.rate_error_percent, 6)) == (1.0, 1.0)


def test_a_case_is_measured_from_end_to_end() -> None:
    """Bounds for a busy machine; the benchmark has the real ones."""
    with cases.server(QUICK) as base_url:
        closed = cases.ours_closed(base_url, QUICK, 2)
        assert cases.truth(base_url)["streams"] >= 8
        opened = cases.ours_open(base_url, QUICK, 50, seconds=1)
    assert closed.raw["requests"] == 8
    assert opened.raw["requests"] == 50
    for figures in (closed, opened):
        assert figures.ttft_error_ms < 200
        assert figures.rate_error_percent < 30
        assert figures.memory_mb > 10
        assert figures.cpu_s > 0


def test_medians_of_a_tool_are_those_of_its_requests() -> None:
    metrics = tuple(
        Metric(metric=name, value=value, unit="ms", sample=8, runs=1)
        for name, value in (("ttft_from_send_ms_p50", 201.0), ("tpot_ms_p50", 20.0))
    )
    assert medians(metrics) == (201.0, 50.0)
