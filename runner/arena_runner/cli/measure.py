"""Measuring: one run, a grid of runs, going on with one, and looking before anything is spent."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from arena_runner.agent import approvals, lock, ordering
from arena_runner.agent import plan as planning
from arena_runner.agent.checkpoint import Checkpoint, RunFolder
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.plan import Plan
from arena_runner.agent.runs import Desk, begin_offline, go_on_offline
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import Stop
from arena_runner.cli.console import Out, plain_table
from arena_runner.cli.context import session, stopping
from arena_runner.cli.options import (
    Endpoint,
    Jitter,
    Json,
    ModelName,
    Offline,
    Overrides,
    ProfileName,
    RecipeFile,
    Yes,
)
from arena_runner.cli.progress import Bars, watcher_of
from arena_runner.cli.tables import show_results
from arena_runner.contract.command import shell_line
from arena_runner.contract.resolve import warnings
from arena_runner.load.point import requests_of

USUAL_PROFILE = "quick"
All = Annotated[bool, typer.Option("--all", help="Show every metric.")]
ResumeId = Annotated[
    str | None, typer.Argument(help="Id of the run or its beginning; the newest one without it.")
]


def benchmark(
    recipe: RecipeFile = None,
    profile: ProfileName = USUAL_PROFILE,
    option: Overrides = None,
    endpoint: Endpoint = None,
    model: ModelName = None,
    jitter: Jitter = False,
    everything: All = False,
    offline: Offline = False,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Measure a model and get a signed, private result.

    Without a recipe: a server that runs already, by --endpoint and --model.
    """
    out, agent = Out(json=json, yes=yes), session()
    plan = _plan(out, recipe, profile, option, endpoint=endpoint, model=model, jitter=jitter)
    ask_approval(out, agent, plan)
    folder, checkpoint = measured(out, agent, plan, offline=offline)
    show_results(out, folder, checkpoint, everything=everything)


def resume(
    run: ResumeId = None, everything: All = False, json: Json = False, yes: Yes = False
) -> None:
    """Go on with a run that was cut off: finished points are not measured again."""
    out, agent = Out(json=json, yes=yes), session()
    folder = _wanted(agent, run)
    if not folder.exists:
        _claim_unknown(out, agent, folder)
    checkpoint = folder.load()
    if checkpoint.state == "delivered":
        show_results(out, folder, checkpoint, everything=everything)
        return
    if checkpoint.state in {"failed", "cancelled"}:
        raise InvalidInput("run-over", f"the run is {checkpoint.state}; begin another one")
    if not (checkpoint.offline and checkpoint.state == "finished"):
        ask_approval(out, agent, Plan(checkpoint.manifest, None, {}))
        with lock.measuring(agent.paths), stopping(out) as sign, Bars(out) as bars:
            desk = Desk(session=agent, sign=sign, watcher=watcher_of(bars, out), is_attended=True)
            checkpoint = _go_on(out, desk, folder)
    show_results(out, folder, checkpoint, everything=everything)


def dry_run(
    recipe: RecipeFile = None,
    profile: ProfileName = USUAL_PROFILE,
    option: Overrides = None,
    endpoint: Endpoint = None,
    model: ModelName = None,
    jitter: Jitter = False,
    offline: Offline = False,
    json: Json = False,
) -> None:
    """Show what would be measured and started, and whether the arena would take it."""
    out, agent = Out(json=json), session()
    plan = _plan(out, recipe, profile, option, endpoint=endpoint, model=model, jitter=jitter)
    manifest = plan.manifest
    answer = None
    if not offline and agent.credentials is not None:
        answer = ordering.check(agent.client(), manifest)
    table = plain_table(manifest.profile.title, ("Point", "Title", "Load", "#Requests"))
    for point in manifest.profile.points:
        count = str(point.runs * requests_of(point))
        table.add_row(point.key, point.title, point.load.kind, count)
    if manifest.engine_argv:
        out.say(f"Starts: {shell_line(manifest.engine_argv)}")
    out.table(
        {
            "ok": True,
            "checked_by_arena": answer is not None,
            "identity_sha256": manifest.identity_sha256,
            "same_identity_runs": [str(item) for item in answer.same_identity_runs]
            if answer
            else [],
            "engine_argv": list(manifest.engine_argv),
            "warnings": list(warnings(manifest)),
            "manifest": manifest.model_dump(mode="json"),
        },
        table,
    )
    out.say(f"Identity {manifest.identity_sha256}")


def _plan(
    out: Out,
    recipe: Path | None,
    profile: str,
    option: Sequence[str] | None,
    *,
    endpoint: str | None,
    model: str | None,
    jitter: bool,
) -> Plan:
    chosen = planning.read_profile(profile)
    if jitter:
        chosen = planning.jittered(chosen)
    written = chosen_recipe(out, recipe, endpoint, model)
    plan = planning.plan(written, chosen, planning.overrides_of(option or ()))
    for warning in warnings(plan.manifest):
        out.warn(warning)
    return plan


def chosen_recipe(out: Out, path: Path | None, endpoint: str | None, model: str | None) -> Any:
    if path is None:
        if model is None:
            raise InvalidInput(
                "no-recipe", "say what to measure: a recipe, or --endpoint URL --model NAME"
            )
        written = planning.endpoint_recipe(model)
    else:
        written, notes = planning.read_recipe(path)
        for note in notes:
            out.warn(note)
    return planning.with_endpoint(written, base_url=endpoint, model=model)


def ask_approval(out: Out, agent: Session, plan: Plan) -> None:
    """Show a command that the owner has not seen, and start nothing that he does not want."""
    command = approvals.wanted(plan.manifest)
    if command is None:
        return
    approvals.check_image(command, agent.configuration.limits)
    if approvals.is_approved(agent.paths, command):
        return
    out.err.print("This recipe starts on your machine:")
    out.err.print(shell_line(command.argv), markup=False, soft_wrap=True)
    if command.image:
        out.err.print(f"in the container image {command.image}", markup=False)
    if command.env:
        out.err.print(f"with {', '.join(f'{k}={v}' for k, v in command.env.items())}", markup=False)
    if not out.confirm("Start it?"):
        raise AgentError("not-approved", "nothing was started")
    approvals.approve(agent.paths, command)


def measured(
    out: Out, agent: Session, plan: Plan, *, offline: bool
) -> tuple[RunFolder, Checkpoint]:
    with stopping(out) as sign, Bars(out) as bars:
        desk = Desk(session=agent, sign=sign, watcher=watcher_of(bars, out), is_attended=True)
        if offline:
            with lock.measuring(agent.paths):
                folder = begin_offline(agent, plan)
                return folder, _hinted(folder, lambda: go_on_offline(desk, folder))
        return _measure_online(out, agent, plan, desk)


def _measure_online(
    out: Out, agent: Session, plan: Plan, desk: Desk
) -> tuple[RunFolder, Checkpoint]:
    client = agent.client()
    ordering.check(client, plan.manifest)
    try:
        with lock.measuring(agent.paths):
            run_id = ordering.order(agent, client, plan)
            folder = RunFolder(agent.paths.runs / str(run_id))
            return folder, _hinted(
                folder, lambda: ordering.measure(desk, client, run_id, say=out.say)
            )
    except lock.Busy:
        run_id = ordering.order(agent, client, plan)
        ordering.follow(client, run_id, say=out.say, desk=desk)
        folder = RunFolder(agent.paths.runs / str(run_id))
        if not folder.exists:
            raise AgentError("run-over", "the run ended before this machine began it") from None
        return folder, folder.load()


def _go_on(out: Out, desk: Desk, folder: RunFolder) -> Checkpoint:
    checkpoint = folder.load()
    if checkpoint.offline:
        return _hinted(folder, lambda: go_on_offline(desk, folder))
    client = desk.session.client()
    return _hinted(folder, lambda: ordering.measure(desk, client, checkpoint.run_id, say=out.say))


def _hinted(folder: RunFolder, work: Any) -> Checkpoint:
    """Return what the work returns; say with every stop how to go on."""
    try:
        checkpoint: Checkpoint = work()
    except Stop as stop:
        raise AgentError(
            stop.code, stop.detail, remedy=f"arena-runner resume {folder.path.name[:8]}"
        ) from stop
    return checkpoint


def _wanted(agent: Session, run: str | None) -> RunFolder:
    """Return the folder of a run; one with a whole id may not be there yet."""
    if run is None:
        return _newest_open(agent)
    try:
        return RunFolder(agent.paths.runs / str(UUID(run)))
    except ValueError:
        return RunFolder.find(agent.paths.runs, run)


def _claim_unknown(out: Out, agent: Session, folder: RunFolder) -> None:
    """Begin a run that the arena has queued for this machine and that nobody has begun."""
    with lock.measuring(agent.paths), stopping(out) as sign, Bars(out) as bars:
        desk = Desk(session=agent, sign=sign, watcher=watcher_of(bars, out), is_attended=True)
        _hinted(
            folder,
            lambda: ordering.measure(desk, agent.client(), UUID(folder.path.name), say=out.say),
        )


def _newest_open(agent: Session) -> RunFolder:
    for folder, checkpoint in RunFolder.loaded(agent.paths.runs):
        if checkpoint.state == "running" or (
            checkpoint.state == "finished" and not checkpoint.offline
        ):
            return folder
    raise InvalidInput("nothing-open", "no run of this machine waits to be finished")
