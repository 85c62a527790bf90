"""Read a signed report: by whom, in shape, and in agreement with what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from arena.tenancy.models import Tenant
from arena_runner.contract.canonical import NotCanonicalError, canonical
from arena_runner.contract.report import Report
from arena_runner.contract.signing import BadSignatureError, Envelope, verify
from benchmarks import validation
from benchmarks.commands.leases import database_now
from benchmarks.models import Artifact
from benchmarks.state.refusals import Fault, RunRefused
from benchmarks.state.run import RunState
from benchmarks.validation import Expected, Problem

_PAYLOAD = "/report/payload"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """The runner whose report it is, as workers knows it; its key is not revoked."""

    runner_id: UUID
    public_key: bytes
    origin: Literal["owner", "platform"]


def read_report(envelope: Envelope, signer: Signer) -> Report:
    """Return the report in an envelope.

    Raises RunRefused: bad-signature, invalid-report, number-not-finite, report-too-large,
    foreign-runner.
    """
    try:
        verify(envelope, signer.public_key)
        size_bytes = len(canonical(envelope.payload))
    except (BadSignatureError, NotCanonicalError) as error:
        raise RunRefused(
            "bad-signature",
            f"The report is not signed by the runner's key: {error}.",
            faults=(Fault(pointer="/report/signature", message=str(error)[:300]),),
        ) from None
    report, problems = validation.read_report(envelope.payload, size_bytes=size_bytes)
    if report is None:
        raise refused(problems)
    if report.runner_id != signer.runner_id:
        raise RunRefused(
            "foreign-runner",
            "The report is of another runner than the one that sends it.",
            faults=(Fault(pointer=f"{_PAYLOAD}/runner_id", message="is another runner"),),
        )
    return report


def check_report(
    tenant: Tenant,
    report: Report,
    state: RunState,
    *,
    fence: int,
    not_before: datetime | None = None,
) -> None:
    """Raise RunRefused unless the report is of this run, this attempt and just its points.

    No point may be older than the request, or than `not_before` where there was none.
    """
    info = state.info
    digests = {point.samples_sha256 for point in report.points}
    digests |= {point.telemetry_sha256 for point in report.points if point.telemetry_sha256}
    stored = Artifact.objects.filter(tenant=tenant, sha256__in=digests)
    expected = Expected(
        run_id=info.run_id,
        runner_id=report.runner_id,
        attempt=info.attempt,
        fence=fence,
        manifest=report.manifest,
        requested_at=not_before or info.requested_at,
        now=database_now(tenant),
        artifacts=set(stored.values_list("sha256", flat=True)),
        recorded={
            key: point.samples_sha256
            for key, point in state.points.items()
            if point.runner_id == report.runner_id
        },
    )
    if report.manifest.identity_sha256 != info.identity_sha256:
        raise RunRefused(
            "identity-conflict",
            "What was measured is not what was asked for: the manifests differ.",
            faults=(Fault(pointer=f"{_PAYLOAD}/manifest", message="differs"),),
        )
    if problems := validation.report_problems(report, expected):
        raise refused(problems)


def refused(problems: Sequence[Problem], *, below: str = _PAYLOAD) -> RunRefused:
    """Return the refusal with these problems; the first one names it."""
    faults = tuple(
        Fault(pointer=f"{below}{problem.pointer}", message=problem.message) for problem in problems
    )
    return RunRefused(
        problems[0].code,
        "; ".join(f"{fault.pointer}: {fault.message}" for fault in faults[:5]),
        faults=faults,
    )


def invalid(fault: Fault) -> RunRefused:
    """Return the refusal of an upload that is not what it is said to be."""
    return RunRefused("invalid-report", f"{fault.pointer}: {fault.message}", faults=(fault,))
