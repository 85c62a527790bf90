"""An installation of its own, driven from outside as an operator would."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from arena.embedded import binaries
from tests.embedded.servers import REPOSITORY, User, kill_everything, processes_of

Completed = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Site:
    """Servers with an owner, a runtime role and a superuser, and the variables that reach them."""

    variables: dict[str, str]

    def manage(self, *arguments: str, **changed: str) -> Completed:
        """Run a management command with some variables changed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.variables | changed,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def doctor(self, *arguments: str, **changed: str) -> tuple[int, dict[str, dict[str, str]]]:
        """Run the doctor; its exit code and its findings by code (the last one of each)."""
        done = self.manage("doctor", "--json", *arguments, **changed)
        assert done.stdout, done.stderr
        findings: list[dict[str, str]] = json.loads(done.stdout)
        return done.returncode, {item["code"]: item for item in findings}

    def connect(self, *, user: str, database: str = "arena") -> "psycopg.Connection[Any]":
        """Connect with autocommit as one of the cluster's roles."""
        return psycopg.connect(self.url(user=user, database=database), autocommit=True)

    def url(self, *, user: str, database: str = "arena") -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{user}@/{database}?host={self.socket_dir}"

    @property
    def socket_dir(self) -> str:
        with psycopg.connect(self.variables["DATABASE_URL"]) as connection:
            return connection.info.host

    def libpq(self, *, database: str, **extra: str) -> dict[str, str]:
        """Return the variables of libpq's programs for the owner, with those programs on PATH."""
        path = f"{binaries.postgres_bin()}{os.pathsep}{os.environ['PATH']}"
        names = {"PGHOST": self.socket_dir, "PGUSER": "arena_owner", "PGDATABASE": database}
        return {"PATH": path, "TMPDIR": tempfile.gettempdir()} | names | extra


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Return a migrated installation with one public arena and an empty log."""
    base = Path(tempfile.mkdtemp(prefix="arena-ops-"))
    base.chmod(0o755)
    directory = base / "data"
    user = User(directory)
    try:
        assert user.variables, user.leave()
        site = Site(variables=user.variables)
        migrated = site.manage("migrate", "--verbosity=0")
        assert migrated.returncode == 0, migrated.stderr
        opened = site.manage(
            "shell",
            "-c",
            "from arena.tenancy.commands import open_tenant\n"
            "open_tenant(slug='public', name='Public', is_public=True, is_default=True)",
        )
        assert opened.returncode == 0, opened.stderr
        yield site
    finally:
        user.leave()
        while processes_of(directory):
            kill_everything(directory)
        shutil.rmtree(base)
