"""What the agent's exit status means, for scripts."""

from enum import IntEnum

from arena_runner.agent.errors import AgentError, InvalidInput, NotRegistered, NotSignedIn
from arena_runner.agent.session import OTHER_ARENA
from arena_runner.site.errors import ArenaError

_AUTH_CODES = frozenset(
    {"device-code-expired", "device-code-refused", "token-readable", OTHER_ARENA}
)


class ExitCode(IntEnum):
    """The table that `arena-runner --help` prints."""

    OK = 0
    ERROR = 1
    USAGE = 2
    VALIDATION = 3
    AUTH = 4
    DOCTOR = 5


def of(error: Exception) -> ExitCode:
    """Return the exit code of an error."""
    if isinstance(error, InvalidInput):
        return ExitCode.VALIDATION
    if isinstance(error, NotSignedIn | NotRegistered):
        return ExitCode.AUTH
    if isinstance(error, ArenaError):
        return _of_refusal(error)
    if isinstance(error, AgentError) and error.code in _AUTH_CODES:
        return ExitCode.AUTH
    return ExitCode.ERROR


def _of_refusal(error: ArenaError) -> ExitCode:
    if error.status in {401, 403} or error.code in _AUTH_CODES:
        return ExitCode.AUTH
    if error.status in {400, 413, 415, 422}:
        return ExitCode.VALIDATION
    return ExitCode.ERROR
