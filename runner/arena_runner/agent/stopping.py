"""Why a run is to stop: said once, from any thread, heard by the run at its next request."""

import threading
from typing import Final

CANCELLED: Final = "cancelled"
LEASE_LOST: Final = "lease-lost"
AGENT_STOPPED: Final = "agent-stopped"


class Stop(Exception):
    """The run ends here without a result; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class StopSign:
    """A sign that can be raised once; the first reason stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._code: str | None = None
        self._detail = ""
        self._drain = False

    def raise_(self, code: str, detail: str) -> None:
        """Ask the run to stop at once."""
        with self._lock:
            if self._code is None:
                self._code, self._detail = code, detail

    def drain(self) -> None:
        """Ask the run to stop after the present point."""
        self._drain = True

    @property
    def code(self) -> str | None:
        """Return the reason, None while the run may go on."""
        return self._code

    def is_up(self) -> bool:
        """Return whether the run is to stop at once."""
        return self._code is not None

    def check(self) -> None:
        """Return while the run may go on; raise Stop otherwise."""
        if self._code is not None:
            raise Stop(self._code, self._detail)

    def check_between_points(self) -> None:
        """Return while the run may begin another point; raise Stop otherwise."""
        self.check()
        if self._drain:
            raise Stop(AGENT_STOPPED, "the agent was asked to end")
