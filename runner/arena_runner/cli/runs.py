"""Runs of this machine: what they are, what would be public of them, and making it so."""

import time
from collections.abc import Iterator
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from arena_runner.agent import files, payload
from arena_runner.agent.checkpoint import Checkpoint, RunFolder
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.payload import Attribution, Payload
from arena_runner.agent.session import Session
from arena_runner.cli.console import Out, plain_table
from arena_runner.cli.context import session
from arena_runner.cli.options import Anonymous, Json, Offline, RunId, Yes

_LICENCE: Final = "CC-BY-4.0"
_LOOK_S: Final = 1.0
AtSite = Annotated[bool, typer.Option("--site", help="Runs as the arena knows them.")]
Licence = Annotated[str, typer.Option("--licence", help="Licence of the data (SPDX).")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stays visible for ever.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Wait for further lines.")]
SupersededBy = Annotated[
    UUID | None, typer.Option("--superseded-by", help="Whole id of the run that replaces it.")
]


def list_runs(at_site: AtSite = False, json: Json = False) -> None:
    """List runs, the newest first."""
    out, agent = Out(json=json), session()
    rows = (
        _at_site(agent)
        if at_site
        else [_local(checkpoint) for _, checkpoint in RunFolder.loaded(agent.paths.runs)]
    )
    table = plain_table(None, ("Run", "State", "Model", "Profile", "#Points", "Verdict", "Trust"))
    for row in rows:
        table.add_row(
            str(row["run_id"])[:8],
            row["state"],
            row["model"],
            row["profile"],
            row["points"],
            row["verdict"] or "",
            row["trust_level"] or "",
        )
    out.table({"runs": rows}, table)


def logs(run: RunId, follow: Follow = False, json: Json = False) -> None:
    """Show what was done in a run."""
    out, agent = Out(json=json), session()
    folder = _folder(agent, run)
    if folder is None:
        lines = list(agent.client().run_log(_run_id(agent, run)))
        out.result({"lines": lines}, text="\n".join(map(_line, lines)))
        return
    lines = list(_lines(folder))
    if not follow:
        text = "\n".join(_line(item) for item in lines)
        out.result({"lines": lines}, text=text)
        return
    told = 0
    while True:
        for item in lines[told:]:
            out.result(item, text=_line(item))
        told = len(lines)
        if folder.load().state != "running":
            return
        time.sleep(_LOOK_S)
        lines = list(_lines(folder))


def show_payload(
    run: RunId, anonymous: Anonymous = False, offline: Offline = False, json: Json = False
) -> None:
    """Print exactly the bytes that would be public of a run, and their SHA-256 on stderr."""
    out, agent = Out(json=json), session()
    shown = _payload(agent, run, _attribution(anonymous), offline=offline)
    out.raw(shown.content)
    if not json:
        out.raw(b"\n")
    out.say(f"{len(shown.content)} bytes, SHA-256 {shown.sha256}")
    if not shown.by_site:
        out.say("Computed here: verdict and trust level are the arena's, and missing.")


def publish(
    run: RunId,
    anonymous: Anonymous = False,
    licence: Licence = _LICENCE,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Show a run to everybody who may read the arena."""
    out, agent = Out(json=json, yes=yes), session()
    run_id = _run_id(agent, run)
    attribution = _attribution(anonymous)
    shown = payload.of_site(agent.client(), run_id, attribution)
    out.say(f"{len(shown.content)} bytes would be public, SHA-256 {shown.sha256}")
    out.say(f"Look at them: arena-runner show-payload {run}" + " --anonymous" * anonymous)
    if not out.confirm(f"Publish them under {licence}, {attribution}?"):
        raise AgentError("not-published", "nothing was published")
    answer = agent.client().run_action(
        run_id,
        "publish",
        {"attribution": attribution, "licence": licence, "payload_sha256": shown.sha256},
    )
    out.result(
        {"run_id": str(run_id), "payload_sha256": shown.sha256, "answer": answer},
        text=f"Published {run_id}",
    )


def retract(
    run: RunId,
    reason: Reason,
    superseded_by: SupersededBy = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Take a published run back; a tombstone with the reason stays."""
    out, agent = Out(json=json, yes=yes), session()
    run_id = _run_id(agent, run)
    if not out.confirm(f"Take {run_id} back for ever?"):
        raise AgentError("not-retracted", "nothing was retracted")
    body: dict[str, Any] = {"reason": reason}
    if superseded_by is not None:
        body["superseded_by"] = str(superseded_by)
    answer = agent.client().run_action(run_id, "retract", body)
    out.result({"run_id": str(run_id), "answer": answer}, text=f"Retracted {run_id}")


def _payload(agent: Session, run: str, attribution: Attribution, *, offline: bool) -> Payload:
    """Return the site's bytes of a run that it has judged, else those that this machine makes."""
    folder = _folder(agent, run)
    if folder is not None and (offline or folder.load().state != "delivered"):
        return payload.of_folder(folder, attribution)
    if folder is None and offline:
        raise InvalidInput("unknown-run", f"no run on this machine is {run!r}")
    return payload.of_site(agent.client(), _run_id(agent, run), attribution)


def _folder(agent: Session, run: str) -> RunFolder | None:
    """Return the run of this machine; None for the whole id of one that was measured elsewhere."""
    try:
        folder = RunFolder(agent.paths.runs / str(UUID(run)))
    except ValueError:
        return RunFolder.find(agent.paths.runs, run)
    return folder if folder.exists else None


def _run_id(agent: Session, run: str) -> UUID:
    """Return the id of a run of this machine, or a whole id of any."""
    try:
        return UUID(run)
    except ValueError:
        return UUID(RunFolder.find(agent.paths.runs, run).path.name)


def _attribution(anonymous: bool) -> Attribution:
    return "anonymous" if anonymous else "named"


def _local(checkpoint: Checkpoint) -> dict[str, Any]:
    profile, verdict = checkpoint.manifest.profile, checkpoint.verdict or {}
    return {
        "run_id": str(checkpoint.run_id),
        "state": checkpoint.state,
        "offline": checkpoint.offline,
        "model": checkpoint.manifest.recipe.model,
        "profile": profile.id,
        "points": f"{len(checkpoint.points)}/{len(profile.points)}",
        "started_at": checkpoint.started_at.isoformat(),
        "attempts": len(checkpoint.attempts),
        "verdict": verdict.get("verdict"),
        "trust_level": verdict.get("trust_level"),
    }


def _at_site(agent: Session) -> list[dict[str, Any]]:
    return [
        {
            "run_id": str(item.get("run_id")),
            "state": str(item.get("status")),
            "model": str(item.get("model_name") or ""),
            "profile": str(item.get("profile")),
            "points": "",
            "verdict": item.get("verdict"),
            "trust_level": item.get("trust_level"),
            "visibility": item.get("visibility"),
        }
        for item in agent.client().runs()
    ]


def _lines(folder: RunFolder) -> Iterator[dict[str, Any]]:
    yield from files.read_lines(folder.path / "log.jsonl")


def _line(item: dict[str, Any]) -> str:
    return f"{item.get('at')} {item.get('level')}: {item.get('text')}"
