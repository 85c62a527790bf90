"""One service of the site as a child process: started, restarted when it ends, stopped."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from arena.embedded import process, services
from arena.embedded.datadir import DataDir

# A service that ran this long and then ended is started again at once.
_STABLE_S = 10.0
_BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 4.0)
_FAILURES_MAX = 4


class Child:
    """`pid` is None while it is down; `ensure_running` brings it back when its backoff is over."""

    def __init__(self, *, service: services.Service, data: DataDir) -> None:
        self.service = service
        self.data = data
        self.pid: int | None = None
        self.failures = 0
        self.started = 0.0
        self.next_start = 0.0

    @property
    def log_path(self) -> Path:
        return self.data.logs / f"{self.service.name}.log"

    @property
    def uptime_s(self) -> float:
        """Seconds since the last start; 0 while it is down."""
        return 0.0 if self.pid is None else time.monotonic() - self.started

    @property
    def keeps_failing(self) -> bool:
        """Whether it ended several times in a row, each time shortly after its start."""
        return self.failures >= _FAILURES_MAX

    def ensure_running(self) -> None:
        """Start it if it is down and not waiting after repeated quick ends."""
        if self.pid is not None or time.monotonic() < self.next_start:
            return
        output = self.data.open_log(self.service.name)
        try:
            self.pid = process.spawn(
                self.service.argv, output=output, env=services.environment_of(self.service)
            )
        finally:
            os.close(output)
        self.started = time.monotonic()

    def notice(self, ended: Mapping[int, int]) -> bool:
        """Take note if it is among the ended processes (pid -> exit code)."""
        if self.pid is None or self.pid not in ended:
            return False
        # Whatever it had started must not work beside its successor.
        process.kill_group(self.pid)
        stable = self.uptime_s > _STABLE_S
        self.failures = 1 if stable else self.failures + 1
        self.pid = None
        self.next_start = time.monotonic() + _BACKOFF_S[min(self.failures, len(_BACKOFF_S)) - 1]
        return True

    def stop(self) -> None:
        """SIGTERM, the service's grace, then SIGKILL for all that is left of its group."""
        if self.pid is None:
            return
        pid, self.pid = self.pid, None
        process.send(pid, signal.SIGTERM)
        process.wait(pid, self.service.stop_grace_s)
        process.kill_group(pid)
        process.wait(pid, self.service.stop_grace_s)
