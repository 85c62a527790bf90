"""One run from its engine to its signed report, point by point, resumable after each."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from arena_runner import __version__
from arena_runner.agent.checkpoint import Checkpoint, Preparation, RunFolder
from arena_runner.agent.configuration import Limits
from arena_runner.agent.delivery import Sink
from arena_runner.agent.errors import AgentError
from arena_runner.agent.guard import guarded
from arena_runner.agent.instruments import Instruments, Measured, Recording, Vitals
from arena_runner.agent.keys import SigningKey
from arena_runner.agent.limits import exceeded, in_hours, in_use
from arena_runner.agent.progress import Progress
from arena_runner.agent.stopping import Stop, StopSign
from arena_runner.agent.target import Target
from arena_runner.contract import samples
from arena_runner.contract.canonical import digest
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import Point, Profile
from arena_runner.contract.report import Environment, PointReport, Report
from arena_runner.contract.signing import Envelope
from arena_runner.load.plan import plan

OUTSIDE_HOURS = "owner-limit-hours"
OTHERS_AT_WORK = "owner-limit-idle"
ENVIRONMENT_CHANGED = "environment-changed"


@dataclass(frozen=True)
class Job:
    """A run and all that it needs."""

    folder: RunFolder
    target: Target
    instruments: Instruments
    sink: Sink
    key: SigningKey
    sign: StopSign
    progress: Progress
    vitals: Vitals
    limits: Limits


async def execute(job: Job) -> Checkpoint:
    """Measure what is missing, sign and hand over; return the last checkpoint.

    Raises Stop when the run must end without a result: nothing that was measured is lost, and a
    later call goes on with the next point. Raises AgentError for what the owner can mend.
    """
    checkpoint = job.folder.load()
    if checkpoint.finished_at is None:
        await _measure_all(job, checkpoint)
        checkpoint = _finish(job)
    job.progress.step("Handing over the signed report")
    envelope = job.folder.report()
    if envelope is None or envelope.payload.get("fence") != checkpoint.last.fence:
        envelope = _sign(job.folder, checkpoint, job.key)
    judged = await asyncio.to_thread(job.sink.finish, envelope)
    if judged is None:
        return job.folder.end_attempt(state="finished")
    job.folder.end_attempt(state="delivered")
    return job.folder.update(verdict=judged.model_dump(mode="json"))


async def _measure_all(job: Job, checkpoint: Checkpoint) -> None:
    manifest = checkpoint.manifest
    missing = list(_missing(job, checkpoint))
    if not missing and checkpoint.preparation is not None:
        return
    job.progress.step("Starting the engine" if manifest.engine_argv else "Asking the engine")
    serving = job.instruments.serving(manifest, job.target)
    argv = await guarded(serving.__aenter__(), job.sign)
    try:
        await _prepare(job, manifest, argv)
        await asyncio.to_thread(job.sink.deliver)
        for number, point in missing:
            _check(job)
            await _look_around(job)
            await _one_point(job, point, number=number, profile=manifest.profile)
            await asyncio.to_thread(job.sink.deliver)
    finally:
        await serving.__aexit__(None, None, None)


def _missing(job: Job, checkpoint: Checkpoint) -> Iterable[tuple[int, Point]]:
    """Yield number and point of what nobody has measured; tell the progress of the rest."""
    for number, point in enumerate(plan(checkpoint.manifest.profile), start=1):
        if point.key in checkpoint.points:
            job.progress.skip(point.key)
        else:
            yield number, point


async def _prepare(job: Job, manifest: Manifest, argv: tuple[str, ...] | None) -> None:
    """Ask the server what it is, test harness, answers and machine; keep what was found."""
    before = job.folder.load()
    facts = await guarded(job.instruments.facts(job.target), job.sign)
    environment = Environment(
        machine=await asyncio.to_thread(job.instruments.machine),
        node_count=manifest.recipe.nodes,
        interconnect=manifest.recipe.interconnect,
        engine=facts.engine,
        engine_version=facts.engine_version,
        served_model=facts.served_model,
        argv_sha256=digest(list(argv)) if argv else None,
        runner_version=__version__,
    )
    if before.points and before.preparation is not None:
        _check_same(before.preparation.environment, environment)
    job.progress.step("Testing the load generator against a server of known speed")
    self_test = await guarded(job.instruments.self_test(), job.sign)
    job.progress.step("Asking a question whose answer is known")
    canary = await guarded(job.instruments.canary(job.target), job.sign)
    job.progress.step("Looking at temperature, clocks and other load")
    gate = await guarded(job.instruments.state_gate(), job.sign)
    for warning in gate.warnings:
        job.sink.log("warning", warning)
    job.folder.update(
        preparation=Preparation(
            environment=environment, self_test=self_test, canary=canary, state_gate=gate
        )
    )


def _check_same(before: Environment, now: Environment) -> None:
    """Raise Stop when points of one run would come from two different set-ups."""
    for name in ("engine", "engine_version", "served_model", "machine", "runner_version"):
        if getattr(before, name) != getattr(now, name):
            raise Stop(
                ENVIRONMENT_CHANGED,
                f"{name} is not what it was at the first points of this run; begin another run",
            )


def _check(job: Job) -> None:
    """Return when another point may begin; raise Stop otherwise."""
    job.sign.check_between_points()
    if not in_hours(job.limits, datetime.now(UTC)):
        raise Stop(OUTSIDE_HOURS, "the owner's hours are over; the rest follows in the next ones")


async def _look_around(job: Job) -> None:
    """Return unless somebody else uses a machine that is then to be left alone; raise Stop."""
    if job.limits.only_when_idle and in_use(job.limits, await job.instruments.others()):
        raise Stop(OTHERS_AT_WORK, "somebody uses the machine; the rest follows when it is idle")


async def _one_point(job: Job, point: Point, *, number: int, profile: Profile) -> None:
    job.progress.begin(point, number=number)
    started_at = datetime.now(UTC)
    cancelled = asyncio.Event()
    async with job.instruments.recorder() as recording:
        measured = await guarded(
            job.instruments.measure(
                point,
                target=job.target,
                profile=profile,
                on_progress=job.progress.advance,
                cancelled=cancelled,
            ),
            job.sign,
            look=lambda: _watch(job, recording, cancelled),
        )
    job.vitals.row = None
    report = _keep(job.folder, point, measured, recording, started_at)
    job.folder.add_point(report)
    job.sink.log("info", f"{point.key}: {report.sample_count} requests")
    for note in measured.notes:
        job.sink.log("warning", f"{point.key}: {note}")
    if report.voided:
        job.sink.log("warning", f"{point.key} does not count: {report.voided}")
    job.progress.end(point, voided=report.voided)


def _watch(job: Job, recording: Recording, cancelled: asyncio.Event) -> None:
    job.vitals.row = recording.latest
    code = exceeded(job.limits, recording.latest)
    if code is not None:
        job.sign.raise_(code, "the machine went beyond what its owner allows")
    if job.sign.is_up():
        cancelled.set()


def _keep(
    folder: RunFolder, point: Point, measured: Measured, recording: Recording, started_at: datetime
) -> PointReport:
    summary = recording.summary()
    return PointReport(
        key=point.key,
        samples_sha256=folder.keep(samples.pack(measured.samples)),
        sample_count=len(measured.samples),
        telemetry_sha256=folder.keep(recording.packed()) if summary.samples else None,
        telemetry=summary,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        send_lag_p99_ms=measured.send_lag_p99_ms,
        client_cpu_seconds=measured.client_cpu_seconds,
        voided=measured.voided,
    )


def _finish(job: Job) -> Checkpoint:
    """Sign the account of the run; from here on nothing is measured any more."""
    checkpoint = job.folder.load().model_copy(update={"finished_at": datetime.now(UTC)})
    # Report first: a crash between the two only signs once more.
    _sign(job.folder, checkpoint, job.key)
    job.folder.save(checkpoint)
    return checkpoint


def adopt(runner_id: UUID | None, folder: RunFolder, key: SigningKey) -> None:
    """Sign an offline run anew under the id that the arena has given this machine since."""
    checkpoint = folder.load()
    if runner_id is None or not checkpoint.offline or checkpoint.finished_at is None:
        return
    if checkpoint.runner_id != runner_id:
        _sign(folder, folder.update(runner_id=runner_id), key)


def _sign(folder: RunFolder, checkpoint: Checkpoint, key: SigningKey) -> Envelope:
    envelope = key.sign(_report(checkpoint).model_dump(mode="json"))
    folder.keep_report(envelope)
    return envelope


def _report(checkpoint: Checkpoint) -> Report:
    preparation = checkpoint.preparation
    if preparation is None or checkpoint.finished_at is None:
        raise AgentError("not-finished", "the run has points to measure; arena-runner resume")
    keys = [point.key for point in checkpoint.manifest.profile.points]
    return Report(
        run_id=checkpoint.run_id,
        runner_id=checkpoint.runner_id,
        attempt=checkpoint.last.attempt,
        fence=checkpoint.last.fence,
        manifest=checkpoint.manifest,
        environment=preparation.environment,
        points=tuple(checkpoint.points[key].report for key in keys if key in checkpoint.points),
        self_test=preparation.self_test,
        canary=preparation.canary,
        state_gate=preparation.state_gate,
        started_at=checkpoint.started_at,
        finished_at=checkpoint.finished_at,
    )
