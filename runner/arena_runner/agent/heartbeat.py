"""Keeps the lease of a run alive from a thread of its own, and hears when the run is to stop."""

import threading
from types import TracebackType
from typing import Final, Self

from arena_runner.agent.delivery import Lease, SiteSink
from arena_runner.agent.progress import Progress
from arena_runner.agent.stopping import CANCELLED, LEASE_LOST, StopSign
from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError

INTERVAL_S: Final = 30.0
_AGAIN_S: Final = 5.0
_END_S: Final = 30.0
_CANCELLED_CODE: Final = "run-cancelled"


class Heartbeat:
    """Beats for the block. An unreachable site stops nothing; a refusal stops the run at once."""

    def __init__(
        self,
        client: ArenaClient,
        lease: Lease,
        *,
        sink: SiteSink,
        sign: StopSign,
        progress: Progress,
    ) -> None:
        self._client, self._lease, self._sink = client, lease, sink
        self._sign, self._progress = sign, progress
        self._interval_s = min(INTERVAL_S, lease.lease_s / 3)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join(_END_S)

    def _run(self) -> None:
        wait_s = self._interval_s
        while not self._end.wait(wait_s):
            wait_s = self._beat()

    def _beat(self) -> float:
        """Beat once and return how long to wait for the next."""
        self._sink.send_log()
        body = {**self._lease.body(), "progress": self._progress.body()}
        try:
            beat = self._client.heartbeat(self._lease.run_id, body, once=True)
        except ArenaError as error:
            if error.is_temporary or error.code == "bad-answer":
                return min(_AGAIN_S, self._interval_s)
            if error.code == _CANCELLED_CODE:
                self._sign.raise_(CANCELLED, "the run was cancelled")
            else:
                self._sign.raise_(LEASE_LOST, f"the arena took the run back: {error.detail}")
            return self._interval_s
        if beat.cancel:
            self._sign.raise_(CANCELLED, "the run was cancelled")
        return self._interval_s
