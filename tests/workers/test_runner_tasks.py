"""Celery's part of runs, and the machine of the arena itself."""

import json
import uuid
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from arena import redis_client
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from benchmarks.bell import CHANNEL
from benchmarks.queries import runs
from tests.workers import fleet
from workers import queries, tasks
from workers.commands import runners as commands
from workers.commands.claiming import claim_next

pytestmark = pytest.mark.django_db(transaction=True)


def claim(tenant: Tenant, runner_id: uuid.UUID) -> Any:
    return claim_next(tenant=tenant, runner_id=runner_id, tags=frozenset(), actor="test")


def heard(what: Callable[[], None], *, tenant: Tenant) -> list[str]:
    """Return the ids of runs that were rung for meanwhile."""
    with redis_client.client().pubsub() as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(redis_client.key(CHANNEL, tenant.pk))
        assert subscription.get_message(timeout=1)
        what()
        messages = iter(lambda: subscription.get_message(timeout=0.2), None)
        return [message["data"].decode() for message in messages]


def test_the_run_of_a_silent_runner_is_free_for_another(tenant: Tenant, settings: Settings) -> None:
    silent, other = (fleet.runner(tenant, approved=True) for _ in range(2))
    settings.ARENA_RUN_LEASE_S = 0
    run_id = fleet.queue(tenant, owner="somebody")
    first = claim(tenant, silent.runner_id)
    settings.ARENA_RUN_LEASE_S = 90
    assert claim(tenant, other.runner_id) is None
    assert str(run_id) in heard(tasks.expire_leases, tenant=tenant)
    second = claim(tenant, other.runner_id)
    assert (first.run_id, second.run_id) == (run_id, run_id)
    assert (first.fence, second.fence, second.attempt) == (1, 2, 2)
    tasks.expire_leases()
    job = runs.job(tenant=tenant, run_id=run_id)
    assert job is not None
    assert job.leased_to == other.runner_id


def test_waiting_runs_are_rung_for_again(tenant: Tenant, other_tenant: Tenant) -> None:
    run_id = fleet.queue(tenant, owner="somebody")
    assert heard(tasks.dispatch_runs, tenant=tenant) == [str(run_id)]
    assert heard(tasks.dispatch_runs, tenant=other_tenant) == []


def test_the_arena_has_machines_of_its_own(tenant: Tenant, tmp_path: Path) -> None:
    key = fleet.public_key(signing.new_private_key())
    file = tmp_path / "machine.json"

    def register() -> str:
        said = StringIO()
        call_command(
            "register_platform_runner", tenant="public", public_key=key, machine=file,
            tags=["embedded"], stdout=said,
        )  # fmt: skip
        return said.getvalue().strip()

    file.write_text(fleet.machine().model_dump_json())
    runner_id = uuid.UUID(register())
    file.write_text(fleet.machine(driver_version="600.1").model_dump_json())
    assert uuid.UUID(register()) == runner_id
    runner = queries.runner(tenant=tenant, runner_id=runner_id)
    assert (runner.owner, runner.origin, runner.status) == ("platform", "platform", "approved")
    assert runner.tags == ("embedded",)
    run_id = fleet.queue(tenant, owner="a visitor", required_tags=("platform",))
    assert claim(tenant, runner_id).run_id == run_id

    commands.suspend_runner(tenant=tenant, runner_id=runner_id, reason="too hot", actor="admin")
    register()
    assert queries.runner(tenant=tenant, runner_id=runner_id).status == "suspended"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "No such file"),
        ("no json", "JSON"),
        (json.dumps({"os": "Linux"}), "/kernel"),
    ],
)
def test_a_file_that_describes_no_machine_is_named(
    tenant: Tenant, tmp_path: Path, content: str | None, complaint: str
) -> None:
    file = tmp_path / "machine.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CommandError, match=complaint):
        call_command("register_platform_runner", tenant="public", public_key="0" * 64, machine=file)
