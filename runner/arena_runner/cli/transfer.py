"""Runs as files: signed bundles for machines without network, and the output of other tools."""

import json as json_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from arena_runner.agent import bundle, files, registration, tool_output
from arena_runner.agent import plan as planning
from arena_runner.agent.bundle import Bundle
from arena_runner.agent.checkpoint import RunFolder
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.execution import adopt
from arena_runner.agent.keys import SigningKey
from arena_runner.agent.session import Session
from arena_runner.cli.console import Out, plain_table
from arena_runner.cli.context import session
from arena_runner.cli.options import Json, RunId, Yes
from arena_runner.cli.tables import number
from arena_runner.contract.tools import ToolOutput, profile_of
from arena_runner.site.answers import Judged

_GZIP: Final = b"\x1f\x8b"
OutputFile = Annotated[
    Path | None, typer.Option("--output", "-O", help="File to write; RUN.arena.tar.gz without it.")
]
InputFile = Annotated[Path, typer.Argument(help="A bundle, or the JSON file of another tool.")]
ToolRecipe = Annotated[
    Path | None,
    typer.Option("--recipe", help="How the model was served, for the output of another tool."),
]


def export(run: RunId, output: OutputFile = None, json: Json = False) -> None:
    """Write a finished run into one signed file, to be imported where there is a network."""
    out, agent = Out(json=json), session()
    folder = RunFolder.find(agent.paths.runs, run)
    key = _key(agent)
    adopt(agent.configuration.runner_id, folder, key)
    made = bundle.of_run(folder, key.public)
    path = output or Path(f"{folder.path.name[:8]}.arena.tar.gz")
    content = made.packed()
    files.write(path.absolute(), content)
    out.result(
        {"file": str(path), "bytes": len(content), **_facts(made)},
        text=f"Wrote {path} ({len(content):,} bytes)",
    )


def import_file(
    file: InputFile, recipe: ToolRecipe = None, json: Json = False, yes: Yes = False
) -> None:
    """Hand in a bundle that was made elsewhere, or what another tool has measured."""
    out, agent = Out(json=json, yes=yes), session()
    if _is_bundle(file):
        made = bundle.read(file)
        _show_judged(out, bundle.hand_in(made, agent.client()), _facts(made))
        return
    content = files.read(file)
    if content is not None and registration.is_request(request := _json(content)):
        runner_id = registration.hand_in(agent.client(), request)
        out.result(
            {"runner_id": str(runner_id)},
            text=f"Registered. On that machine: arena-runner config runner_id {runner_id}",
        )
        return
    content, output = tool_output.read(file)
    show_tool(out, output)
    if recipe is None:
        raise InvalidInput(
            "no-recipe",
            f"this is the output of {output.tool}, and nobody has said how the model was served",
            remedy="--recipe recipe.yaml",
        )
    written, _ = planning.read_recipe(recipe)
    manifest = planning.plan(written, profile_of(output)).manifest
    judged = tool_output.hand_in(agent.client(), content=content, output=output, manifest=manifest)
    _show_judged(out, judged, {"tool": output.tool})


def verify(file: InputFile, json: Json = False) -> None:
    """Check signature, digests and samples of a bundle; changes nothing and asks nobody."""
    out = Out(json=json)
    made = bundle.read(file)
    facts = _facts(made)
    out.result(
        {"ok": True, **facts},
        text=f"Intact. Signed by the key {facts['key_id']}\n"
        f"run {facts['run_id']}, {facts['model']}, {facts['profile']}, {facts['points']} points",
    )


def _facts(made: Bundle) -> dict[str, Any]:
    report = made.report
    return {
        "run_id": str(report.run_id),
        "runner_id": str(report.runner_id),
        "key_id": made.envelope.key_id,
        "payload_sha256": made.envelope.payload_sha256,
        "model": report.manifest.recipe.model,
        "profile": report.manifest.profile.id,
        "identity_sha256": report.manifest.identity_sha256,
        "points": len(report.points),
        "requests": sum(point.sample_count for point in report.points),
    }


def _is_bundle(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == _GZIP
    except OSError as error:
        raise InvalidInput("no-file", f"cannot read {path}: {error.strerror}") from None


def _json(content: bytes) -> Any:
    try:
        return json_module.loads(content)
    except (ValueError, RecursionError):
        return None


def _key(agent: Session) -> SigningKey:
    key = agent.keys.present()
    if key is None:
        raise AgentError("no-key", "this machine has no signing key")
    return key


def _show_judged(out: Out, judged: Judged, facts: dict[str, Any]) -> None:
    codes = ", ".join(judged.reason_codes)
    out.result(
        {**facts, **judged.model_dump(mode="json")},
        text=f"The arena says: {judged.verdict}, trust {judged.trust_level}"
        + (f" ({codes})" if codes else "")
        + (f"\n{judged.run_url}" if judged.run_url else ""),
    )


def show_tool(out: Out, output: ToolOutput) -> None:
    """Print what a tool has measured, and what its numbers leave out."""
    table = plain_table(f"{output.tool} {output.version or ''}", ("Point", "Metric", "#Value"))
    for point in output.points:
        for item in point.measurements:
            table.add_row(point.title, item.metric, f"{number(item.value)} {item.unit}")
    if not out.json:
        out.err.print(table)
    for warning in output.warnings:
        out.warn(warning.message)
