"""The script of docs/operations.md that partitions the log leaves the log what it was."""

import subprocess

import psycopg
import pytest

from tests.embedded.servers import REPOSITORY
from tests.ops.conftest import Site

DATABASE = "arena_partition_test"
SCRIPT = "docker/partition_events.sql"
APPEND = """
from arena.tenancy.commands import open_tenant
from voting.commands import open_board
for slug in ("one", "two", "three"):
    tenant = open_tenant(slug=slug, name=slug, is_public=True)
    for number in range(START, START + 5):
        open_board(tenant=tenant, slug=f"board-{number}", name="B", question="Q",
                   licence="CC0", attribution="nobody", actor="test")
"""


def test_partitioned_log_verifies_appends_and_refuses_changes(site: Site) -> None:
    with site.connect(user="postgres", database="postgres") as superuser:
        superuser.execute(
            f"CREATE DATABASE {DATABASE} OWNER arena_owner TEMPLATE template0 LOCALE 'C.UTF-8'"
        )
    variables = {
        "DATABASE_URL": site.url(user="arena_app", database=DATABASE),
        "DATABASE_OWNER_URL": site.url(user="arena_owner", database=DATABASE),
        "ARENA_REDIS_PREFIX": "partitions",
    }

    def manage(*arguments: str) -> str:
        done = site.manage(*arguments, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate", "--verbosity=0")
    manage("shell", "-c", APPEND.replace("START", "0"))
    before = manage("verify_chain")
    with site.connect(user="arena_owner", database=DATABASE) as owner:
        indexes = _indexes(owner)

    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "partitions=4", "-f", SCRIPT],
        cwd=REPOSITORY,
        env=site.libpq(database=DATABASE),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    manage("migrate", "--verbosity=0")

    assert [line.split()[-1] for line in manage("verify_chain").splitlines()] == [
        line.split()[-1] for line in before.splitlines()
    ]
    manage("shell", "-c", APPEND.replace("START", "5"))
    assert manage("verify_chain").count(" 10 events verified") == 3
    _, findings = site.doctor("--verify", **variables)
    for name in ("role", "privileges", "trigger", "migrations", "chain"):
        assert findings[name]["status"] == "ok", findings[name]
    with site.connect(user="arena_owner", database=DATABASE) as owner:
        assert _indexes(owner) == indexes
        for table in ("eventstore_event", "eventstore_event_p0"):
            for change in (f"DELETE FROM {table}", f"UPDATE {table} SET stream = 'x'"):
                with pytest.raises(psycopg.Error, match="append-only"):
                    _on_some_row(owner, change)
    with (
        site.connect(user="arena_app", database=DATABASE) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("SELECT * FROM eventstore_event_p0")


def _indexes(connection: "psycopg.Connection[tuple[str]]") -> list[str]:
    """Return the names of the log's indexes and constraints."""
    return [
        name
        for (name,) in connection.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'eventstore_event' ORDER BY 1"
        )
    ]


def _on_some_row(connection: "psycopg.Connection[tuple[str]]", change: str) -> None:
    """Run the change on the first partition that has rows where the statement names one."""
    for number in range(4):
        connection.execute(change.replace("_p0", f"_p{number}"))
