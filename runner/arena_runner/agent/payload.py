"""Exactly what would be public of a run: the site's bytes, or the same computed here."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from arena_runner.agent.checkpoint import Checkpoint, RunFolder
from arena_runner.agent.errors import AgentError
from arena_runner.agent.results import of_run
from arena_runner.contract.canonical import canonical, sha256
from arena_runner.site.client import ArenaClient

Attribution = Literal["named", "anonymous"]


@dataclass(frozen=True)
class Payload:
    """Canonical JSON and its digest; `by_site` is False for what the site has not judged yet."""

    content: bytes
    sha256: str
    by_site: bool


def of_site(client: ArenaClient, run_id: UUID, attribution: Attribution) -> Payload:
    """Return the bytes that a publication shows; raise ArenaError, and AgentError for others."""
    content, stated = client.payload(run_id, attribution)
    found = sha256(content)
    if stated is not None and stated != found:
        raise AgentError(
            "payload-changed",
            "the bytes that arrived are not those that the arena states",
            remedy="Ask again; do not publish before both agree",
        )
    return Payload(content=content, sha256=found, by_site=True)


def of_folder(folder: RunFolder, attribution: Attribution) -> Payload:
    """Return what a publication would show as far as this machine knows; raise AgentError.

    The same form as the site's. Verdict and trust level are missing: only the site gives them.
    """
    checkpoint = folder.load()
    envelope = folder.report()
    if envelope is None or checkpoint.preparation is None:
        raise AgentError(
            "not-finished",
            "nothing of this run could be public yet: it is not finished",
            remedy=f"arena-runner resume {folder.path.name[:8]}",
        )
    environment = checkpoint.preparation.environment.model_dump(mode="json")
    content = canonical(
        {
            "payload_version": 1,
            "attribution": attribution,
            "run": _run(checkpoint, attribution, envelope.key_id),
            "points": [_point(item.body()) for item in of_run(folder, checkpoint)],
            "manifest": checkpoint.manifest.model_dump(mode="json"),
            "environment": environment,
            "report": envelope.model_dump(mode="json") if attribution == "named" else None,
        }
    )
    return Payload(content=content, sha256=sha256(content), by_site=False)


def _run(checkpoint: Checkpoint, attribution: Attribution, key_id: str) -> dict[str, Any]:
    manifest, finished = checkpoint.manifest, checkpoint.finished_at
    preparation = checkpoint.preparation
    environment = preparation.environment if preparation else None
    shown: dict[str, Any] = {
        "run_id": str(checkpoint.run_id),
        "identity_sha256": manifest.identity_sha256,
        "model": manifest.recipe.model,
        "profile": manifest.profile.id,
        "engine": environment.engine if environment else None,
        "engine_version": environment.engine_version if environment else None,
        "image_digest": manifest.image_digest,
        "finished_on": finished.date().isoformat() if finished else None,
    }
    if attribution == "named":
        shown |= {"runner_id": str(checkpoint.runner_id), "key_id": key_id}
    return shown


def _point(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in {"title", "warnings"}}
