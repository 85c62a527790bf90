"""Every number against one worked out by hand."""

import pytest

from arena_runner.contract import metrics
from arena_runner.contract.metric_names import definitions
from arena_runner.contract.metrics import PointMetrics
from arena_runner.contract.profile import ClosedLoad
from arena_runner.contract.report import TelemetrySummary
from tests.runner.metrics.streams import (
    MS,
    answer,
    failure,
    lockstep_point,
    one_slot,
    open_point,
    point,
)


def codes(result: PointMetrics) -> set[str]:
    return {notice.code for notice in result.warnings}


def test_a_stream_of_known_speed() -> None:
    """200 ms to the first token, then one every 20 ms: 50 a second, 51 tokens in 1.2 s."""
    samples = [answer(run=run, scheduled_ms=run * 5_000) for run in range(3)]
    result = metrics.compute(point(), samples)
    expected = {
        "ttft_ms_p50": 200,
        "tpot_ms_p50": 20,
        "itl_ms_p50": 20,
        "itl_ms_p95": 20,
        "e2e_ms_p50": 1_200,
        "decode_tokens_per_second": 50,
        "system_tokens_per_second": 51 / 1.2,
        "prefill_tokens_per_second": 100 / 0.2,
        "error_rate": 0,
        "tokens_per_chunk": 1,
        "chunk_bias": 1,
        "goodput_per_second_ttft_2000ms": 1 / 1.2,
    }
    for name, value in expected.items():
        assert result.value(name) == pytest.approx(value), name
    assert result.voided is None
    assert not result.warnings


def test_every_metric_has_a_definition_with_its_unit() -> None:
    samples = [answer(run=run, scheduled_ms=run * 5_000) for run in range(3)]
    units = definitions()
    for row in metrics.compute(point(), samples).measurements:
        assert row.unit == units[row.metric].unit


def test_the_spread_of_three_runs() -> None:
    """40, 50 and 60 tok/s: mean 50, sample sd 10, half-width 4.303 * 10 / sqrt(3) = 24.84."""
    samples = [
        answer(run=run, scheduled_ms=run * 5_000, gap_ms=1_000 / rate)
        for run, rate in enumerate((40, 50, 60))
    ]
    result = metrics.compute(point(), samples)
    row = next(r for r in result.measurements if r.metric == "decode_tokens_per_second")
    assert row.value == pytest.approx(50, rel=1e-4)
    assert row.sd == pytest.approx(10, rel=1e-3)
    assert row.lower == pytest.approx(25.16, abs=0.02)
    assert row.upper == pytest.approx(74.84, abs=0.02)
    assert row.runs == row.sample == 3
    assert "spread_above_2_percent" in codes(result)


def test_one_run_has_no_spread_and_says_so() -> None:
    result = metrics.compute(point(runs=1), [answer()])
    row = next(r for r in result.measurements if r.metric == "decode_tokens_per_second")
    assert (row.sd, row.lower, row.upper) == (None, None, None)
    assert "fewer_than_3_runs" in codes(result)


def test_system_throughput_is_tokens_over_the_wall_and_never_rate_times_concurrency() -> None:
    """Eight clients at a server with one slot: 88.4 tok/s each while it is their turn.

    A published table multiplied: 88.4 x 8 = 707. The server gave 73.5 tokens a second, since it
    also has to read each prompt; here nothing but the tokens takes time, so it gives 88.4.
    """
    samples = one_slot(8, tokens=128, per_second=88.4)
    result = metrics.compute(lockstep_point(8, runs=1), samples)
    decode = result.value("decode_tokens_per_second")
    assert decode is not None
    assert decode == pytest.approx(88.4, rel=1e-3)
    assert decode * 8 == pytest.approx(707, rel=1e-3)
    assert result.value("system_tokens_per_second") == pytest.approx(88.4, rel=1e-3)


def test_latency_in_open_load_counts_from_the_schedule() -> None:
    """A client-side cap held the request back for 3 s; whoever asked waited 3.2 s."""
    result = metrics.compute(
        open_point(cap=1), [answer(sent_ms=3_000.0, index=1), answer(ttft_ms=2_000, gap_ms=20)]
    )
    late = metrics.compute(open_point(cap=1), [answer(sent_ms=3_000.0)])
    assert late.value("ttft_ms_p50") == pytest.approx(3_200)
    assert late.value("ttft_from_send_ms_p50") == pytest.approx(200)
    assert late.value("queue_ms_p50") == pytest.approx(3_000)
    assert late.value("e2e_ms_p50") == pytest.approx(4_200)
    assert "late_departure" not in codes(result), "waiting for the stated cap is no lateness"


def test_a_late_client_voids_the_point() -> None:
    samples = [answer(index=i, scheduled_ms=i * 1_000) for i in range(10)]
    assert metrics.compute(open_point(), samples, send_lag_p99_ms=50.0).voided is None
    late = metrics.compute(open_point(), samples, send_lag_p99_ms=50.1)
    assert late.voided == "client_bottleneck"
    assert "50.1 ms" in late.warnings[0].message


def test_requests_that_leave_late_are_told_but_may_be_the_way_to_the_server() -> None:
    late = [answer(index=i, scheduled_ms=i * 1_000, sent_ms=i * 1_000 + 60) for i in range(10)]
    result = metrics.compute(open_point(), late)
    assert "late_departure" in codes(result)
    assert result.voided is None
    closed = metrics.compute(point(ClosedLoad(concurrency=1, requests=10), runs=1), late)
    assert "late_departure" not in codes(closed)


def test_more_than_one_percent_of_errors_voids_the_point() -> None:
    load = ClosedLoad(concurrency=1, requests=100)
    good = [answer(index=i, scheduled_ms=i * 2_000) for i in range(99)]
    one = metrics.compute(point(load, runs=1), [*good, failure(index=99)])
    two = metrics.compute(point(load, runs=1), [*good[:98], failure(index=98), failure(index=99)])
    assert one.voided is None
    assert (one.value("error_rate"), one.value("timeout_rate")) == (0.01, 0.01)
    assert two.voided == "error_rate"
    assert "2 of 100 requests failed" in two.warnings[0].message


def test_short_answers_void_a_point_that_ignores_the_end_of_the_text() -> None:
    short = [answer(run=run, scheduled_ms=run * 5_000, tokens=40, wanted=51) for run in range(3)]
    assert metrics.compute(point(), short).voided == "short_output"
    natural = point().model_copy(update={"ignore_eos": False})
    assert metrics.compute(natural, short).voided is None


def test_no_samples_are_void() -> None:
    result = metrics.compute(point(), [])
    assert result.voided == "no_samples"
    assert not result.measurements


@pytest.mark.parametrize(("name", "least"), [("p90", 35), ("p95", 72), ("p99", 367)])
def test_a_percentile_is_absent_below_its_smallest_sample(name: str, least: int) -> None:
    load = ClosedLoad(concurrency=1, requests=least)
    samples = [answer(index=i, scheduled_ms=i * 2_000, ttft_ms=100 + i) for i in range(least)]
    enough = metrics.compute(point(load, runs=1), samples)
    row = next(r for r in enough.measurements if r.metric == f"ttft_ms_{name}")
    assert row.lower is not None
    assert row.upper is not None
    assert row.lower <= row.value <= row.upper == 100 + least - 1
    few = metrics.compute(point(load, runs=1), samples[:-1])
    assert few.value(f"ttft_ms_{name}") is None
    assert few.value("ttft_ms_p50") is not None


def test_several_tokens_in_a_chunk_are_flagged_with_their_bias() -> None:
    """Four tokens a chunk, 128 of them, really 50 a second: seen as 51.2, which is 127 / 124."""
    samples = [
        answer(run=run, scheduled_ms=run * 5_000, tokens=128, tokens_per_chunk=4)
        for run in range(3)
    ]
    result = metrics.compute(point(output_tokens=128), samples)
    assert result.value("decode_tokens_per_second") == pytest.approx(51.2, abs=0.05)
    assert result.value("tokens_per_chunk") == 4
    assert result.value("chunk_bias") == pytest.approx(127 / 124)
    assert "tokens_per_chunk" in codes(result)


def test_usage_is_checked_against_the_tokenizer() -> None:
    near = [answer(run=run, tokens=100, counted=99) for run in range(3)]
    far = [answer(run=run, tokens=100, counted=97) for run in range(3)]
    assert "usage_mismatch" not in codes(metrics.compute(point(), near))
    assert "usage_mismatch" in codes(metrics.compute(point(), far))


def test_without_usage_nothing_is_estimated() -> None:
    silent = [answer(run=run).model_copy(update={"output_tokens": None}) for run in range(3)]
    result = metrics.compute(point(), silent)
    assert result.value("decode_tokens_per_second") is None
    assert result.value("system_tokens_per_second") is None
    assert result.value("ttft_ms_p50") == 200
    assert "usage_missing" in codes(result)


def test_cached_tokens_of_a_cold_test_are_told_and_left_out_of_prefill() -> None:
    warm = [answer(run=run, cached_tokens=60) for run in range(3)]
    result = metrics.compute(point(), warm)
    assert result.value("prefill_tokens_per_second") == pytest.approx(40 / 0.2)
    assert "cached_tokens" in codes(result)
    assert "cached_tokens" not in codes(metrics.compute(point(), warm, prefix_caching="on"))


def test_a_server_that_falls_behind_is_marked_and_not_void() -> None:
    """One request a second arrives, one in two seconds is done."""
    behind = [
        answer(index=i, scheduled_ms=i * 1_000, ttft_ms=200 + i * 1_000, gap_ms=20)
        for i in range(100)
    ]
    result = metrics.compute(open_point(requests=100), behind)
    assert result.value("offered_rate_per_second") == pytest.approx(1)
    assert result.value("request_rate_per_second") == pytest.approx(0.5)
    assert "saturated" in codes(result)
    assert result.voided is None


def test_the_request_rate_of_a_closed_load_is_over_the_wall_window() -> None:
    """Four answers end in one instant after 1.2 s: 3.33 a second, not thousands."""
    rows = [answer(index=i) for i in range(4)]
    result = metrics.compute(point(ClosedLoad(concurrency=4, requests=4), runs=1), rows)
    assert result.value("request_rate_per_second") == pytest.approx(4 / 1.2)
    assert result.value("offered_rate_per_second") is None


def test_a_long_last_answer_is_no_saturation() -> None:
    steady = [answer(index=i, scheduled_ms=i * 1_000) for i in range(100)]
    steady[-1] = answer(index=99, scheduled_ms=99_000, tokens=1_001)
    assert "saturated" not in codes(metrics.compute(open_point(requests=100), steady))


def test_energy_is_shared_by_the_output_tokens() -> None:
    samples = [answer(run=run, scheduled_ms=run * 5_000) for run in range(3)]
    telemetry = TelemetrySummary(samples=10, energy_joules=306.0, power_scope="gpu")
    result = metrics.compute(point(), samples, telemetry)
    assert result.value("joules_per_output_token") == pytest.approx(2)
    assert metrics.compute(point(), samples).value("joules_per_output_token") is None


def test_samples_that_contradict_themselves_enter_no_number() -> None:
    good = [answer(run=run, scheduled_ms=run * 5_000) for run in range(3)]
    bad = good[0].model_copy(update={"index": 1, "last_content_ns": 1})
    result = metrics.compute(point(), [*good, bad])
    assert result.value("ttft_ms_p50") == 200
    assert "time_backwards" in codes(result)


def test_answers_that_came_in_bursts_have_no_pace_and_are_told() -> None:
    """Fifty chunks in one read of the socket, 2 ms after the first: 25,000 tok/s of nothing."""
    burst = answer(run=0, tokens=51).model_copy(
        update={"gaps_us": (2_000,) + (0,) * 49, "last_content_ns": 202 * MS, "end_ns": 203 * MS}
    )
    even = [answer(run=run, tokens=51) for run in (1, 2)]
    found = metrics.compute(point(), [burst, *even])
    assert found.value("decode_tokens_per_second") == pytest.approx(50)
    [notice] = [item for item in found.warnings if item.code == "tokens_in_bursts"]
    assert notice.message.startswith("1 of 3 answers came in bursts")
    alone = metrics.compute(point(), [burst])
    assert alone.value("decode_tokens_per_second") is None
    assert alone.value("system_tokens_per_second") is not None
