"""Begins, goes on with and finishes runs: the site's leases, or a folder alone."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from arena_runner.agent import approvals, target
from arena_runner.agent.checkpoint import Attempt, Checkpoint, RunFolder, RunState
from arena_runner.agent.configuration import Limits
from arena_runner.agent.delivery import UNDELIVERED, FolderSink, Lease, Sink, SiteSink
from arena_runner.agent.errors import AgentError
from arena_runner.agent.execution import OTHERS_AT_WORK, OUTSIDE_HOURS, Job, execute
from arena_runner.agent.heartbeat import Heartbeat
from arena_runner.agent.instruments import Instruments, Vitals
from arena_runner.agent.plan import Plan
from arena_runner.agent.progress import Progress, Watcher
from arena_runner.agent.session import Session
from arena_runner.agent.standard import StandardInstruments
from arena_runner.agent.stopping import AGENT_STOPPED, CANCELLED, LEASE_LOST, Stop, StopSign
from arena_runner.contract.manifest import Manifest
from arena_runner.site.answers import ClaimedRun
from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError

UNAPPROVED: Final = "unapproved-command"
AGENT_ERROR: Final = "agent-error"
# The site puts these back into the queue; the run goes on with the next point.
_PAUSES: Final = frozenset(
    {
        AGENT_STOPPED,
        OUTSIDE_HOURS,
        OTHERS_AT_WORK,
        "owner-limit-power",
        "owner-limit-temperature",
    }
)
_NOT_OURS_TO_END: Final = frozenset({LEASE_LOST, CANCELLED, UNDELIVERED})
_OVER_AT_SITE: Final[Mapping[str, RunState]] = {
    "run-over": "failed",
    "run-cancelled": "cancelled",
    "not-found": "failed",
}
# What is left of a lease is told by this machine's clock, which may be wrong: beat often, then.
_SHORTEST_LEASE_S: Final = 3.0
_MAX_DETAIL: Final = 500
_T = TypeVar("_T")


@dataclass(frozen=True)
class Desk:
    """What runs are worked on with; `instruments` makes those of one run from its folder."""

    session: Session
    sign: StopSign
    watcher: Watcher | None = None
    vitals: Vitals = field(default_factory=Vitals)
    is_attended: bool = False
    """Whether the owner has begun the run himself just now: his hours and his own use of the
    machine do not stop it."""
    instruments: Callable[[Session, RunFolder], Instruments] | None = None

    def instruments_of(self, folder: RunFolder) -> Instruments:
        """Return what measures a run."""
        if self.instruments is not None:
            return self.instruments(self.session, folder)
        return StandardInstruments(
            self.session.configuration, engine_log=folder.path / "engine.log"
        )


def begin_offline(session: Session, plan: Plan) -> RunFolder:
    """Make the folder of a run that no site knows of."""
    if plan.base_url is not None:
        target.remember(session.paths, plan.manifest, plan.base_url)
    return _begin(session, uuid4(), session.runner_id_or_new(), plan.manifest, offline=True)


def go_on_offline(desk: Desk, folder: RunFolder) -> Checkpoint:
    """Measure what is missing of an offline run, and sign; raise Stop and AgentError."""
    checkpoint = folder.load()
    if checkpoint.points or checkpoint.last.ended_at is not None:
        last = checkpoint.last.attempt
        folder.begin_attempt(attempt=last + 1, fence=last + 1)
    return _work(desk, folder, FolderSink(folder), is_final=None)


def claimed_folder(session: Session, claimed: ClaimedRun) -> RunFolder:
    """Return the folder of a run that the site has leased to this machine."""
    folder = RunFolder(session.paths.runs / str(claimed.run_id))
    if not folder.exists:
        runner_id = session.runner_id
        _begin(session, claimed.run_id, runner_id, claimed.manifest, offline=False)
        folder.update(
            attempts=(
                Attempt(attempt=claimed.attempt, fence=claimed.fence, began_at=datetime.now(UTC)),
            )
        )
        return folder
    folder.begin_attempt(attempt=claimed.attempt, fence=claimed.fence)
    # The site knows best what it has of this machine; the rest is sent again.
    points = {
        key: stored.model_copy(update={"recorded": key in claimed.points_done})
        for key, stored in folder.load().points.items()
    }
    folder.update(points=points)
    return folder


def held_lease(client: ArenaClient, folder: RunFolder) -> ClaimedRun | None:
    """Return the lease that a crashed process of this machine has left, while it lasts.

    None once it is over; a run that the site has ended is noted as such. Raises ArenaError when
    the site does not answer.
    """
    checkpoint = folder.load()
    last = checkpoint.last
    body = {"runner_id": str(checkpoint.runner_id), "fence": last.fence, "progress": {}}
    try:
        beat = client.heartbeat(checkpoint.run_id, body)
    except ArenaError as error:
        if error.is_temporary:
            raise
        if error.code in _OVER_AT_SITE:
            folder.end_attempt(state=_OVER_AT_SITE[error.code], code=error.code)
        return None
    if beat.cancel:
        folder.end_attempt(state="cancelled", code=CANCELLED)
        return None
    left_s = (beat.lease_expires_at - datetime.now(UTC)).total_seconds()
    return ClaimedRun(
        run_id=checkpoint.run_id,
        attempt=last.attempt,
        fence=last.fence,
        lease_expires_at=beat.lease_expires_at,
        lease_s=max(_SHORTEST_LEASE_S, left_s),
        manifest=checkpoint.manifest,
        points_done=tuple(key for key, point in checkpoint.points.items() if point.recorded),
    )


def work_on(desk: Desk, client: ArenaClient, claimed: ClaimedRun) -> Checkpoint:
    """Measure a leased run with heartbeats, and hand it in; raise Stop and AgentError.

    The site is told of every end without a result, except of a lost lease, which is no longer ours
    to end, and of a finished run that could not be sent, which `resume` sends.
    """
    folder = claimed_folder(desk.session, claimed)
    lease = Lease(
        run_id=claimed.run_id,
        runner_id=desk.session.runner_id,
        fence=claimed.fence,
        lease_s=claimed.lease_s,
    )
    sink = SiteSink(client, folder, lease)
    progress = Progress(claimed.manifest, desk.watcher)
    with Heartbeat(client, lease, sink=sink, sign=desk.sign, progress=progress):
        return _work(
            desk,
            folder,
            sink,
            is_final=_is_final,
            progress=progress,
        )


def run_in_loop(work: Coroutine[Any, Any, _T]) -> _T:
    """Return what the work returns, in an event loop of uvloop where there is one."""
    factory = None
    if sys.platform != "win32":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


def _begin(
    session: Session, run_id: UUID, runner_id: UUID, manifest: Manifest, *, offline: bool
) -> RunFolder:
    now = datetime.now(UTC)
    return RunFolder.begin(
        session.paths.runs,
        Checkpoint(
            run_id=run_id,
            runner_id=runner_id,
            offline=offline,
            manifest=manifest,
            attempts=(Attempt(attempt=1, fence=1, began_at=now),),
            started_at=now,
        ),
    )


def _work(
    desk: Desk,
    folder: RunFolder,
    sink: Sink,
    *,
    is_final: Callable[[str], bool] | None,
    progress: Progress | None = None,
) -> Checkpoint:
    try:
        return _execute(desk, folder, sink, progress)
    except Stop as stop:
        _note_end(folder, sink, stop.code, stop.detail, is_final)
        raise
    except AgentError as error:
        _note_end(folder, sink, error.code, error.detail, is_final)
        raise
    except Exception as error:
        # A fault of the agent itself: another attempt would meet it again.
        _note_end(folder, sink, AGENT_ERROR, f"the agent failed: {type(error).__name__}", is_final)
        raise


def _execute(
    desk: Desk,
    folder: RunFolder,
    sink: Sink,
    progress: Progress | None,
) -> Checkpoint:
    session = desk.session
    manifest = folder.load().manifest
    _check_command(session, manifest)
    return run_in_loop(
        execute(
            Job(
                folder=folder,
                target=target.of_manifest(
                    manifest, configuration=session.configuration, paths=session.paths
                ),
                instruments=desk.instruments_of(folder),
                sink=sink,
                key=session.keys.present_or_new(),
                sign=desk.sign,
                progress=progress or Progress(manifest, desk.watcher),
                vitals=desk.vitals,
                limits=_limits(desk),
            )
        )
    )


def _limits(desk: Desk) -> Limits:
    limits = desk.session.configuration.limits
    if not desk.is_attended:
        return limits
    return limits.model_copy(update={"hours_utc": (), "only_when_idle": False})


def _check_command(session: Session, manifest: Manifest) -> None:
    """Raise AgentError for a command that the owner has not seen, or an image not allowed."""
    command = approvals.wanted(manifest)
    if command is None:
        return
    approvals.check_image(command, session.configuration.limits)
    if not approvals.is_approved(session.paths, command):
        approvals.wait_for_owner(session.paths, command)
        raise AgentError(
            UNAPPROVED,
            "the owner of this machine has not seen the command of this recipe",
            remedy=f"arena-runner approve {command.name[:12]}",
        )


def _note_end(
    folder: RunFolder,
    sink: Sink,
    code: str,
    detail: str,
    is_final: Callable[[str], bool] | None,
) -> None:
    """Keep why an attempt ended, here and at the site; what was measured stays."""
    final = is_final is not None and is_final(code)
    folder.end_attempt(state=_state_after(code, final=final), code=code)
    sink.log("error", f"{code}: {detail}")
    if code not in _NOT_OURS_TO_END:
        sink.fail(code, detail[:_MAX_DETAIL], is_final=final)


def _state_after(code: str, *, final: bool) -> RunState:
    if code == CANCELLED:
        return "cancelled"
    if code == UNDELIVERED:
        return "finished"
    return "failed" if final else "running"


def _is_final(code: str) -> bool:
    """Return whether another attempt would end the same way."""
    return code not in _PAUSES and code not in _NOT_OURS_TO_END
