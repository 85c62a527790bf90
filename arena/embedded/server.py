"""One server process under the keeper: started, watched, restarted, stopped."""

import logging
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from arena.embedded import process
from arena.embedded.datadir import DataDir
from arena.embedded.errors import EmbeddedError
from arena.embedded.identity import Identity

_READY_TIMEOUT_S = 300.0
# A server that ran this long and then ended is started again at once.
_STABLE_S = 10.0
_BACKOFF_S = (0.0, 0.25, 1.0, 3.0)
_FIRST_START_ATTEMPTS = 3

logger = logging.getLogger("arena.keeper")


class Program(Protocol):
    """What a server has to say about itself."""

    @property
    def data(self) -> DataDir: ...
    @property
    def name(self) -> str: ...
    @property
    def death_signal(self) -> signal.Signals: ...
    @property
    def stop_signals(self) -> tuple[tuple[signal.Signals, float], ...]:
        """Signals to stop with, each with the seconds it gets before the next one."""

    def prepare(self, output: int) -> None: ...
    def argv(self) -> list[str | Path]: ...
    def is_ready(self, pid: int) -> bool: ...
    def first_ready(self, output: int) -> None: ...


class Server:
    """`advance` moves it one step towards readiness and never waits for it."""

    def __init__(self, program: Program, identity: Identity) -> None:
        self.program = program
        self.identity = identity
        self.pid: int | None = None
        self.ready = False
        self.was_ready = False
        self.failures = 0
        self.next_start = 0.0
        self.started = 0.0

    def advance(self) -> None:
        """Start it if it is down; find out whether it has become ready.

        Raises EmbeddedError when it has never become ready and keeps ending or hanging.
        """
        now = time.monotonic()
        if self.pid is None:
            if now >= self.next_start:
                self._start(now)
        elif not self.ready:
            if self.program.is_ready(self.pid):
                self._become_ready(now)
            elif now - self.started > _READY_TIMEOUT_S:
                raise EmbeddedError(f"{self.program.name}: not ready after {_READY_TIMEOUT_S} s")

    def notice(self, ended: Mapping[int, int]) -> None:
        """Take note if this server is among the ended processes (pid -> exit code)."""
        if self.pid is None or self.pid not in ended:
            return
        logger.warning("%s ended with code %d", self.program.name, ended[self.pid])
        process.kill_group(self.pid)
        self.pid, self.ready = None, False
        now = time.monotonic()
        self.failures = 1 if now - self.started > _STABLE_S else self.failures + 1
        if not self.was_ready and self.failures >= _FIRST_START_ATTEMPTS:
            raise EmbeddedError(
                f"{self.program.name} ended {self.failures} times before it was ready; "
                f"its last lines are in {self.program.data.logs / self.program.name}.log"
            )
        self.next_start = now + _BACKOFF_S[min(self.failures, len(_BACKOFF_S)) - 1]

    def stop(self) -> None:
        """Stop it and wait for its end, with ever stronger signals."""
        if self.pid is None:
            return
        pid, self.pid, self.ready = self.pid, None, False
        for signum, seconds in self.program.stop_signals:
            process.send(pid, signum)
            if process.wait(pid, seconds) is not None:
                process.kill_group(pid)
                logger.info("%s stopped by %s", self.program.name, signum.name)
                return
        logger.error("%s (pid %d) does not end", self.program.name, pid)

    def _start(self, now: float) -> None:
        output = self.program.data.open_log(self.program.name)
        try:
            self.program.prepare(output)
            self.pid = process.spawn(
                self.program.argv(),
                output=output,
                death_signal=self.program.death_signal,
                assume_identity=self.identity.assume,
            )
        finally:
            os.close(output)
        self.started = now

    def _become_ready(self, now: float) -> None:
        if not self.was_ready:
            output = self.program.data.open_log(self.program.name)
            try:
                self.program.first_ready(output)
            finally:
                os.close(output)
        self.ready = self.was_ready = True
        logger.info("%s ready after %.2f s", self.program.name, now - self.started)
