"""Runs in every state with their owners, made through commands; no runner is started."""

import html
import re
import uuid
from typing import Any

from django.test import Client

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from benchmarks import commands
from benchmarks.commands.reports import Signer
from benchmarks.queries import runs
from benchmarks.state.run import RunInfo
from tests.benchmarks import runs as agent
from tests.workers import fleet
from workers.state.runners import RunnerInfo

KEY = signing.new_private_key()


def person(tenant: Tenant, name: str, role: Role = Role.RUNNER_OWNER) -> User:
    """Return a member of the arena."""
    user = User.objects.create_user(f"{name}@example.org", "a long enough phrase")
    add_member(tenant=tenant, user=user, role=role, by=None)
    return user


def browser(user: User | None = None) -> Client:
    """Return a browser, signed in as the person where there is one."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(response: Any) -> str:
    """Return what a page says, without its markup."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", text)


def page(info: RunInfo) -> str:
    """Return the address of a run."""
    return f"/runs/{info.run_id}/"


def machine_of(tenant: Tenant, user: User, *, key: bytes = KEY, **more: Any) -> RunnerInfo:
    """Return a machine of that person."""
    return fleet.runner(tenant, owner=str(user.actor_id), private=key, **more)


def queued(tenant: Tenant, user: User, *keys: str, **wish: Any) -> uuid.UUID:
    """Return a run that the person has asked for."""
    return agent.ask(tenant, *keys, actor=str(user.actor_id), **wish)


def completed(
    tenant: Tenant,
    user: User,
    runner: RunnerInfo,
    *keys: str,
    key: bytes = KEY,
    changes: dict[str, Any] | None = None,
    wish: dict[str, Any] | None = None,
    **speed: float,
) -> RunInfo:
    """Return a run that the machine has measured and signed."""
    wanted = (wish or {}).get("manifest") or agent.manifest(*(keys or ("c1",)))
    run_id = queued(tenant, user, **{**(wish or {}), "manifest": wanted})
    claimed = agent.claim(tenant, run_id, runner.runner_id)
    points = agent.measure(tenant, claimed, runner.runner_id, wanted, **speed)
    report = agent.report_of(claimed, runner.runner_id, wanted, points, **(changes or {}))
    commands.complete_run(
        tenant=tenant,
        run_id=run_id,
        runner_id=runner.runner_id,
        fence=claimed.fence,
        envelope=agent.signed(report, key),
        signer=Signer(
            runner_id=runner.runner_id,
            public_key=signing.public_key(key),
            origin=runner.origin,
        ),
        actor=str(user.actor_id),
    )
    return runs.run(tenant=tenant, run_id=run_id)


def published(tenant: Tenant, info: RunInfo, user: User, attribution: Any = "named") -> RunInfo:
    """Publish a run as its owner does."""
    shown = runs.payload(tenant=tenant, run_id=info.run_id, attribution=attribution)
    found, _ = commands.publish_run(
        tenant=tenant,
        run_id=info.run_id,
        attribution=attribution,
        licence="CC-BY-4.0",
        payload_sha256=shown.sha256,
        actor=str(user.actor_id),
    )
    return found
