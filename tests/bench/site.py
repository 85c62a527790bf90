"""A site of its own for a benchmark: durable embedded servers below var/bench, a fresh database."""

import functools
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from arena.embedded import binaries, client
from arena.embedded.datadir import DataDir
from tests.bench.peers import ROOT


@functools.cache
def _servers() -> tuple[Path, dict[str, str]]:
    """Start (or share) the servers; return the socket directory and the environment they need."""
    data = DataDir(root=ROOT / "var" / "bench" / "servers")
    keeper = client.join(data, fast=False)
    return keeper.socket_dir, client.missing_variables(data, keeper)


def fresh(name: str) -> dict[str, str]:
    """Create the migrated database `bench_<name>` anew and return the environment of its site."""
    directory, environment = _servers()
    database = f"bench_{name}"
    for statement in (
        f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
        f"CREATE DATABASE {database} OWNER arena_owner",
    ):
        postgres("psql", "-q", "-d", "postgres", "-c", statement, user="postgres")
    urls = {
        variable: f"postgresql://{role}@/{database}?host={quote(str(directory), safe='')}"
        for variable, role in (
            ("DATABASE_URL", "arena_app"),
            ("DATABASE_OWNER_URL", "arena_owner"),
        )
    }
    site = os.environ | environment | urls
    site |= {
        "ARENA_REDIS_PREFIX": database,
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }
    manage(site, "migrate", "--verbosity", "0")
    return site


def postgres(program: str, *arguments: str, user: str = "arena_owner") -> str:
    """Run one of PostgreSQL's own programs on the bench servers and return what it prints."""
    directory, _ = _servers()
    finished = subprocess.run(
        [binaries.postgres_bin() / program, "-h", directory, "-U", user, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"{program}: {finished.stderr.strip()}")
    return finished.stdout


def manage(site: Mapping[str, str], *arguments: str) -> str:
    """Run a management command on the site and return what it prints."""
    return python(site, [str(ROOT / "manage.py"), *arguments])


def python(site: Mapping[str, str], arguments: Sequence[str]) -> str:
    """Run this interpreter on the site and return what it prints; raise with its last lines."""
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=dict(site),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"{arguments[0]}: {finished.stderr.strip()[-2000:]}")
    return finished.stdout
