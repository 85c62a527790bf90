"""Hands a run over: to the site, as far as it answers, or to a folder until somebody exports it."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from arena_runner.agent.checkpoint import Preparation, RunFolder, StoredPoint
from arena_runner.agent.redaction import public
from arena_runner.agent.stopping import CANCELLED, LEASE_LOST, Stop
from arena_runner.contract.canonical import canonical, sha256
from arena_runner.contract.signing import Envelope
from arena_runner.site.answers import Judged
from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError

UNDELIVERED: Final = "undelivered"
_MAX_LINES: Final = 500
_LINES_AT_ONCE: Final = 100
_MAX_LINE: Final = 1_000
_STOPS: Final = {
    "run-cancelled": CANCELLED,
    "stale-lease": LEASE_LOST,
    "lease-expired": LEASE_LOST,
    "run-over": LEASE_LOST,
    "foreign-runner": LEASE_LOST,
}


@dataclass(frozen=True)
class Lease:
    """The right to work on a run, until another has it."""

    run_id: UUID
    runner_id: UUID
    fence: int
    lease_s: float

    def body(self) -> dict[str, Any]:
        """Return what every write of the lease's holder says."""
        return {"runner_id": str(self.runner_id), "fence": self.fence}


class Sink(Protocol):
    """Who gets the results of a run."""

    def deliver(self) -> None:
        """Hand over what is there and not handed over yet; raise Stop when that is refused."""

    def finish(self, envelope: Envelope) -> Judged | None:
        """Hand over the signed report; raise Stop when it cannot be now."""

    def fail(self, code: str, message: str, *, is_final: bool) -> None:
        """Say that the attempt ends without a result."""

    def log(self, level: str, text: str) -> None:
        """Add a line to the log of the run."""


class FolderSink:
    """Keeps everything in the run's folder: an offline run."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def deliver(self) -> None:
        """Do nothing: the points are on the disk already."""

    def finish(self, envelope: Envelope) -> None:
        """Do nothing: the report is on the disk already."""

    def fail(self, code: str, message: str, *, is_final: bool) -> None:
        """Do nothing: the checkpoint says it."""

    def log(self, level: str, text: str) -> None:
        """Write the line down."""
        self._folder.log(level, text)


class SiteSink:
    """Sends everything to the site. What it cannot send now is sent with the next point."""

    def __init__(self, client: ArenaClient, folder: RunFolder, lease: Lease) -> None:
        self._client, self._folder, self._lease = client, folder, lease
        self._started = False
        self._uploaded: set[str] = set()
        self._lines: deque[dict[str, str]] = deque(maxlen=_MAX_LINES)
        self._log_lock = threading.Lock()

    def deliver(self) -> None:
        """Send start and points that the site does not have; raise Stop when it refuses them.

        An unreachable site is no reason to stop measuring: everything is on the disk.
        """
        try:
            self._deliver()
        except ArenaError as error:
            if not error.is_temporary:
                raise _stop(error) from error
            self.log("warning", f"not sent yet: {error.detail}")

    def finish(self, envelope: Envelope) -> Judged:
        """Send what is missing, then the report; raise Stop when that is not possible now."""
        try:
            self._deliver()
            judged = self._client.complete(
                self._lease.run_id,
                {**self._lease.body(), "report": envelope.model_dump(mode="json")},
            )
        except ArenaError as error:
            if error.is_temporary:
                raise Stop(UNDELIVERED, f"measured, but not sent: {error.detail}") from error
            raise _stop(error) from error
        self.send_log()
        return judged

    def fail(self, code: str, message: str, *, is_final: bool) -> None:
        """Tell the site; when it does not answer, the lease expires by itself."""
        self.send_log()
        said = {"code": code, "message": public(message), "is_final": is_final}
        body = {**self._lease.body(), **said}
        try:
            self._client.fail(self._lease.run_id, body)
        except ArenaError as error:
            self._folder.log("warning", f"the arena was not told: {error.detail}")

    def log(self, level: str, text: str) -> None:
        """Write the line down and send it with the next heartbeat."""
        self._folder.log(level, text)
        at = datetime.now(UTC).isoformat()
        self._lines.append({"at": at, "level": level, "text": public(text)[:_MAX_LINE]})

    def send_log(self) -> None:
        """Send the lines that wait; a line that cannot be sent stays in the folder only."""
        with self._log_lock:
            while lines := self._take():
                try:
                    self._client.log(self._lease.run_id, {**self._lease.body(), "lines": lines})
                except ArenaError:
                    return

    def _take(self) -> list[dict[str, str]]:
        lines: list[dict[str, str]] = []
        while self._lines and len(lines) < _LINES_AT_ONCE:
            lines.append(self._lines.popleft())
        return lines

    def _deliver(self) -> None:
        checkpoint = self._folder.load()
        if checkpoint.preparation is not None and not self._started:
            self._start(checkpoint.preparation)
        for key, stored in checkpoint.points.items():
            if not stored.recorded:
                self._record(key, stored)

    def _start(self, preparation: Preparation) -> None:
        environment = preparation.environment.model_dump(mode="json")
        self._upload(canonical(environment), "environment")
        self._client.start(self._lease.run_id, {**self._lease.body(), "environment": environment})
        self._started = True

    def _record(self, key: str, stored: StoredPoint) -> None:
        report = stored.report
        self._upload(self._folder.artifact(report.samples_sha256), "samples")
        if report.telemetry_sha256 is not None:
            self._upload(self._folder.artifact(report.telemetry_sha256), "telemetry")
        body = {**self._lease.body(), "point": report.model_dump(mode="json")}
        self._client.record_point(self._lease.run_id, body)
        self._folder.mark_recorded(key)

    def _upload(self, content: bytes, kind: str) -> None:
        name = f"{kind}:{sha256(content)}"
        if name not in self._uploaded:
            self._client.put_artifact(content, kind=kind)
            self._uploaded.add(name)


def _stop(error: ArenaError) -> Stop:
    where = f" ({error.pointer})" if error.pointer else ""
    return Stop(_STOPS.get(error.code, error.code), f"{error.detail}{where}")
