"""Settings, commands that wait for their owner, and signing keys."""

from typing import Annotated, Any, Final

import typer

from arena_runner.agent import approvals, registration
from arena_runner.agent import configuration as settings
from arena_runner.agent.approvals import Approval
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.session import Session
from arena_runner.cli.console import Out, plain_table
from arena_runner.cli.context import session
from arena_runner.cli.options import Json, Yes
from arena_runner.contract.command import shell_line
from arena_runner.site.errors import ArenaError

key = typer.Typer(help="The key that signs this machine's reports.", no_args_is_help=True)
_ALLOW_IMAGE: Final = "allow-image"
Setting = Annotated[
    str | None,
    typer.Argument(help="Name of a setting, such as url, endpoints.default, limits.hours_utc."),
]
NewValue = Annotated[str | None, typer.Argument(help="Its new value; lists with commas.")]
Unset = Annotated[bool, typer.Option("--unset", help="Back to what is usual.")]
CommandId = Annotated[
    str | None, typer.Argument(help="How the id of a command begins; all that wait without it.")
]
KeyId = Annotated[str, typer.Argument(help="SHA-256 of the public key; `key show` prints it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the arena's log.")]


def config(
    name: Setting = None, value: NewValue = None, unset: Unset = False, json: Json = False
) -> None:
    """Show the settings, or change one; `config allow-image PREFIX` allows container images."""
    out, agent = Out(json=json), session()
    known = agent.configuration
    if name == _ALLOW_IMAGE and value is not None:
        images = (*known.limits.allowed_images, value)
        name, value = "limits.allowed_images", ",".join(dict.fromkeys(images))
    if name is None or (value is None and not unset):
        _show(out, agent, name)
        return
    agent.change(settings.changed(known, name, None if unset else value))
    if name.startswith("limits."):
        _tell_limits(out, agent)
    _show(out, agent, name)


def approve(command: CommandId = None, json: Json = False, yes: Yes = False) -> None:
    """Look at commands that recipes want to start here, and allow them or not."""
    out, agent = Out(json=json, yes=yes), session()
    found = [item for item in approvals.waiting(agent.paths) if item.name.startswith(command or "")]
    if command is not None and not found:
        raise InvalidInput("unknown-command", f"no command that waits begins with {command!r}")
    approved = []
    for item in found:
        _show_command(out, item)
        if out.confirm("Start it on this machine whenever it is asked for?"):
            approvals.approve(agent.paths, item)
            approved.append(item.name)
    out.result({"approved": approved}, text=f"{len(approved)} of {len(found)} allowed")


@key.command("show")
def key_show(json: Json = False) -> None:
    """Show the public key and its id."""
    out, agent = Out(json=json), session()
    known = agent.keys.present()
    if known is None:
        raise AgentError("no-key", "no signing key yet", remedy="arena-runner register makes one")
    out.result(
        {"key_id": known.key_id, "public_key": known.public.hex()},
        text=f"{known.key_id}\npublic key {known.public.hex()}",
    )


@key.command("rotate")
def key_rotate(json: Json = False) -> None:
    """Replace the signing key; what the old one has signed stays valid."""
    out, agent = Out(json=json), session()
    new = registration.rotate(agent, agent.client())
    out.result({"key_id": new.key_id}, text=f"Signs with {new.key_id} from now on")


@key.command("revoke")
def key_revoke(
    key_id: KeyId, reason: Reason = "lost", json: Json = False, yes: Yes = False
) -> None:
    """Say that a key was stolen: nothing signed by it is accepted any more."""
    out, agent = Out(json=json, yes=yes), session()
    if not out.confirm(f"Revoke {key_id[:12]} for ever?"):
        raise AgentError("not-revoked", "nothing was revoked")
    agent.client().revoke_key(agent.runner_id, key_id, reason)
    out.result({"revoked": key_id}, text=f"Revoked {key_id}")


def _show(out: Out, agent: Session, name: str | None) -> None:
    whole = agent.configuration.model_dump(mode="json")
    rows = {key: value for key, value in _flat(whole).items() if _is_about(key, name)}
    table = plain_table(None, ("Setting", "Value"))
    for setting, value in rows.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        table.add_row(setting, "" if value in (None, [], {}) else shown)
    out.table(rows, table)
    if name is None:
        out.say(f"Kept in {agent.paths.configuration}")
    elif not rows:
        raise InvalidInput(
            "unknown-setting",
            f"there is no setting {name!r}",
            remedy=f"One of {', '.join(settings.setting_names())}",
        )


def _is_about(setting: str, name: str | None) -> bool:
    return name is None or setting == name or setting.startswith(f"{name}.")


def _flat(whole: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in whole.items():
        if isinstance(value, dict) and value:
            found |= {f"{name}.{field}": inner for field, inner in value.items()}
        else:
            found[name] = value
    return found


def _tell_limits(out: Out, agent: Session) -> None:
    """Let the arena know at once, where it can be; the daemon tells it at its start anyway."""
    if agent.configuration.runner_id is None or agent.credentials is None:
        return
    try:
        registration.send_limits(agent, agent.client(attempts=1))
    except ArenaError as error:
        out.warn(f"the arena was not told: {error.detail}")


def _show_command(out: Out, item: Approval) -> None:
    out.err.print(f"[bold]{item.name[:12]}[/bold]")
    out.err.print(shell_line(item.argv), markup=False, soft_wrap=True)
    if item.image:
        out.err.print(f"in the container image {item.image}", markup=False)
    for name, value in item.env.items():
        out.err.print(f"with {name}={value}", markup=False)
