"""Pure: what is wrong with an upload, all of it at once, for programs to read.

Nothing here judges whether a figure can be true (that is plausibility): a report that is refused
here is not about the run it claims, or cannot be what the load generator writes.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import isfinite
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import ValidationError

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import LockstepLoad, Point, ReplayLoad
from arena_runner.contract.report import PointReport, Report
from arena_runner.contract.samples import Sample

Code = Literal[
    "number-not-finite",
    "report-too-large",
    "invalid-report",
    "foreign-runner",
    "stale-lease",
    "identity-conflict",
    "artifact-missing",
    "bad-samples",
]

MAX_REPORT_BYTES: Final = 1_048_576
MAX_DEPTH: Final = 32
MAX_PROBLEMS: Final = 50
"""Listed of one upload; whoever has more has one kind of them."""
CLOCK_SKEW: Final = timedelta(minutes=10)
"""By which a runner's clock may differ from the database's."""
_MAX_INTEGER: Final = 2**53


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong: a stable code, a JSON pointer into what was sent, and how it should be."""

    code: Code
    pointer: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What the server knows of the attempt whose report is sent."""

    run_id: UUID
    runner_id: UUID
    attempt: int
    fence: int
    manifest: Manifest
    requested_at: datetime
    """When the run was asked for: no point can be older, whichever attempt measured it."""
    now: datetime
    artifacts: Collection[str]
    """SHA-256 of what is stored, among that which the report names."""
    recorded: Mapping[str, str]
    """Samples by the key of each point that this run has recorded."""


def payload_problems(payload: object, *, size_bytes: int) -> tuple[Problem, ...]:
    """Return what makes a decoded JSON value unfit to be read further."""
    if size_bytes > MAX_REPORT_BYTES:
        message = f"{size_bytes} bytes, at most {MAX_REPORT_BYTES} are taken"
        return (Problem(code="report-too-large", pointer="", message=message),)
    return tuple(islice(_numbers(payload, "", 0), MAX_PROBLEMS))


def read_report(
    payload: Mapping[str, Any], *, size_bytes: int
) -> tuple[Report | None, tuple[Problem, ...]]:
    """Return the report in a payload, or None and what is wrong with its form."""
    problems = payload_problems(payload, size_bytes=size_bytes)
    if problems:
        return None, problems
    try:
        return Report.model_validate(payload), ()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)[:MAX_PROBLEMS]
        return None, tuple(
            Problem(code="invalid-report", pointer=_pointer(fault["loc"]), message=fault["msg"])
            for fault in faults
        )


def report_problems(report: Report, expected: Expected) -> tuple[Problem, ...]:
    """Return where a well-formed report is not about its run, its attempt and just its points."""
    found = (
        *_identity(report, expected),
        *_points(report, expected),
        *_artifacts(report, expected.artifacts),
        *_times(report, expected),
    )
    return found[:MAX_PROBLEMS]


def sample_problems(
    point: Point, samples: Sequence[Sample], report: PointReport
) -> tuple[Problem, ...]:
    """Return where samples are not those of a point as its profile plans it.

    Fewer than planned is refused unless the point says why it was ended, so that slow or failed
    requests cannot be left out; conversations may end early.
    """
    return tuple(islice(_samples(point, samples, report), MAX_PROBLEMS))


def planned_requests(point: Point) -> int:
    """Return how many requests one run of a point has, if none of its conversations fails."""
    load = point.load
    if isinstance(load, LockstepLoad):
        return load.concurrency * load.batches
    return load.conversations * load.turns if isinstance(load, ReplayLoad) else load.requests


def _numbers(value: object, pointer: str, depth: int) -> Iterator[Problem]:
    if depth > MAX_DEPTH:
        message = f"nested more than {MAX_DEPTH} deep"
        yield Problem(code="invalid-report", pointer=pointer, message=message)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _numbers(item, f"{pointer}/{_step(name)}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _numbers(item, f"{pointer}/{index}", depth + 1)
    elif isinstance(value, float) and not isfinite(value):
        message = "is not a finite number; leave out what was not measured"
        yield Problem(code="number-not-finite", pointer=pointer, message=message)
    elif isinstance(value, int) and abs(value) > _MAX_INTEGER:
        message = "is beyond 2^53, which JSON does not hold exactly"
        yield Problem(code="invalid-report", pointer=pointer, message=message)


def _identity(report: Report, expected: Expected) -> Iterator[Problem]:
    if report.runner_id != expected.runner_id:
        yield Problem(
            code="foreign-runner",
            pointer="/runner_id",
            message="is another runner's than the key's",
        )
    if report.run_id != expected.run_id:
        yield Problem(code="invalid-report", pointer="/run_id", message="is another run")
    for name in ("attempt", "fence"):
        stated, known = getattr(report, name), getattr(expected, name)
        if stated != known:
            yield Problem(
                code="stale-lease",
                pointer=f"/{name}",
                message=f"is {stated}, the lease has {known}",
            )
    if report.manifest.identity_sha256 != expected.manifest.identity_sha256:
        yield Problem(
            code="identity-conflict",
            pointer="/manifest",
            message="is not what was asked for: its identity is"
            f" {report.manifest.identity_sha256[:12]}, not"
            f" {expected.manifest.identity_sha256[:12]}",
        )


def _points(report: Report, expected: Expected) -> Iterator[Problem]:
    planned = [point.key for point in expected.manifest.profile.points]
    counts = Counter(point.key for point in report.points)
    for key in planned:
        if not counts[key]:
            yield _invalid("/points", f"lacks the point {key}")
    for index, point in enumerate(report.points):
        where = f"/points/{index}"
        if point.key not in planned:
            yield _invalid(f"{where}/key", f"{point.key} is no point of the profile")
            continue
        if counts[point.key] > 1:
            yield _invalid(f"{where}/key", f"{point.key} is reported {counts[point.key]} times")
        known = expected.recorded.get(point.key)
        if known is None:
            yield _invalid(f"{where}/key", f"{point.key} was not recorded")
        elif known != point.samples_sha256:
            yield _invalid(f"{where}/samples_sha256", "are not the samples that were recorded")


def _artifacts(report: Report, stored: Collection[str]) -> Iterator[Problem]:
    for index, point in enumerate(report.points):
        for name in ("samples_sha256", "telemetry_sha256"):
            sha256 = getattr(point, name)
            if sha256 is not None and sha256 not in stored:
                yield Problem(
                    code="artifact-missing",
                    pointer=f"/points/{index}/{name}",
                    message="is not stored; upload it first",
                )


def _times(report: Report, expected: Expected) -> Iterator[Problem]:
    moments = [
        (f"{where}/{name}", getattr(holder, name))
        for where, holder in (
            ("", report),
            *((f"/points/{index}", point) for index, point in enumerate(report.points)),
        )
        for name in ("started_at", "finished_at")
    ]
    first, last = expected.requested_at - CLOCK_SKEW, expected.now + CLOCK_SKEW
    for pointer, moment in moments:
        if moment.tzinfo is None:
            yield _invalid(pointer, "has no offset from UTC")
        elif not first <= moment <= last:
            yield _invalid(
                pointer,
                f"{moment.isoformat()} is outside the lease: not between"
                f" {expected.requested_at.isoformat()} and {expected.now.isoformat()}, with"
                f" {CLOCK_SKEW.seconds // 60} minutes for the runner's clock",
            )


def _samples(point: Point, samples: Sequence[Sample], report: PointReport) -> Iterator[Problem]:
    if len(samples) != report.sample_count:
        message = f"says {report.sample_count}, the samples are {len(samples)} rows"
        yield Problem(code="bad-samples", pointer="/point/sample_count", message=message)
    per_run = planned_requests(point)
    seen: Counter[tuple[int, int]] = Counter()
    for row, sample in enumerate(samples, start=1):
        seen[sample.run, sample.index] += 1
        if seen[sample.run, sample.index] == 2:
            yield _bad(row, f"run {sample.run} request {sample.index} is there twice")
        if sample.run >= point.runs:
            yield _bad(row, f"run {sample.run} of {point.runs}, counted from 0")
        if sample.index >= per_run:
            yield _bad(row, f"request {sample.index} of {per_run} in a run, counted from 0")
    if report.voided is None and not isinstance(point.load, ReplayLoad):
        missing = point.runs * per_run - len(seen)
        if missing > 0:
            message = f"{missing} of {point.runs * per_run} planned requests are left out"
            yield Problem(code="bad-samples", pointer="/point/samples_sha256", message=message)


def _bad(row: int, message: str) -> Problem:
    return Problem(
        code="bad-samples", pointer="/point/samples_sha256", message=f"line {row}: {message}"
    )


def _invalid(pointer: str, message: str) -> Problem:
    return Problem(code="invalid-report", pointer=pointer, message=message)


def _pointer(path: tuple[int | str, ...]) -> str:
    return "".join(f"/{_step(step)}" for step in path)


def _step(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
