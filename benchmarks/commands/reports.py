"""Read a signed report: by whom, in shape, and in agreement with what was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import ValidationError

from arena_runner.contract.canonical import NotCanonicalError
from arena_runner.contract.report import Report
from arena_runner.contract.signing import BadSignatureError, Envelope, verify
from benchmarks.state.refusals import Fault, RunRefused

_PAYLOAD = "/report/payload"
_MAX_FAULTS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """The runner whose report it is, as workers knows it; its key is not revoked."""

    runner_id: UUID
    public_key: bytes
    origin: Literal["owner", "platform"]


def read_report(envelope: Envelope, signer: Signer) -> Report:
    """Return the report in an envelope; raise RunRefused: bad-signature, invalid-report."""
    try:
        verify(envelope, signer.public_key)
    except (BadSignatureError, NotCanonicalError) as error:
        raise RunRefused(
            "bad-signature",
            f"The report is not signed by the runner's key: {error}.",
            faults=(Fault(pointer="/report/signature", message=str(error)[:300]),),
        ) from None
    try:
        report = Report.model_validate(envelope.payload)
    except ValidationError as error:
        raise invalid(
            Fault(pointer=_pointer(fault["loc"]), message=fault["msg"])
            for fault in error.errors(include_url=False, include_input=False)[:_MAX_FAULTS]
        ) from None
    if faults := [*_untimed(report), *_repeated(report)]:
        raise invalid(faults)
    if report.runner_id != signer.runner_id:
        raise RunRefused(
            "foreign-runner",
            "The report is of another runner than the one that sends it.",
            faults=(Fault(pointer=f"{_PAYLOAD}/runner_id", message="is another runner"),),
        )
    return report


def invalid(faults: Iterator[Fault] | list[Fault]) -> RunRefused:
    """Return the refusal of a report with these faults."""
    found = tuple(faults)
    return RunRefused(
        "invalid-report",
        "The report cannot be taken: "
        + "; ".join(f"{fault.pointer}: {fault.message}" for fault in found),
        faults=found,
    )


def at_point(index: int, field: str, message: str) -> Fault:
    """Return a fault of one field of one reported point."""
    return Fault(pointer=f"{_PAYLOAD}/points/{index}/{field}", message=message)


def at(field: str, message: str) -> Fault:
    """Return a fault of one field of the report."""
    return Fault(pointer=f"{_PAYLOAD}/{field}", message=message)


def _untimed(report: Report) -> Iterator[Fault]:
    for field in ("started_at", "finished_at"):
        if getattr(report, field).tzinfo is None:
            yield at(field, "has no offset from UTC")
        for index, point in enumerate(report.points):
            if getattr(point, field).tzinfo is None:
                yield at_point(index, field, "has no offset from UTC")


def _repeated(report: Report) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, point in enumerate(report.points):
        if point.key in seen:
            yield at_point(index, "key", f"{point.key} is reported twice")
        seen.add(point.key)


def _pointer(path: tuple[int | str, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return _PAYLOAD + "".join(f"/{step}" for step in steps)
