"""The command `arena-runner`: its verbs, and how it ends."""

import json
import sys
from typing import Annotated, Any

import typer
from typer import completion as typer_completion

from arena_runner import __version__
from arena_runner.agent.errors import AgentError
from arena_runner.cli import (
    account,
    exits,
    machine,
    measure,
    runs,
    settings,
    sweeping,
    tooling,
    transfer,
)
from arena_runner.cli.console import Out
from arena_runner.cli.exits import ExitCode
from arena_runner.site.errors import ArenaError

_NAME = "arena-runner"
_HELP = """Measure language models on your own hardware.

Results are signed, stay private until you publish them, and can be made without any network.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused as invalid, 4 sign-in needed, 5 the doctor
found something that must be mended.
"""
_Usage: Any = typer.BadParameter.__mro__[1]
_Shown: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name=_NAME,
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Shell = Annotated[str, typer.Argument(help="bash, zsh, fish, powershell or pwsh.")]


def _version(value: bool) -> None:
    if value:
        Out().result(None, text=__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Hold the options of the command itself."""


def completion(shell: Shell) -> None:
    """Print the script that completes commands in a shell; `--install-completion` installs it."""
    if shell not in {"bash", "zsh", "fish", "powershell", "pwsh"}:
        raise typer.BadParameter(f"{shell} is none of bash, zsh, fish, powershell, pwsh")
    script: str = typer_completion.get_completion_script(  # type: ignore[attr-defined]
        prog_name=_NAME, complete_var="_ARENA_RUNNER_COMPLETE", shell=shell
    )
    Out().raw(script.encode() + b"\n")


for _group, _verbs in {
    "Machine": (
        ("setup", machine.setup),
        ("login", account.login),
        ("logout", account.logout),
        ("whoami", account.whoami),
        ("doctor", machine.doctor),
        ("register", machine.register),
        ("config", settings.config),
        ("approve", settings.approve),
    ),
    "Measuring": (
        ("benchmark", measure.benchmark),
        ("sweep", sweeping.sweep),
        ("resume", measure.resume),
        ("dry-run", measure.dry_run),
        ("tool", tooling.tool),
        ("run", machine.run),
    ),
    "Results": (
        ("list", runs.list_runs),
        ("logs", runs.logs),
        ("show-payload", runs.show_payload),
        ("publish", runs.publish),
        ("retract", runs.retract),
        ("export", transfer.export),
        ("import", transfer.import_file),
        ("verify", transfer.verify),
    ),
    "Other": (("completion", completion),),
}.items():
    for _verb, _function in _verbs:
        app.command(_verb, rich_help_panel=_group)(_function)
app.add_typer(settings.key, name="key")


def main() -> None:
    """Run the command and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command with these arguments and return its exit code."""
    out = Out(json="--json" in arguments)
    try:
        return int(app(arguments, prog_name=_NAME, standalone_mode=False) or ExitCode.OK)
    except typer.Abort:
        return _failed(out, "aborted", "aborted", ExitCode.ERROR)
    except KeyboardInterrupt:
        return _failed(out, "interrupted", "interrupted", ExitCode.ERROR)
    except _Shown as error:
        return _misused(out, error)
    except (AgentError, ArenaError) as error:
        return _explained(out, error)
    except BrokenPipeError:
        return int(ExitCode.ERROR)


def _misused(out: Out, error: Any) -> int:
    code = ExitCode.USAGE if isinstance(error, _Usage) else ExitCode.ERROR
    if not out.json:
        error.show()
        return int(code)
    return _failed(out, "usage", error.format_message(), code)


def _explained(out: Out, error: AgentError | ArenaError) -> int:
    code = exits.of(error)
    problems: tuple[tuple[str, str], ...] = getattr(error, "problems", ())
    if out.json:
        body = {"code": error.code, "detail": error.detail, "remedy": error.remedy}
        faults = [{"where": where, "what": what} for where, what in problems]
        out.raw(json.dumps({"error": {**body, "problems": faults}}).encode() + b"\n")
        return int(code)
    out.err.print(f"error: {error.detail}", markup=False, style="red", soft_wrap=True)
    for where, what in problems[:20]:
        out.err.print(f"  {where}: {what}", markup=False, soft_wrap=True)
    if error.remedy:
        out.err.print(error.remedy, markup=False, soft_wrap=True)
    return int(code)


def _failed(out: Out, code: str, detail: str, status: ExitCode) -> int:
    if out.json:
        out.raw(json.dumps({"error": {"code": code, "detail": detail}}).encode() + b"\n")
    else:
        out.say(detail)
    return int(status)
