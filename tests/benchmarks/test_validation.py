"""Each way in which an upload can be wrong is refused with its code and place."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from arena_runner.contract.profile import ClosedLoad, LockstepLoad, OpenLoad, ReplayLoad
from arena_runner.contract.report import TelemetrySummary
from arena_runner.contract.samples import Sample
from benchmarks.validation import (
    MAX_PROBLEMS,
    MAX_REPORT_BYTES,
    Expected,
    planned_requests,
    read_report,
    report_problems,
    sample_problems,
)
from tests.benchmarks.reports import RUN, RUNNER, START, manifest, point, point_report, report
from tests.runner.metrics.streams import answer

OF = manifest(point("a"), point("b"))
SAMPLES = "0" * 64
EXPECTED = Expected(
    run_id=RUN,
    runner_id=RUNNER,
    attempt=1,
    fence=7,
    manifest=OF,
    requested_at=START - timedelta(minutes=1),
    now=START + timedelta(minutes=10),
    artifacts={SAMPLES},
    recorded={"a": SAMPLES, "b": SAMPLES},
)
OTHER = UUID("00000000-0000-4000-8000-00000000000f")
LONG_AGO = START - timedelta(hours=1)
LATER = START + timedelta(hours=1)


def test_a_report_of_its_run_has_no_problems() -> None:
    assert report_problems(report(OF), EXPECTED) == ()


def points(**changes: Any) -> tuple[object, ...]:
    return point_report("a"), point_report("b", **changes)


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"runner_id": OTHER}, "foreign-runner", "/runner_id"),
        ({"run_id": OTHER}, "invalid-report", "/run_id"),
        ({"fence": 6}, "stale-lease", "/fence"),
        ({"attempt": 2}, "stale-lease", "/attempt"),
        ({"manifest": manifest(point("a"))}, "identity-conflict", "/manifest"),
        ({"points": points()[:1]}, "invalid-report", "/points"),
        ({"points": (*points(), point_report("c"))}, "invalid-report", "/points/2/key"),
        ({"points": (*points(), point_report("b"))}, "invalid-report", "/points/2/key"),
        (
            {"points": points(samples_sha256="1" * 64)},
            "invalid-report",
            "/points/1/samples_sha256",
        ),
        (
            {"points": points(telemetry_sha256="2" * 64)},
            "artifact-missing",
            "/points/1/telemetry_sha256",
        ),
        ({"points": points(started_at=LONG_AGO)}, "invalid-report", "/points/1/started_at"),
        ({"finished_at": LATER}, "invalid-report", "/finished_at"),
        ({"started_at": START.replace(tzinfo=None)}, "invalid-report", "/started_at"),
    ],
)
def test_a_report_of_something_else(changes: dict[str, Any], code: str, pointer: str) -> None:
    found = report_problems(report(OF, **changes), EXPECTED)
    assert (code, pointer) in [(problem.code, problem.pointer) for problem in found]


def test_a_point_that_was_never_recorded_and_samples_that_are_not_stored() -> None:
    fewer = replace(EXPECTED, recorded={"a": SAMPLES}, artifacts=set())
    found = report_problems(report(OF), fewer)
    assert {problem.code for problem in found} == {"invalid-report", "artifact-missing"}


def test_points_of_an_earlier_attempt_are_taken() -> None:
    """A run resumes after hours; its first points are older than this attempt."""
    old = replace(EXPECTED, requested_at=LONG_AGO)
    early = report(OF, points=points(started_at=LONG_AGO, finished_at=LONG_AGO))
    assert report_problems(early, old) == ()


def payload(**changes: Any) -> dict[str, Any]:
    return report(OF).model_dump(mode="json") | changes


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        (
            {"self_test": {"ttft_true_ms": float("nan")}},
            "number-not-finite",
            "/self_test/ttft_true_ms",
        ),
        ({"points": [{"client_cpu_seconds": json.loads("1e999")}]}, "number-not-finite", None),
        ({"fence": 10**400}, "invalid-report", "/fence"),
        ({"fence": -1}, "invalid-report", "/fence"),
        ({"attempt": 0}, "invalid-report", "/attempt"),
        ({"surprise": 1}, "invalid-report", "/surprise"),
        ({"points": [{"key": "a"}]}, "invalid-report", "/points/0/samples_sha256"),
        ({"points": "a"}, "invalid-report", "/points"),
        ({"report_version": 2}, "invalid-report", "/report_version"),
    ],
)
def test_a_payload_that_is_no_report(
    changes: dict[str, Any], code: str, pointer: str | None
) -> None:
    found, problems = read_report(payload(**changes), size_bytes=1_000)
    assert found is None
    assert problems[0].code == code
    assert pointer is None or pointer in [problem.pointer for problem in problems]


def test_negative_measurements_are_refused() -> None:
    raw = payload()
    raw["points"][0]["send_lag_p99_ms"] = -1.0
    raw["points"][1]["telemetry"] = {"samples": 1, "energy_joules": -5.0}
    found, problems = read_report(raw, size_bytes=1_000)
    assert found is None
    assert [problem.pointer for problem in problems] == [
        "/points/0/send_lag_p99_ms",
        "/points/1/telemetry/energy_joules",
    ]


def test_a_report_that_is_too_large_is_not_read_at_all() -> None:
    found, problems = read_report(payload(), size_bytes=MAX_REPORT_BYTES + 1)
    assert found is None
    assert problems[0].code == "report-too-large"


def test_deep_nesting_is_refused_without_descending() -> None:
    deep: Any = 1
    for _ in range(10_000):
        deep = [deep]
    found, problems = read_report(payload(surprise=deep), size_bytes=1_000)
    assert found is None
    assert "nested" in problems[0].message


def test_a_report_that_reads_back_is_the_same() -> None:
    found, problems = read_report(payload(), size_bytes=1_000)
    assert (found, problems) == (report(OF), ())


def rows(runs: int = 3, per_run: int = 3) -> list[Sample]:
    return [answer(run=run, index=index) for run in range(runs) for index in range(per_run)]


def test_all_samples_of_a_point_are_taken() -> None:
    assert sample_problems(point(), rows(), point_report(sample_count=9)) == ()


@pytest.mark.parametrize(
    ("samples", "count", "message"),
    [
        (rows(), 8, "says 8, the samples are 9 rows"),
        (rows()[:-1], 8, "1 of 9 planned requests are left out"),
        ([*rows()[:-1], rows()[0]], 9, "line 9: run 0 request 0 is there twice"),
        ([*rows()[:-1], answer(run=3)], 9, "line 9: run 3 of 3, counted from 0"),
        ([*rows()[:-1], answer(index=3)], 9, "line 9: request 3 of 3 in a run"),
    ],
)
def test_samples_that_are_not_those_of_the_point(
    samples: list[Sample], count: int, message: str
) -> None:
    found = sample_problems(point(), samples, point_report(sample_count=count))
    assert any(message in problem.message for problem in found)
    assert {problem.code for problem in found} == {"bad-samples"}


def test_a_point_that_was_ended_may_be_short_and_a_conversation_may_break_off() -> None:
    ended = point_report(sample_count=2, voided="cancelled")
    assert sample_problems(point(), rows()[:2], ended) == ()
    talk = point(load=ReplayLoad(concurrency=1, conversations=2, turns=3))
    assert sample_problems(talk, rows()[:2], point_report(sample_count=2)) == ()


def test_a_flood_of_problems_is_cut() -> None:
    many = [answer(run=99) for _ in range(1_000)]
    found = sample_problems(point(), many, point_report(sample_count=1_000))
    assert len(found) == MAX_PROBLEMS


@pytest.mark.parametrize(
    ("load", "requests"),
    [
        (ClosedLoad(concurrency=4, requests=12), 12),
        (LockstepLoad(concurrency=4, batches=2), 8),
        (OpenLoad(rate_per_second=1, requests=5), 5),
        (ReplayLoad(concurrency=2, conversations=3, turns=5), 15),
    ],
)
def test_how_many_requests_a_run_plans(load: Any, requests: int) -> None:
    assert planned_requests(point(load=load)) == requests


@pytest.mark.parametrize("number", [float("nan"), float("inf"), json.loads("1e999")])
def test_no_part_of_a_report_or_profile_takes_what_json_cannot_hold(number: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        point_report(send_lag_p99_ms=number)
    with pytest.raises(ValidationError, match="finite"):
        TelemetrySummary(samples=1, energy_joules=number)
    with pytest.raises(ValidationError, match="finite"):
        OpenLoad(rate_per_second=1, requests=1, burstiness=number)
