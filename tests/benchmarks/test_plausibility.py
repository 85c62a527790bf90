"""Each rule of the gate, with the impossible rows that other boards have published."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from arena_runner.contract import metrics
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import ClosedLoad, LockstepLoad
from arena_runner.contract.report import Canary, Machine, SelfTest, TelemetrySummary
from benchmarks.plausibility import PointEvidence, assess, evidence_of, evidence_of_values
from benchmarks.plausibility.evidence import Counts
from tests.benchmarks.reports import START, machine, manifest, point, point_report, report
from tests.runner.metrics.streams import answer

EPYC = machine(cpu="AMD EPYC 9655 96-Core Processor", cores=96)
SPARK = machine("NVIDIA GB10", cpu="Cortex-X925", cores=20)


def codes(
    evidence: PointEvidence, of: Manifest | None = None, on: Machine | None = None
) -> tuple[str, ...]:
    of = of or manifest()
    return assess(report(of, on), [evidence], of).reason_codes


def speed(*, decode: float, ttft_ms: float = 300.0, input_tokens: int = 512) -> PointEvidence:
    return evidence_of_values(
        point(input_tokens=input_tokens),
        {"decode_tokens_per_second": decode, "ttft_ms_p50": ttft_ms},
    )


class TestPublishedRows:
    """Rows that stand on other boards."""

    def test_26437_tokens_per_second_after_84_seconds(self) -> None:
        assert codes(speed(decode=26_437, ttft_ms=84_263)) == ("ttft_too_long", "batch_artefact")

    def test_a_first_token_after_0_ms(self) -> None:
        assert codes(speed(decode=50, ttft_ms=0)) == ("ttft_zero",)

    def test_24_tokens_per_second_after_157_seconds(self) -> None:
        assert codes(speed(decode=24.6, ttft_ms=157_503)) == ("ttft_too_long",)

    @pytest.mark.parametrize("claimed", [84.31, 85.75])
    def test_a_70b_model_of_40_gb_on_twelve_channels_of_ddr5(self, claimed: float) -> None:
        of = manifest(parameters_active=70_600_000_000, weight_bits=4.53, engine="llama.cpp")
        found = assess(report(of, EPYC), [speed(decode=claimed)], of)
        assert found.verdict == "quarantined"
        assert found.reason_codes == ("bandwidth_roofline",)
        message = found.findings[0].message
        assert "40.0 GB" in message
        assert "0.58 TB/s" in message
        assert f"{40.0 * claimed / 1e3:.2f} TB/s" in message

    def test_the_corrected_row_passes(self) -> None:
        of = manifest(parameters_active=70_600_000_000, weight_bits=4.53, engine="llama.cpp")
        assert codes(speed(decode=9.0), of, EPYC) == ()

    def test_speed_of_one_request_times_concurrency(self) -> None:
        """-np 1 with eight clients: 88.4 tok/s each in turn, published as 88.4 x 8 = 707."""
        eight = point(load=LockstepLoad(concurrency=8))
        row = {
            "decode_tokens_per_second": 88.4,
            "ttft_ms_p50": 6_000.0,
            "system_tokens_per_second": 707.2,
        }
        assert codes(evidence_of_values(eight, row)) == ("batch_artefact",)
        assert codes(evidence_of_values(eight, row | {"system_tokens_per_second": 73.5})) == ()

    def test_a_doubling_that_more_than_doubles(self) -> None:
        """Two slots instead of one: +121.74 %."""
        one, two = (
            evidence_of_values(
                point(f"c{n}", load=ClosedLoad(concurrency=n, requests=9)),
                {"system_tokens_per_second": value},
            )
            for n, value in ((1, 100.0), (2, 221.74))
        )
        of = manifest()
        found = assess(report(of), [two, one], of)
        assert found.reason_codes == ("batch_artefact",)
        assert found.findings[0].point_key == "c2"
        fair = replace(two, values={"system_tokens_per_second": 199.0})
        assert assess(report(of), [fair, one], of).verdict == "accepted"
        noisy = replace(two, relative_sd={"system_tokens_per_second": 0.2})
        assert assess(report(of), [noisy, one], of).verdict == "accepted"

    def test_a_toy_model_may_really_be_that_fast(self) -> None:
        """The n-gram models that ship with the site: 24,404 tok/s after 4 ms."""
        assert codes(speed(decode=24_404, ttft_ms=4.5)) == ()
        assert codes(speed(decode=24_404, ttft_ms=1_000)) == ("batch_artefact",)


class TestRoofline:
    def test_only_active_weights_of_a_mixture_are_read(self) -> None:
        """35B-A3B in FP8: 3 GB a token, at 273 GB/s 91 tok/s, 109 in favour of the runner."""
        of = manifest(model="Qwen/Qwen3.6-35B-A3B-FP8")
        assert codes(speed(decode=105), of, SPARK) == ()
        assert codes(speed(decode=115), of, SPARK) == ("bandwidth_roofline",)

    def test_two_nodes_have_twice_the_bandwidth(self) -> None:
        of = manifest(model="Qwen/Qwen3.6-35B-A3B-FP8", nodes=2)
        two = report(of, SPARK)
        two = two.model_copy(
            update={"environment": two.environment.model_copy(update={"node_count": 2})}
        )
        assert assess(two, [speed(decode=115)], of).verdict == "accepted"

    def test_speculation_gives_several_tokens_a_pass_but_not_any_number(self) -> None:
        argv = ("vllm", "serve", "--speculative-config", '{"num_speculative_tokens": 2}')
        of = manifest(model="Qwen/Qwen3.6-35B-A3B-FP8", argv=argv)
        assert codes(speed(decode=300), of, SPARK) == ()
        assert codes(speed(decode=340), of, SPARK) == ("bandwidth_roofline",)

    def test_the_name_of_a_dense_family_tells_its_size(self) -> None:
        of = manifest(model="meta-llama/Llama-3.3-70B-Instruct", quantization="Q4_K_M")
        assert codes(speed(decode=84.31), of, EPYC) == ("bandwidth_roofline",)

    @pytest.mark.parametrize(
        ("recipe", "on", "why"),
        [
            ({"model": "openai/gpt-oss-120b"}, SPARK, "parameters_active"),
            ({"parameters_active": 10**10}, SPARK, "weight_bits"),
            ({"parameters_active": 10**10, "weight_bits": 8}, machine("Card X"), "Card X is not"),
            ({"parameters_active": 10**10, "weight_bits": 8}, machine(), "hardware is not stated"),
        ],
    )
    def test_what_is_not_known_is_said_and_not_guessed(
        self, recipe: dict[str, Any], on: Machine, why: str
    ) -> None:
        of = manifest(**recipe)
        found = assess(report(of, on), [speed(decode=9_000)], of)
        assert found.verdict == "accepted"
        assert any(why in sentence for sentence in found.unchecked)

    def test_an_owner_cannot_raise_the_limit_by_naming_other_hardware(self) -> None:
        of = manifest(model="Qwen/Qwen3.6-35B-A3B-FP8", hardware="b200")
        assert codes(speed(decode=500), of, SPARK) == ("bandwidth_roofline",)

    def test_prefill_above_what_the_matrix_units_can_do(self) -> None:
        """H100: 1.979 P operations/s; a dense 70B needs 141 G a token, so 14,000 tok/s."""
        of = manifest(parameters_active=70_600_000_000, weight_bits=8)
        h100 = machine("NVIDIA H100 80GB HBM3")
        fast = evidence_of_values(point(), {"prefill_tokens_per_second": 70_038.0})
        slow = evidence_of_values(point(), {"prefill_tokens_per_second": 14_000.0})
        assert codes(fast, of, h100) == ("compute_roofline",)
        assert codes(slow, of, h100) == ()


class TestAccounts:
    def test_samples_whose_times_run_backwards(self) -> None:
        good = [answer(run=run, scheduled_ms=run * 5_000) for run in range(3)]
        bad = good[0].model_copy(update={"first_content_ns": good[0].end_ns or 0})
        where = point(output_tokens=51)
        measured = metrics.compute(where, [*good[1:], bad])
        evidence = evidence_of(where, measured, [*good[1:], bad], point_report())
        assert codes(evidence) == ("time_backwards",)

    def test_samples_that_go_on_after_their_point(self) -> None:
        long = [answer(run=run, scheduled_ms=run * 50_000) for run in range(3)]
        where = point(output_tokens=51)
        evidence = evidence_of(where, metrics.compute(where, long), long, point_report())
        assert codes(evidence) == ("time_backwards",)

    def test_a_run_that_ends_before_it_starts(self) -> None:
        of = manifest()
        backwards = report(of, finished_at=START - timedelta(seconds=1))
        found = assess(backwards, [speed(decode=50)], of)
        assert found.reason_codes == ("time_backwards",)

    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ((1_000, 1_000, 0, 0), ()),
            ((1_000, 300, 0, 0), ()),
            ((1_000, 100, 0, 0), ("usage_mismatch",)),
            ((100, 1_000, 0, 0), ("usage_mismatch",)),
            ((1_000, 1_000, 1_000, 950), ()),
            ((1_000, 1_000, 1_000, 800), ("usage_mismatch",)),
            ((1_000, 100, 1_000, 1_000), ()),
        ],
    )
    def test_usage_against_chunks_and_tokenizer(
        self, counts: tuple[int, int, int, int], expected: tuple[str, ...]
    ) -> None:
        stated, chunks, both, counted = counts
        evidence = replace(
            speed(decode=50),
            counts=Counts(
                stated_tokens=stated,
                content_chunks=chunks,
                counted_stated_tokens=both,
                counted_tokens=counted,
            ),
        )
        assert codes(evidence) == expected

    @pytest.mark.parametrize(
        ("joules", "scope", "expected"),
        [
            (60 * 100, "gpu", ()),
            (60 * 260, "gpu", ("impossible_energy",)),
            (60 * 260, "wall", ()),
            (60 * 1, "gpu", ("impossible_energy",)),
            (0, "gpu", ("impossible_energy",)),
        ],
    )
    def test_energy_between_idle_and_a_multiple_of_the_rating(
        self, joules: float, scope: str, expected: tuple[str, ...]
    ) -> None:
        telemetry = TelemetrySummary.model_validate(
            {"samples": 60, "energy_joules": joules, "power_scope": scope}
        )
        evidence = replace(speed(decode=50), wall_s=60.0, telemetry=telemetry)
        assert codes(evidence, on=SPARK) == expected


class TestSession:
    @pytest.mark.parametrize(
        ("ttft_ms", "rate", "expected"),
        [(209, 50, ()), (211, 50, ("self_test_failed",)), (200, 47, ("self_test_failed",))],
    )
    def test_a_broken_ruler(self, ttft_ms: float, rate: float, expected: tuple[str, ...]) -> None:
        of = manifest()
        test = SelfTest(
            ttft_true_ms=200,
            ttft_measured_ms=ttft_ms,
            rate_true_tokens_per_second=50,
            rate_measured_tokens_per_second=rate,
        )
        found = assess(report(of, self_test=test), [speed(decode=50)], of)
        assert found.reason_codes == expected

    def test_a_model_that_does_not_know_the_answer(self) -> None:
        of = manifest()
        canary = Canary(passed=False, expected="Paris")
        found = assess(report(of, canary=canary), [speed(decode=50)], of)
        assert found.reason_codes == ("canary_failed",)

    @pytest.mark.parametrize(
        "argv",
        [
            ("llama-server", "--spec-synth-len", "4"),
            ("llama-server", "--spec-synth-rates=0.9,0.8"),
        ],
    )
    def test_flags_that_fake_acceptance(self, argv: tuple[str, ...]) -> None:
        assert codes(speed(decode=50), manifest(argv=argv)) == ("synthetic_speculation",)

    def test_greedy_text_that_no_other_run_gets(self) -> None:
        of = manifest(argv=("llama-server", "-m", "a.gguf", "-md", "b.gguf"))
        evidence = [speed(decode=50)]
        same = assess(report(of), evidence, of, known_greedy_sha256={"a" * 64, "c" * 64})
        other = assess(report(of), evidence, of, known_greedy_sha256={"b" * 64})
        plain = manifest(argv=("llama-server", "-m", "a.gguf"))
        without = assess(report(plain), evidence, plain, known_greedy_sha256={"b" * 64})
        assert same.verdict == "accepted"
        assert other.reason_codes == ("synthetic_speculation",)
        assert without.verdict == "accepted", "no draft, so rounding is the likelier reason"


class TestVerdict:
    def test_a_clean_run_is_accepted(self) -> None:
        found = assess(report(manifest()), [speed(decode=50)], manifest())
        assert (found.verdict, found.reason_codes, found.findings) == ("accepted", (), ())

    def test_a_run_is_void_when_no_point_counts(self) -> None:
        of = manifest()
        late = replace(speed(decode=50), voided="client_bottleneck")
        found = assess(report(of), [late, replace(late, key="b", voided="error_rate")], of)
        assert found.verdict == "void"
        assert found.reason_codes == ("client_bottleneck", "error_rate")

    def test_a_void_point_is_not_held_against_the_others(self) -> None:
        of = manifest()
        void = replace(speed(decode=26_437, ttft_ms=84_263), key="b", voided="error_rate")
        found = assess(report(of), [speed(decode=50), void], of)
        assert found.verdict == "accepted"
        assert found.void_points == (("b", "error_rate"),)

    def test_the_output_of_another_tool_has_no_report(self) -> None:
        assert assess(None, [speed(decode=50)], manifest()).verdict == "accepted"
        assert assess(None, [speed(decode=50, ttft_ms=0)], manifest()).verdict == "quarantined"

    def test_a_real_stream_passes_from_samples_to_verdict(self) -> None:
        samples = [answer(run=run, scheduled_ms=run * 5_000) for run in range(3)]
        where = point(output_tokens=51)
        of = manifest(where)
        evidence = evidence_of(where, metrics.compute(where, samples), samples, point_report())
        assert assess(report(of), [evidence], of).verdict == "accepted"
