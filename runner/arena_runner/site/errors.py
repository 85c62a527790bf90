"""What a site says when it refuses, and what its absence looks like."""

import json
from collections.abc import Mapping
from typing import Any, Final

UNREACHABLE: Final = "unreachable"
_MAX_TEXT: Final = 500
_REMEDIES: Final[Mapping[str, str]] = {
    "unauthenticated": "Sign in: arena-runner login",
    "insufficient-scope": "Sign in again for a key with the scope `runner`: arena-runner login",
    "key-revoked": "Make and register a new signing key: arena-runner key rotate",
    "not-approved": "An administrator of the arena must approve this runner first",
    "too-large": "Send less; very long points can be split by a profile with fewer requests",
    "unknown-profile": "Use a profile of this arena; `GET profiles` lists them",
    "stale-lease": "Another attempt has the run now: arena-runner resume",
    "lease-expired": "Ask for the run again: arena-runner resume",
    UNREACHABLE: "Look at the address (arena-runner config url) and at the network",
}


class ArenaError(Exception):
    """A refusal by the site: a stable code, what went wrong, and how to mend it.

    `status` is the HTTP status, 0 where no answer came. `pointer` is the JSON pointer to the first
    field at fault. Nothing in here ever holds a key.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int = 0,
        pointer: str | None = None,
        remedy: str | None = None,
        retry_after_s: float | None = None,
        problems: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.code, self.detail, self.status, self.pointer = code, detail, status, pointer
        self.remedy = remedy or _REMEDIES.get(code)
        self.retry_after_s = retry_after_s
        self.problems = problems
        """Each single fault as (where, what)."""

    @property
    def is_temporary(self) -> bool:
        """Return whether the same request may succeed later."""
        return self.status in {0, 408, 425, 429} or self.status >= 500


def unreachable(error: Exception) -> ArenaError:
    """Return the error for an answer that never came; the cause by its kind, never its text."""
    return ArenaError(UNREACHABLE, f"no answer from the arena ({type(error).__name__})")


def refusal(status: int, body: bytes, retry_after: str | None) -> ArenaError:
    """Return the error for an answer of 400 and above, whatever its body is."""
    problem = _problem(body)
    faults = tuple(_fault(item) for item in problem.get("errors") or () if isinstance(item, dict))
    return ArenaError(
        _text(problem.get("code")) or f"http-{status}",
        _text(problem.get("detail")) or f"the arena answered {status} without an explanation",
        status=status,
        pointer=next((where for where, _ in faults if where), None),
        remedy=_text(problem.get("remedy")),
        retry_after_s=_seconds(retry_after),
        problems=faults,
    )


def _problem(body: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return problem if isinstance(problem, dict) else {}


def _fault(item: Mapping[str, Any]) -> tuple[str, str]:
    where = item.get("pointer") or item.get("parameter") or item.get("header")
    return _text(where) or "", _text(item.get("detail")) or ""


def _text(value: Any) -> str | None:
    return value[:_MAX_TEXT] if isinstance(value, str) and value else None


def _seconds(retry_after: str | None) -> float | None:
    """Return the wait in seconds; dates are not read, the usual wait is as good."""
    try:
        wait = float(retry_after or "")
    except ValueError:
        return None
    return wait if 0 <= wait <= 3_600 else None
