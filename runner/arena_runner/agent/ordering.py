"""Has a plan of this machine's owner run: asks the site for it, gets its lease, measures it."""

import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid4

from arena_runner.agent import target
from arena_runner.agent.checkpoint import Checkpoint, RunFolder
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.plan import Plan
from arena_runner.agent.runs import Desk, held_lease, work_on
from arena_runner.agent.session import Session
from arena_runner.contract.manifest import Manifest
from arena_runner.site.answers import ClaimedRun, DryRun
from arena_runner.site.client import ArenaClient

_CLAIM_FOR_S: Final = 180.0
_LOOK_S: Final = 3.0
_OVER: Final = frozenset({"completed", "failed", "cancelled"})


def check(client: ArenaClient, manifest: Manifest) -> DryRun:
    """Have the site check a manifest before hours are spent; raise InvalidInput, ArenaError."""
    answer = client.dry_run(manifest.model_dump(mode="json"))
    if not answer.ok:
        problems = tuple((item.pointer, item.message) for item in answer.problems)
        raise InvalidInput(
            "manifest-refused",
            "the arena would not take this run"
            + (f": {problems[0][0]}: {problems[0][1]}" if problems else ""),
            problems=problems,
        )
    return answer


def order(session: Session, client: ArenaClient, plan: Plan) -> UUID:
    """Queue a run for this machine and return its id; raise ArenaError."""
    if plan.base_url is not None:
        target.remember(session.paths, plan.manifest, plan.base_url)
    answer = client.request_run(
        {
            "manifest": plan.manifest.model_dump(mode="json"),
            "runner_id": str(session.runner_id),
            "required_tags": [],
        },
        idempotency_key=str(uuid4()),
    )
    return UUID(str(answer.get("run_id")))


def measure(
    desk: Desk, client: ArenaClient, run_id: UUID, *, say: Callable[[str], None]
) -> Checkpoint:
    """Lease a run of this machine and measure it; raise Stop, AgentError and ArenaError.

    Runs of this machine that the site hands out before it are measured first.
    """
    folder = RunFolder(desk.session.paths.runs / str(run_id))
    held = held_lease(client, folder) if folder.exists else None
    if held is not None:
        return work_on(desk, client, held)
    ends = time.monotonic() + _CLAIM_FOR_S
    while time.monotonic() < ends:
        desk.sign.check()
        claimed = client.claim(desk.session.runner_id, tags=(), wait_s=10)
        if claimed is None:
            _check_waiting(client, run_id)
            continue
        if claimed.run_id == run_id:
            return work_on(desk, client, claimed)
        say(f"The arena wants {_title(claimed)} first.")
        work_on(desk, client, claimed)
        ends = time.monotonic() + _CLAIM_FOR_S
    raise AgentError(
        "not-leased",
        "the arena has not handed the run to this machine",
        remedy=f"arena-runner resume {str(run_id)[:8]}",
    )


def follow(
    client: ArenaClient, run_id: UUID, *, say: Callable[[str], None], desk: Desk
) -> dict[str, Any]:
    """Wait until the daemon of this machine has finished a run; return it as the site knows it."""
    told = ""
    while True:
        run = client.run(run_id)
        status = str(run.get("status"))
        if status in _OVER:
            return run
        if status != told:
            say(f"The daemon of this machine has it: {status}")
            told = status
        time.sleep(_LOOK_S)
        desk.sign.check()


def _check_waiting(client: ArenaClient, run_id: UUID) -> None:
    status = str(client.run(run_id).get("status"))
    if status in _OVER:
        raise AgentError("run-over", f"the run is {status}; begin another one")


def _title(claimed: ClaimedRun) -> str:
    return f"{claimed.manifest.recipe.model}, {claimed.manifest.profile.id}"
