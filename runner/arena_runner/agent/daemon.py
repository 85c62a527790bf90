"""Waits for runs and measures them, one at a time, until it is asked to end. Opens no port."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from arena_runner import __version__
from arena_runner.agent import lock
from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.errors import AgentError
from arena_runner.agent.instruments import Others
from arena_runner.agent.limits import in_hours, in_use, opens_in
from arena_runner.agent.runs import Desk, held_lease, run_in_loop, work_on
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import AGENT_STOPPED, LEASE_LOST, Stop, StopSign
from arena_runner.agent.waiting import unless_ended
from arena_runner.contract.telemetry import TelemetryRow
from arena_runner.machine import gates
from arena_runner.machine.sensors import Reading
from arena_runner.site.answers import ClaimedRun
from arena_runner.site.client import LONGEST_POLL_S, ArenaClient
from arena_runner.site.errors import ArenaError

PRESENCE_S: Final = 30.0
DRAIN_S: Final = 60.0
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 120.0
_IDLE_LOOK_S: Final = 60.0
_CLOSED_LOOK_S: Final = 300.0
_JITTER: Final = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Waiting:
    """Why the machine takes nothing just now, and how long until it looks again."""

    reason: str
    seconds: float


class Daemon:
    """One loop of claims. `ask_to_end` may be called from a signal handler."""

    def __init__(self, session: Session, client: ArenaClient, *, desk: Desk, say: Say) -> None:
        self._session, self._client, self._desk, self._say = session, client, desk, say
        self._end = threading.Event()
        self._sign: StopSign | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._busy = False
        self._waits_for = ""

    def ask_to_end(self) -> None:
        """Let the present point come to its end, give the run back, and leave.

        A point that takes longer than a minute, or the second call, is not waited for.
        """
        is_first = not self._end.is_set()
        self._end.set()
        sign = self._sign
        if sign is None:
            return
        if not is_first:
            sign.raise_(AGENT_STOPPED, "the agent was asked to end")
            return
        sign.drain()
        late = threading.Timer(
            DRAIN_S, sign.raise_, (AGENT_STOPPED, "the present point took too long to end")
        )
        late.daemon = True
        late.start()

    def run(self, *, once: bool = False) -> None:
        """Work until asked to end, or for one run; raise Busy, and AgentError for bad settings.

        A refusal for good (a lost key, a retired runner) ends the daemon with its ArenaError.
        """
        with lock.measuring(self._session.paths):
            presence = threading.Thread(target=self._tell_presence, name="presence", daemon=True)
            presence.start()
            try:
                self._recover()
                while not self._end.is_set():
                    if self._turn() and once:
                        return
            finally:
                self._end.set()
                presence.join(PRESENCE_S)

    def _recover(self) -> None:
        """Go on with runs that a crash has cut off and whose lease still lasts."""
        for folder, checkpoint in list(RunFolder.loaded(self._session.paths.runs)):
            if checkpoint.offline or checkpoint.state not in {"running", "finished"}:
                continue
            try:
                claimed = held_lease(self._client, folder)
            except ArenaError:
                return  # the site does not answer; later it hands the run out again by itself
            if claimed is not None and not self._end.is_set():
                self._measure(claimed)

    def _turn(self) -> bool:
        """Wait for one run and measure it; return whether there was one."""
        waiting = self._waiting()
        if waiting is not None:
            self._rest(waiting.reason, waiting.seconds)
            return False
        self._waits_for = ""
        try:
            claimed = self._claim()
        except ArenaError as error:
            if not error.is_temporary:
                raise
            self._rest(f"the arena does not answer: {error.detail}", self._longer_pause())
            return False
        if claimed is None:
            return False
        self._measure(claimed)
        return True

    def _claim(self) -> ClaimedRun | None:
        runner_id, tags = self._session.runner_id, self._session.configuration.tags
        claimed = unless_ended(
            lambda: self._client.claim(runner_id, tags=tags, wait_s=LONGEST_POLL_S), self._end
        )
        self._pause_s = _FIRST_PAUSE_S
        return claimed

    def _measure(self, claimed: ClaimedRun) -> None:
        manifest = claimed.manifest
        self._say(f"run {claimed.run_id}: {manifest.recipe.model}, {manifest.profile.id}")
        self._sign = StopSign()
        if self._end.is_set():
            self._sign.drain()
        self._busy = True
        desk = replace(self._desk, sign=self._sign)
        try:
            checkpoint = work_on(desk, self._client, claimed)
        except Stop as stop:
            self._say(f"run {claimed.run_id} ended: {stop.code}: {stop.detail}")
            if stop.code != LEASE_LOST:
                self._end.wait(self._longer_pause())
        except (AgentError, ArenaError) as error:
            self._say(f"run {claimed.run_id} failed: {error.code}: {error.detail}")
            self._end.wait(self._longer_pause())
        else:
            verdict = (checkpoint.verdict or {}).get("verdict", "handed in")
            self._say(f"run {claimed.run_id}: {verdict}")
        finally:
            self._sign = None
            self._busy = False

    def _waiting(self) -> Waiting | None:
        """Return why the owner wants nothing measured now, None when he does."""
        limits = self._session.configuration.limits
        now = datetime.now(UTC)
        if not in_hours(limits, now):
            wait_s = min(opens_in(limits, now).total_seconds(), _CLOSED_LOOK_S)
            return Waiting("outside the owner's hours", max(1.0, wait_s))
        if limits.only_when_idle:
            reading = run_in_loop(gates.look()).reading
            others = Others(gpu_share=reading.gpu_share, cpu_share=reading.other_load)
            if in_use(limits, others):
                return Waiting("somebody uses the machine", _IDLE_LOOK_S)
        return None

    def _rest(self, reason: str, seconds: float) -> None:
        if self._waits_for != reason:
            self._say(reason)
        self._waits_for = reason
        self._end.wait(seconds * random.uniform(1 - _JITTER, 1 + _JITTER))

    def _longer_pause(self) -> float:
        pause_s = self._pause_s
        self._pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)
        return pause_s

    def _tell_presence(self) -> None:
        while True:
            try:
                self._client.presence(self._session.runner_id, self._presence())
            except ArenaError as error:
                # The next one follows soon; what stops the daemon is the claim.
                self._say(f"presence not told: {error.code}") if not error.is_temporary else None
            if self._end.wait(PRESENCE_S):
                return

    def _presence(self) -> dict[str, Any]:
        # While something is measured only its own recorder looks: a second one would disturb it.
        row = self._desk.vitals.row if self._busy else run_in_loop(gates.look()).reading
        said: dict[str, Any] = {"state": self._state(), "runner_version": __version__}
        return said if row is None else {**said, "telemetry": telemetry_of(row)}

    def _state(self) -> str:
        if self._busy:
            return "busy"
        return "paused" if self._waits_for else "idle"


def telemetry_of(reading: Reading | TelemetryRow) -> dict[str, Any]:
    """Return what the fleet page shows of a machine; only what its sensors know."""
    known = {
        "power_watts": reading.power_watts,
        "temperature_celsius": reading.temperature_celsius,
        "sm_clock_mhz": reading.sm_clock_mhz,
        "throttle_reasons": list(reading.throttle_reasons),
        "memory_used_bytes": reading.memory_used_bytes,
        "gpu_share": reading.gpu_share,
        "other_load": reading.other_load,
    }
    return {name: value for name, value in known.items() if value is not None}
