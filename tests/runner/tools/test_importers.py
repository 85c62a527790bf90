"""Results of other tools come in under names that mean the same here, with their traps said."""

import json
import statistics
from pathlib import Path
from typing import Any

import pytest

from arena_runner.contract import tools
from arena_runner.contract.metric_names import definitions
from arena_runner.contract.profile import LockstepLoad, OpenLoad
from arena_runner.contract.profiles import digest_of
from arena_runner.contract.tools import ToolOutput, ToolPoint

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "bench"
FILES = sorted(DATA.glob("*.json"))


def text(name: str) -> str:
    return (DATA / f"{name}.json").read_text()


def read(name: str) -> ToolOutput:
    return tools.read(text(name))


def changed(name: str, **changes: Any) -> ToolOutput:
    return tools.read(json.dumps(json.loads(text(name)) | changes))


def benchy(name: str, **changes: Any) -> ToolOutput:
    """Return a llama-benchy result whose only test has these fields."""
    data = json.loads(text(name))
    data["benchmarks"] = [data["benchmarks"][0] | changes]
    return tools.read(json.dumps(data))


def codes(output: ToolOutput) -> set[str]:
    return {notice.code for notice in output.warnings}


def only(output: ToolOutput) -> ToolPoint:
    [point] = output.points
    return point


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_has_a_name_of_ours_and_a_place_in_a_profile(path: Path) -> None:
    output = tools.read(path.read_text())
    known = definitions()
    profile = tools.profile_of(output)
    assert digest_of(profile)
    assert [point.key for point in profile.points] == [point.key for point in output.points]
    for point in output.points:
        assert point.measurements
        for row in point.measurements:
            assert row.unit == known[row.metric].unit
            assert row.lower is None or row.lower <= row.value
    assert all(output.parameters.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the full recordings are not on this machine")
def test_all_recordings_are_read() -> None:
    names = ("llama_benchy_*.json", "llama_bench_*.json", "vllm_*.json", "guidellm_*.json")
    paths = [path for name in names for path in SHARED.glob(name)]
    assert len(paths) >= 15
    for path in paths:
        assert tools.read(path.read_text()).points


def test_llama_bench_says_that_there_is_no_server_in_it() -> None:
    output = read("llama_bench")
    assert (output.tool, output.version, output.model) == (
        "llama-bench",
        "0c1e570 (1)",
        "small.gguf",
    )
    prefill, decode = output.points
    assert (prefill.key, decode.key) == ("pp512", "tg128")
    assert prefill.value("prefill_tokens_per_second") == pytest.approx(987.84, abs=0.01)
    assert prefill.value("decode_tokens_per_second") is None
    assert decode.value("decode_tokens_per_second") == pytest.approx(108.8, abs=0.1)
    assert prefill.measurements[0].sd == pytest.approx(9.606, abs=0.001)
    assert prefill.measurements[0].runs == 5
    assert codes(output) == {"in_process"}


def test_a_rate_over_prompt_and_answer_together_is_only_quoted() -> None:
    [row, _] = json.loads(text("llama_bench"))
    output = tools.read(json.dumps([row | {"n_gen": 128}]))
    assert only(output).measurements == ()
    assert only(output).reported["avg_ts"] == pytest.approx(987.84, abs=0.01)
    assert "prompt_and_answer_mixed" in codes(output)


def test_a_path_of_somebodys_machine_is_cut_to_its_name() -> None:
    rows = [row | {"model_filename": "/home/me/m.gguf"} for row in json.loads(text("llama_bench"))]
    assert tools.read(json.dumps(rows)).model == "m.gguf"
    assert read("vllm_gamma").parameters["--tokenizer"] == "tok"


def test_llama_benchy_sd_is_computed_again_with_n_minus_1() -> None:
    row = json.loads(text("llama_benchy_llamaserver"))["benchmarks"][0]["tg_req_throughput"]
    [measured] = [
        each
        for each in read("llama_benchy_llamaserver").points[0].measurements
        if each.metric == "decode_tokens_per_second"
    ]
    assert measured.sd is not None
    assert measured.sd == pytest.approx(statistics.stdev(row["values"]))
    assert measured.sd == pytest.approx(row["std"] * 1.2247, rel=1e-3)
    assert measured.runs == 3
    assert measured.lower is not None
    assert measured.value - measured.lower == pytest.approx(4.3027 * measured.sd / 3**0.5, rel=1e-3)


def test_llama_benchy_keys_are_those_of_spark_arena_profiles() -> None:
    assert [point.key for point in read("llama_benchy_llamaserver").points] == [
        "pp512-tg128-d0-c1",
        "pp512-tg128-d0-c4",
        "pp512-tg128-d1024-c1",
        "pp512-tg128-d1024-c4",
    ]


def test_lockstep_batches_are_named_and_their_window_is_not_system_speed() -> None:
    output = read("llama_benchy_known_c8")
    point = only(output)
    assert {"lockstep", "decode_window_only"} <= codes(output)
    assert point.value("system_tokens_per_second") is None
    assert point.reported["tg_throughput"] == pytest.approx(399.8, abs=0.1)
    assert point.value("decode_tokens_per_second") == pytest.approx(49.98, abs=0.01)
    load = tools.profile_of(output).points[0].load
    assert load == LockstepLoad(concurrency=8, batches=1)


def test_percentiles_are_stated_from_as_many_samples_as_they_need() -> None:
    assert only(read("llama_benchy_known_c8")).value("ttft_ms_p90") is None
    thirty_two = only(read("llama_benchy_known_c32"))
    assert thirty_two.value("ttft_ms_p95") == pytest.approx(218.7, abs=0.1)
    assert thirty_two.value("ttft_ms_p99") is None


def test_a_first_chunk_with_a_role_alone_makes_no_prefill_speed() -> None:
    output = read("llama_benchy_role")
    point = only(output)
    assert "role_chunk" in codes(output)
    assert point.reported["pp_throughput"] == pytest.approx(70_038, abs=1)
    assert point.value("prefill_tokens_per_second") == pytest.approx(660, abs=2)
    assert point.value("ttft_ms_mean") == pytest.approx(203.1, abs=0.1)


def test_depth_4_is_four_tokens_of_context_and_no_turns() -> None:
    output = benchy("llama_benchy_known_c8", context_size=4)
    assert only(output).context_tokens == 4
    assert "depth_is_context" in codes(output)
    assert output.parameters["--depth 4"] == "4 tokens of context before the prompt; no turns"
    point = tools.profile_of(output).points[0]
    assert isinstance(point.load, LockstepLoad)
    assert "depth_is_context" not in codes(read("llama_benchy_llamaserver"))


def test_the_gpt2_tokenizer_shows_in_the_tokens_that_the_server_counted() -> None:
    assert "tokenizer_mismatch" not in codes(read("llama_benchy_known_c8"))
    output = benchy("llama_benchy_known_c8", prompt_size=1024)
    [notice] = [each for each in output.warnings if each.code == "tokenizer_mismatch"]
    assert "gpt2" in notice.message
    assert "gpt2" in output.parameters["--tokenizer"]
    vllm = changed("vllm_gamma", tokenizer_id="gpt2")
    assert "tokenizer_mismatch" in codes(vllm)


def test_several_tokens_a_chunk_overstate_decode_speed_and_the_result_cannot_tell() -> None:
    output = read("llama_benchy_four_tokens_a_chunk")
    assert only(output).value("decode_tokens_per_second") == pytest.approx(51.22, abs=0.01)
    assert "2.4 % at k = 4" in output.parameters["tokens of an answer"]


def test_vllm_burstiness_is_gamma_and_its_times_are_from_send() -> None:
    output = read("vllm_gamma")
    point = only(output)
    assert {"gamma_not_poisson", "itl_includes_empty_chunk"} <= codes(output)
    assert "1.195" in output.warnings[0].message
    assert point.value("ttft_ms_mean") is None
    assert point.value("ttft_from_send_ms_p50") == pytest.approx(201.98, abs=0.01)
    assert point.value("ttft_from_send_ms_p95") is None
    assert point.value("tpot_ms_mean") == pytest.approx(20.0, abs=0.01)
    assert point.value("itl_ms_mean") is None
    assert point.reported["mean_itl_ms"] == pytest.approx(19.69, abs=0.01)
    assert point.value("system_tokens_per_second") == pytest.approx(369.74, abs=0.01)
    assert point.value("error_rate") == 0
    assert "last arrival is at 2 s" in output.parameters["--request-rate 10"]
    load = tools.profile_of(output).points[0].load
    assert load == OpenLoad(rate_per_second=10, burstiness=0.7, requests=20, rescale=True)


def test_vllm_sd_over_requests_is_converted_and_kept_apart_from_runs() -> None:
    point = only(read("vllm_gamma"))
    stated = json.loads(text("vllm_gamma"))["std_ttft_ms"]
    assert point.request_sd["ttft_from_send_ms_mean"] == pytest.approx(stated * (20 / 19) ** 0.5)
    assert all(row.sd is None for row in point.measurements if row.metric.startswith("ttft"))


def test_burstiness_1_is_poisson() -> None:
    output = changed("vllm_gamma", burstiness=1.0)
    assert "gamma_not_poisson" not in codes(output)
    assert output.parameters["--request-rate 10"].startswith("exponential gaps")


def test_vllm_takes_a_role_for_a_token_so_its_first_token_is_left_out() -> None:
    output = changed("vllm_gamma", median_ttft_ms=1.5, mean_ttft_ms=1.5, mean_tpot_ms=21.6)
    point = only(output)
    assert "role_chunk" in codes(output)
    assert not [row for row in point.measurements if row.metric.startswith(("ttft", "tpot"))]
    assert point.value("system_tokens_per_second") is not None
    assert point.value("e2e_ms_mean") is not None


def test_a_cap_in_the_client_hides_the_queue_and_that_is_said() -> None:
    output = changed("vllm_gamma", max_concurrency=25)
    assert "client_cap_hides_queue" in codes(output)
    assert only(output).value("ttft_ms_mean") is None


def test_all_as_fast_as_a_cap_allows_is_closed_load() -> None:
    output = changed("vllm_gamma", request_rate="inf", max_concurrency=8, burstiness=1.0)
    point = only(output)
    assert point.load == "closed"
    assert point.value("ttft_ms_mean") == pytest.approx(202.49, abs=0.01)
    assert point.value("e2e_ms_mean") == pytest.approx(1462.58, abs=0.01)


def test_guidellm_tpot_includes_the_first_token_so_another_number_is_taken() -> None:
    output = read("guidellm_poisson")
    point = only(output)
    assert "tpot_includes_ttft" in codes(output)
    assert point.reported["time_per_output_token_ms"] == pytest.approx(22.84, abs=0.01)
    assert point.value("tpot_ms_mean") == pytest.approx(20.0, abs=0.01)
    assert point.value("queue_ms_p50") == pytest.approx(3.9, abs=0.01)
    assert point.value("e2e_ms_p50") == pytest.approx(1465.5, abs=0.1)
    assert point.value("e2e_ms_p99") is None
    assert point.request_sd["e2e_ms_mean"] == pytest.approx(7.8805 * (120 / 119) ** 0.5, rel=1e-4)
    assert output.version == "0.8.1"
    assert output.parameters["--data prompt_tokens=128"]


def test_a_guidellm_client_that_sent_late_is_named() -> None:
    late = text("guidellm_poisson").replace("0.003903627395629883", "0.303903627395629883")
    assert "client_bottleneck" in codes(tools.read(late))
