"""Give a runner its next run."""

import uuid
from typing import Final

import benchmarks.queries.runs
from arena.tenancy.models import Tenant
from benchmarks.commands.leasing import Claimed, claim_run
from workers.queries.runners import runner
from workers.scheduling import Offer, choose
from workers.state.runners import RunnerInfo, RunnerRefused

QUEUED_MAX: Final = 200
"""Runs looked at: the first by priority and age."""
LEASED_MAX: Final = 2_000
_TRIES: Final = 5
"""Runs tried in one go; each may be gone to somebody else by now."""


def claim_next(
    *, tenant: Tenant, runner_id: uuid.UUID, tags: frozenset[str], actor: str
) -> Claimed | None:
    """Lease the run that this runner should take next; None when there is none for it.

    `tags` are those of the runner's tags that hold at present, none for all. Raises UnknownRunner,
    RunnerRefused (`not-approved` while it is suspended, `runner-retired`, `key-revoked`).
    """
    found = runner(tenant=tenant, runner_id=runner_id)
    check_may_work(found)
    queued = benchmarks.queries.runs.jobs(tenant=tenant, states=("queued",), limit=QUEUED_MAX)
    if not queued:
        return None
    leased = benchmarks.queries.runs.jobs(tenant=tenant, states=("leased",), limit=LEASED_MAX)
    candidates = choose(queued, Offer(runner=found, tags=tags), leased=leased)[:_TRIES]
    return claim_run(
        tenant=tenant,
        runner_id=runner_id,
        candidates=[job.run_id for job in candidates],
        actor=actor,
    )


def check_may_work(found: RunnerInfo) -> None:
    """Return when the runner may have runs at all; raise RunnerRefused."""
    if found.status == "retired":
        raise RunnerRefused("runner-retired", "the runner is retired; register the machine anew")
    if found.status == "suspended":
        raise RunnerRefused("not-approved", f"the runner is suspended: {found.status_reason}")
    if found.current_key is None:
        raise RunnerRefused(
            "key-revoked", "the runner's key was revoked; register the machine anew"
        )
