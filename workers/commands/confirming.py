"""Look for runs of other owners that measured the same thing and agree (trust T3)."""

from typing import Final
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo
from workers import queries

_LOOKED_AT: Final = 20


def confirm_twins(*, tenant: Tenant, info: RunInfo, actor: str) -> bool:
    """Confirm a published run by those of other owners, and these by it; return whether any did.

    Nothing happens when it was done before, so it may be asked for again at any time.
    """
    if info.visibility != "published" or not info.counts or info.runner_id is None:
        return False
    twins = [
        twin
        for twin in runs.same_identity(tenant=tenant, identity_sha256=info.identity_sha256)
        if twin.run_id != info.run_id and twin.visibility == "published" and twin.counts
    ]
    owner, is_new = _owner(tenant, info.runner_id), False
    for twin in twins[:_LOOKED_AT]:
        if twin.runner_id is not None:
            is_new |= commands.confirm_reproduction(
                tenant=tenant,
                run_id=info.run_id,
                by_run_id=twin.run_id,
                owners=(owner, _owner(tenant, twin.runner_id)),
                actor=actor,
            )
    return is_new


def _owner(tenant: Tenant, runner_id: UUID) -> str:
    return queries.runner(tenant=tenant, runner_id=runner_id).owner
