"""One result of a check: what was looked at, how it stands, how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """`failed` makes the doctor's exit code 5; `skipped` says why a check could not be made."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`code` names the row of docs/operations.md that tells more; `mend` is empty when ok."""

    code: str
    status: Status
    detail: str
    mend: str = ""


def ok(code: str, detail: str) -> Finding:
    """All is as it must be."""
    return Finding(code=code, status=Status.OK, detail=detail)


def warning(code: str, detail: str, mend: str) -> Finding:
    """It works, with a risk the operator should know."""
    return Finding(code=code, status=Status.WARNING, detail=detail, mend=mend)


def failed(code: str, detail: str, mend: str) -> Finding:
    """Something is broken, or would lose or falsify data."""
    return Finding(code=code, status=Status.FAILED, detail=detail, mend=mend)


def skipped(code: str, detail: str) -> Finding:
    """The check needs something that another check found missing."""
    return Finding(code=code, status=Status.SKIPPED, detail=detail)
