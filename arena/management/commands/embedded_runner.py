"""Become the runner of `make run`: the site's own machine, which measures the embedded models."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from arena.accounts.commands import create_api_key, revoke_api_key
from arena.accounts.models import Scope
from arena.accounts.queries import keys
from arena.environment import text
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from arena.tenancy.queries import by_slug
from arena_runner.contract.report import Machine
from workers.commands.runners import register_platform_runner

ACTOR: Final = "provision"
NAME: Final = "Machine of this site"
KEY_NAME: Final = "embedded runner"
TAG: Final = "embedded"
_AGENT: Final = (sys.executable, "-m", "arena_runner")


class Command(BaseCommand):
    """Make the site's own runner known, then run its agent in place of this process."""

    help = (
        "Register this machine as the arena's own runner and run its agent. `up` starts it;"
        " ARENA_RUNNER_HOME keeps its key, ARENA_URL is the site, ARENA_PROVIDER_URL what it"
        " measures."
    )

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", default="public", help="slug of the arena")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        provider_url, site_url = text("ARENA_PROVIDER_URL", ""), text("ARENA_URL", "")
        if not provider_url or not site_url or not text("ARENA_RUNNER_HOME", ""):
            raise CommandError("Set ARENA_RUNNER_HOME, ARENA_URL and ARENA_PROVIDER_URL.")
        tenant = by_slug(options["tenant"])
        runner_id = _register(tenant)
        for name, value in (
            ("url", site_url),
            ("runner_id", runner_id),
            ("tags", TAG),
            ("endpoints.default", provider_url),
        ):
            _agent("config", name, value)
        # The key lives in this process alone: the next start makes another and revokes this one.
        os.environ["ARENA_TOKEN"] = _new_key(tenant)
        os.execv(_AGENT[0], [*_AGENT, "run"])  # noqa: S606 - no shell is wanted


def _register(tenant: Tenant) -> str:
    """Register the machine with the key of its agent; the same key is the same runner."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registration.json"
        _agent("register", "--offline", "--name", NAME, "--tag", TAG, "--output", str(path))
        request = json.loads(path.read_text())
    runner = register_platform_runner(
        tenant=tenant,
        name=request["name"],
        public_key=request["public_key"],
        machine=Machine.model_validate(request["machine"]),
        tags=request["tags"],
        actor=ACTOR,
    )
    advance(tenant=tenant, name="runners")
    return str(runner.runner_id)


def _new_key(tenant: Tenant) -> str:
    """Make a key for this run of the agent and revoke those of earlier runs."""
    for key in keys(tenant=tenant):
        if key.name == KEY_NAME and key.maker_email is None:
            revoke_api_key(tenant=tenant, key_id=key.id, by=None)
    scopes = [Scope.READ.value, Scope.RUNNER.value]
    return create_api_key(tenant=tenant, by=None, name=KEY_NAME, scopes=scopes).raw


def _agent(*arguments: str) -> None:
    finished = subprocess.run(
        [*_AGENT, *arguments, "--json"], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise CommandError(f"arena-runner {arguments[0]}: {finished.stderr or finished.stdout}")
