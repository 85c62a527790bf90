"""Why a command about a run was refused, in a form that programs read too."""

from dataclasses import dataclass
from typing import Literal

from arena.eventstore.domain import DomainError

Code = Literal[
    "stale-lease",
    "lease-expired",
    "run-cancelled",
    "run-over",
    "foreign-runner",
    "digest-mismatch",
    "bad-signature",
    "bad-samples",
    "artifact-missing",
    "invalid-report",
    "number-not-finite",
    "report-too-large",
    "invalid-manifest",
    "identity-conflict",
    "payload-changed",
    "not-publishable",
    "unknown-point",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing wrong, and where: `pointer` is a JSON pointer into what was sent."""

    pointer: str
    message: str


class RunRefused(DomainError):
    """A command about a run was refused; `code` is the stable name of the problem."""

    def __init__(self, code: Code, message: str, *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.faults = faults
