"""How far a run can be trusted."""

from typing import Any

import pytest

from arena_runner.contract.profile import ClosedLoad
from arena_runner.contract.report import Canary, SelfTest, StateGate
from benchmarks import trust
from benchmarks.events.runs import Verdict
from tests.benchmarks.reports import manifest, point, report

OF = manifest()
WARM = StateGate(passed=False, warnings=("GPU at 84 °C",))
OFF = SelfTest(
    ttft_true_ms=200,
    ttft_measured_ms=240,
    rate_true_tokens_per_second=50,
    rate_measured_tokens_per_second=50,
)


def test_a_claim_without_signature_is_t0() -> None:
    assert trust.level(report=None, is_signed=False) == "T0"
    assert trust.level(report=report(OF), is_signed=False) == "T0"
    assert trust.level(report=report(OF), is_signed=False, origin="platform") == "T0"


def test_a_signed_report_with_all_checks_is_t2_and_t4_on_the_platform() -> None:
    assert trust.lacking(report(OF)) == ()
    assert trust.level(report=report(OF), is_signed=True) == "T2"
    assert trust.level(report=report(OF), is_signed=True, origin="platform") == "T4"


@pytest.mark.parametrize(
    ("lack", "sentence"),
    [
        ({"self_test": None}, "not tested against a server"),
        ({"self_test": OFF}, "off by 20.0%"),
        ({"canary": None}, "not asked"),
        ({"canary": Canary(passed=False, expected="Paris")}, "known answer"),
        ({"state_gate": None}, "not checked"),
        ({"state_gate": WARM}, "GPU at 84 °C"),
    ],
)
def test_without_one_of_the_checks_it_is_t1_and_says_what_lacks(
    lack: dict[str, Any], sentence: str
) -> None:
    signed = report(OF, **lack)
    assert trust.level(report=signed, is_signed=True) == "T1"
    assert trust.level(report=signed, is_signed=True, origin="platform") == "T1"
    (found,) = trust.lacking(signed)
    assert sentence in found


def test_another_owner_raises_it_to_t3_but_never_below_t4() -> None:
    warm = report(OF, state_gate=WARM)
    assert trust.level(report=report(OF), is_signed=True, is_reproduced=True) == "T3"
    assert trust.level(report=warm, is_signed=True, is_reproduced=True) == "T3"
    platform = trust.level(report=report(OF), is_signed=True, is_reproduced=True, origin="platform")
    assert platform == "T4"


@pytest.mark.parametrize("verdict", ["quarantined", "void"])
def test_what_the_gate_holds_back_is_at_most_t1(verdict: Verdict) -> None:
    found = trust.level(
        report=report(OF), is_signed=True, is_reproduced=True, origin="platform", verdict=verdict
    )
    assert found == "T1"


@pytest.mark.parametrize(
    ("first", "second", "agrees"),
    [(100, 110, True), (110, 100, True), (100, 111, False), (95, 105, True), (50, 50, True)],
)
def test_two_runs_agree_within_ten_percent_of_their_mean(
    first: float, second: float, agrees: bool
) -> None:
    values = [{"tg": {"decode_tokens_per_second": value}} for value in (first, second)]
    found = trust.agreement(OF, values[0], values[1])
    assert found is not None
    assert found.agrees is agrees


def test_the_headline_is_one_stream_without_context_near_128_tokens() -> None:
    of = manifest(
        point("c8", load=ClosedLoad(concurrency=8, requests=8)),
        point("long", output_tokens=1_024),
        point("tg128"),
    )
    values = {
        key: {"decode_tokens_per_second": 1.0, "system_tokens_per_second": 9.0}
        for key in ("c8", "long", "tg128")
    }
    found = trust.agreement(of, values, values)
    assert found is not None
    assert (found.point_key, found.metric) == ("tg128", "decode_tokens_per_second")
    fewer = {key: value for key, value in values.items() if key != "tg128"}
    found = trust.agreement(of, values, fewer)
    assert found is not None
    assert found.point_key == "long"


def test_nothing_in_both_is_no_agreement() -> None:
    assert trust.agreement(OF, {"tg": {"decode_tokens_per_second": 5.0}}, {}) is None
    assert trust.agreement(OF, {"tg": {"error_rate": 0.0}}, {"tg": {"error_rate": 0.0}}) is None
