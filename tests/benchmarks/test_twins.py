"""Why a box is slower than its twins."""

from dataclasses import replace
from uuid import UUID

import pytest

from arena_runner.contract.report import TelemetrySummary
from benchmarks.twins import Twin, kin, standing, twin_of
from tests.benchmarks.reports import machine, manifest, point_report, report


def twin(number: int, value: float) -> Twin:
    return Twin(
        run_id=UUID(int=number),
        value=value,
        sm_clock_mhz=2_400,
        power_watts=90,
        temperature_celsius=70,
        other_load=0.01,
        driver_version="580.95",
        engine="vllm",
        engine_version="0.19.1",
    )


OTHERS = [twin(number, 50 + number) for number in range(1, 6)]
MINE = twin(9, 42)


def test_the_percentile_counts_the_slower_and_half_of_those_alike() -> None:
    found = standing(twin(9, 53), OTHERS)
    assert found is not None
    assert (found.others, found.percentile, found.median, found.faster) == (5, 50.0, 53, 2)
    assert found.reasons == ()


def test_for_latencies_less_is_better() -> None:
    found = standing(twin(9, 51), OTHERS, better="lower")
    assert found is not None
    assert found.percentile == 90.0
    slow = standing(replace(MINE, value=80, sm_clock_mhz=1_968), OTHERS, better="lower")
    assert slow is not None
    assert slow.percentile == 0
    assert slow.relative_gap == pytest.approx(-27 / 53)
    assert [reason.code for reason in slow.reasons] == ["clock"]


def test_without_twins_there_is_nothing_to_say() -> None:
    assert standing(MINE, []) is None
    assert standing(MINE, [MINE]) is None, "a run is no twin of itself"


def test_a_slower_clock_is_named_with_its_ratio() -> None:
    found = standing(replace(MINE, sm_clock_mhz=1_968), OTHERS)
    assert found is not None
    (reason,) = found.reasons
    assert reason.sentence == (
        "Your SM clock was 82% of that of the 5 faster runs: 1968 against 2400 MHz."
    )


def test_reasons_are_ranked() -> None:
    hot = replace(
        MINE,
        sm_clock_mhz=1_200,
        temperature_celsius=92,
        throttle_reasons=("sw_thermal_slowdown",),
        power_watts=30,
        other_load=0.4,
        driver_version="570.1",
        engine_version="0.18.0",
    )
    found = standing(hot, OTHERS)
    assert found is not None
    assert [reason.code for reason in found.reasons] == [
        "clock",
        "power",
        "throttled",
        "other_load",
        "temperature",
        "driver_version",
        "engine_version",
    ]
    assert "570.1; 5 of 5 faster runs have 580.95" in found.reasons[5].sentence
    assert "vllm 0.18.0" in found.reasons[6].sentence


def test_what_the_faster_share_is_no_reason() -> None:
    capped = [replace(other, throttle_reasons=("sw_power_cap",)) for other in OTHERS]
    found = standing(replace(MINE, throttle_reasons=("sw_power_cap",)), capped)
    assert found is not None
    assert found.reasons == ()


def test_what_is_not_known_is_no_reason() -> None:
    found = standing(Twin(run_id=UUID(int=9), value=10), OTHERS)
    assert found is not None
    assert found.reasons == ()


def test_a_twin_is_read_from_its_report() -> None:
    telemetry = TelemetrySummary(
        samples=60, sm_clock_mhz_mean=2_000, throttle_reasons=("hw_slowdown",)
    )
    of = manifest(quantization="FP8")
    made = report(of, machine("NVIDIA GB10"), points=(point_report(telemetry=telemetry),))
    found = twin_of(made, "tg", 50.0)
    assert (found.sm_clock_mhz, found.throttle_reasons) == (2_000, ("hw_slowdown",))
    assert twin_of(made, "other", 50.0).sm_clock_mhz is None
    assert kin(made) == ("dgx-spark", 1, 1, "acme/demo", "FP8", "demo-v1")
    assert kin(report(of, machine("Card X"))) is None
