"""Getting a machine ready, looking at it, and letting it work."""

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from arena_runner import machine
from arena_runner.agent import configuration as settings
from arena_runner.agent import files, registration
from arena_runner.agent.configuration import Configuration
from arena_runner.agent.daemon import Daemon
from arena_runner.agent.doctor import Diagnosis, examine
from arena_runner.agent.runs import Desk, run_in_loop
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import StopSign
from arena_runner.agent.target import API_KEY_VARIABLE, Target, checked_url
from arena_runner.cli import account
from arena_runner.cli.console import Out
from arena_runner.cli.context import session
from arena_runner.cli.exits import ExitCode
from arena_runner.cli.options import Endpoint, Json, ModelName, Offline, Yes
from arena_runner.cli.tables import findings_table
from arena_runner.site.errors import ArenaError

Name = Annotated[
    str | None,
    typer.Option("--name", help="What the arena calls this machine; its host name is never sent."),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", help="What others may ask this machine for, such as gpu. Repeatable."),
]
Egress = Annotated[
    bool,
    typer.Option("--egress", help="Also try to reach the internet: proves a machine that cannot."),
]
RequestFile = Annotated[Path, typer.Option("--output", "-O", help="File for --offline.")]
Once = Annotated[bool, typer.Option("--once", help="End after one run.")]


def setup(
    url: account.Url = None,
    tenant: account.Tenant = None,
    token: account.Token = None,
    name: Name = None,
    tags: Tags = None,
    endpoint: Endpoint = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Go through everything once: address, sign-in, doctor, registration, where the model is."""
    out, agent = Out(json=json, yes=yes), session()
    if url is None and agent.configuration.arena_url is None:
        url = out.ask("Address of the arena")
    address = account.remember_url(agent, url, tenant)
    if agent.credentials is None:
        out.say(account.welcome(account.admitted(out, agent, address, token)))
        agent = session()
    diagnosis = _diagnose(agent, None, offline=False, egress=False)
    out.err.print(findings_table(diagnosis.findings))
    if not diagnosis.passed and not out.confirm("Something failed. Go on all the same?"):
        raise typer.Exit(ExitCode.DOCTOR)
    runner_id = _register(out, agent, name, tags, diagnosis)
    _keep_endpoint(out, agent, endpoint)
    out.result(
        {"url": agent.url, "runner_id": str(runner_id), "doctor_passed": diagnosis.passed},
        text="Ready. Try: arena-runner benchmark --endpoint URL --model NAME",
    )


def doctor(
    endpoint: Endpoint = None,
    model: ModelName = None,
    egress: Egress = False,
    offline: Offline = False,
    json: Json = False,
) -> None:
    """Look for what would spoil a measurement, and say how to mend it."""
    out, agent = Out(json=json), session()
    target = _target(agent.configuration, endpoint, model)
    diagnosis = _diagnose(agent, target, offline=offline, egress=egress)
    body = {
        "passed": diagnosis.passed,
        "machine": diagnosis.machine.model_dump(mode="json"),
        "findings": [item.model_dump(mode="json") for item in diagnosis.findings],
    }
    out.table(body, findings_table(diagnosis.findings))
    if not offline:
        _tell_site(out, agent, body)
    if not diagnosis.passed:
        raise typer.Exit(ExitCode.DOCTOR)


def register(
    name: Name = None,
    tags: Tags = None,
    offline: Offline = False,
    output: RequestFile = Path("arena-registration.json"),
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Make this machine known to the arena, or tell it what has changed.

    With --offline a file is written; `arena-runner import` on another machine hands it in and
    prints the id, which `arena-runner config runner_id ID` keeps here.
    """
    out, agent = Out(json=json, yes=yes), session()
    found = machine.describe()
    if offline:
        title = name or agent.configuration.name or registration.default_name(found)
        request = registration.request_of(agent, name=title, machine=found, tags=tags or ())
        files.write_json(output.absolute(), request)
        out.result({"file": str(output)}, text=f"Wrote {output}")
        return
    diagnosis = Diagnosis(machine=found, findings=())
    runner_id = _register(out, agent, name, tags, diagnosis)
    out.result(
        {"runner_id": str(runner_id), "machine": found.model_dump(mode="json")},
        text=f"Registered as {runner_id}",
    )


def run(once: Once = False, json: Json = False) -> None:
    """Wait for runs that are asked for on the arena, and measure them, one at a time.

    Opens no port. SIGTERM lets the present point end, gives the run back and leaves.
    """
    out, agent = Out(json=json), session()
    client = agent.client()
    runner_id = agent.runner_id
    registration.send_limits(agent, client)
    desk = Desk(session=agent, sign=StopSign())
    daemon = Daemon(agent, client, desk=desk, say=_sayer(out))

    def hear(number: int, frame: FrameType | None) -> None:
        daemon.ask_to_end()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, hear)
    out.say(f"Waiting for runs as {runner_id}")
    daemon.run(once=once)
    out.result({"runner_id": str(runner_id)}, text="Ended.")


def _sayer(out: Out) -> Any:
    def say(text: str) -> None:
        # The log of a service: also with --json, on stderr.
        out.err.print(text, markup=False)

    return say


def _register(
    out: Out, agent: Session, name: str | None, tags: list[str] | None, diagnosis: Diagnosis
) -> Any:
    client, known = agent.client(), agent.configuration
    found = diagnosis.machine
    chosen = known.tags if tags is None else tuple(tags)
    settings.checked({"tags": list(chosen)}, "--tag")
    if known.runner_id is not None:
        client.describe_runner(
            known.runner_id, machine=found.model_dump(mode="json"), tags=list(chosen)
        )
        agent.change(known.model_copy(update={"tags": chosen}))
        return known.runner_id
    default = known.name or registration.default_name(found)
    title = name or out.ask("Name of this machine on the arena", default=default)
    return registration.register(agent, client, name=title, machine=found, tags=chosen)


def _diagnose(agent: Session, target: Target | None, *, offline: bool, egress: bool) -> Diagnosis:
    url = None if offline else agent.configuration.arena_url
    return run_in_loop(examine(agent, target=target, site_url=url, egress=egress))


def _target(known: Configuration, endpoint: str | None, model: str | None) -> Target | None:
    url = endpoint or known.endpoints.get(model or "default")
    if url is None or model is None:
        return None
    return Target(checked_url(url), model, os.environ.get(API_KEY_VARIABLE) or None)


def _keep_endpoint(out: Out, agent: Session, endpoint: str | None) -> None:
    if endpoint is None and agent.configuration.endpoints:
        return
    address = endpoint or out.ask("Where does a model run already? (empty: nowhere)", default="")
    if address:
        endpoints = {**agent.configuration.endpoints, "default": checked_url(address)}
        agent.change(agent.configuration.model_copy(update={"endpoints": endpoints}))


def _tell_site(out: Out, agent: Session, body: dict[str, Any]) -> None:
    """Show the findings on the runner's page, where there is one."""
    if agent.configuration.runner_id is None or agent.credentials is None:
        return
    try:
        agent.client(attempts=1).presence(
            agent.configuration.runner_id, {"doctor": body["findings"]}
        )
    except ArenaError as error:
        out.warn(f"the arena was not told: {error.detail}")
