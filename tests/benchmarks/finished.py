"""Runs that are measured, and handed in."""

import uuid
from typing import Any

from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Report
from benchmarks import commands
from benchmarks.commands import Claimed, Signer
from benchmarks.queries.runs import RunInfo
from tests.benchmarks.runs import ACTOR, ask, claim, measure, report_of, signer

RUNNER, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
KEY = signing.new_private_key()
SIGNER = signer(RUNNER, KEY)


def finish(
    tenant: Tenant,
    claimed: Claimed,
    envelope: signing.Envelope,
    *,
    signer: Signer = SIGNER,
) -> tuple[RunInfo, bool]:
    """Hand in a report."""
    return commands.complete_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=signer.runner_id, fence=claimed.fence,
        envelope=envelope, signer=signer, actor=ACTOR,
    )  # fmt: skip


def measured_run(
    tenant: Tenant, wanted: Manifest, *, runner: uuid.UUID = RUNNER, **wish: Any
) -> tuple[Claimed, Report]:
    """Return a run with all points recorded, and its report."""
    speed = wish.pop("tokens_per_second", 50.0)
    run_id = ask(tenant, manifest=wanted, **wish)
    claimed = claim(tenant, run_id, runner)
    points = measure(tenant, claimed, runner, wanted, tokens_per_second=speed)
    return claimed, report_of(claimed, runner, wanted, points)
