"""Dump, wipe, restore: the chain verifies, the head and every table are what they were."""

import os
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.embedded.servers import REPOSITORY
from tests.ops.conftest import Completed, Site

DATABASE = "arena_backup_test"
RESTORED = "arena_restored_test"
FILL = """
from arena.eventstore.projection import advance, projections
from arena.tenancy.commands import open_tenant
from voting.commands import open_board
for slug in ("public", "demo-private"):
    tenant = open_tenant(slug=slug, name=slug, is_public=slug == "public")
    for number in range(20):
        open_board(tenant=tenant, slug=f"board-{number}", name=f"Board {number}", question="Q",
                   licence="CC0", attribution="nobody", actor="test")
    for name in projections():
        advance(tenant=tenant, name=name)
"""


def script(site: Site, name: str, *arguments: str, database: str, **extra: str) -> Completed:
    """Run a script of docker/ as the database's owner."""
    return subprocess.run(
        ["sh", f"docker/{name}", *arguments],
        cwd=REPOSITORY,
        env=site.libpq(database=database, **extra),
        capture_output=True,
        text=True,
        timeout=120,
    )


def fingerprints(site: Site, database: str) -> dict[str, tuple[int, str]]:
    """Return number and digest of the rows of every table."""
    with site.connect(user="arena_owner", database=database) as owner:
        tables = [
            name
            for (name,) in owner.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            )
        ]
        return {
            table: owner.execute(
                "SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') "
                f'FROM "{table}" t'
            ).fetchone()
            or (0, "")
            for table in tables
        }


@pytest.fixture(scope="module")
def filled(site: Site) -> dict[str, str]:
    """Return the variables of a database with two arenas and their projections."""
    with site.connect(user="postgres", database="postgres") as superuser:
        superuser.execute(
            f"CREATE DATABASE {DATABASE} OWNER arena_owner TEMPLATE template0 LOCALE 'C.UTF-8'"
        )
    variables = {
        "DATABASE_URL": site.url(user="arena_app", database=DATABASE),
        "DATABASE_OWNER_URL": site.url(user="arena_owner", database=DATABASE),
        "ARENA_REDIS_PREFIX": "backup",
    }
    for command in (["migrate", "--verbosity=0"], ["shell", "-c", FILL]):
        done = site.manage(*command, **variables)
        assert done.returncode == 0, done.stderr
    return variables


def test_restored_database_verifies_and_equals_the_dumped_one(
    site: Site, filled: dict[str, str], tmp_path: Path
) -> None:
    verified = site.manage("verify_chain", **filled)
    assert verified.returncode == 0, verified.stderr
    before = fingerprints(site, DATABASE)
    assert before["eventstore_event"][0] == 40
    assert before["voting_board"][0] == 40

    dumped = script(site, "backup.sh", database=DATABASE, ARENA_BACKUP_DIR=str(tmp_path))
    assert dumped.returncode == 0, dumped.stderr
    dump = dumped.stdout.strip()
    assert Path(dump).stat().st_mode & 0o077 == 0
    with site.connect(user="postgres", database="postgres") as superuser:
        superuser.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    assert site.manage("verify_chain", **filled).returncode != 0

    restored = script(site, "restore.sh", dump, database=DATABASE)
    assert restored.returncode == 0, restored.stderr
    again = site.manage("verify_chain", **filled)
    assert again.returncode == 0, again.stderr
    assert heads(again) == heads(verified)
    assert len(heads(again)) == 2
    assert fingerprints(site, DATABASE) == before


def test_restored_database_still_refuses_to_change_events(
    site: Site, filled: dict[str, str], tmp_path: Path
) -> None:
    dumped = script(site, "backup.sh", database=DATABASE, ARENA_BACKUP_DIR=str(tmp_path))
    restored = script(site, "restore.sh", dumped.stdout.strip(), database=RESTORED)
    assert restored.returncode == 0, restored.stderr
    url = site.url(user="arena_app", database=RESTORED)
    _, findings = site.doctor("--verify", DATABASE_URL=url)
    for name in ("role", "privileges", "trigger", "migrations", "chain"):
        assert findings[name]["status"] == "ok", findings[name]
    with (
        site.connect(user="arena_owner", database=RESTORED) as owner,
        pytest.raises(psycopg.Error, match="append-only"),
    ):
        owner.execute("DELETE FROM eventstore_event")


def test_existing_database_is_replaced_only_on_demand(
    site: Site, filled: dict[str, str], tmp_path: Path
) -> None:
    dump = script(
        site, "backup.sh", database=DATABASE, ARENA_BACKUP_DIR=str(tmp_path)
    ).stdout.strip()
    with site.connect(user="arena_owner", database=DATABASE) as owner:
        owner.execute("CREATE TABLE later ()")
    refused = script(site, "restore.sh", dump, database=DATABASE)
    assert (refused.returncode, "--replace" in refused.stderr) == (3, True)
    assert "later" in fingerprints(site, DATABASE)
    replaced = script(site, "restore.sh", "--replace", dump, database=DATABASE)
    assert replaced.returncode == 0, replaced.stderr
    assert "later" not in fingerprints(site, DATABASE)


def test_unreadable_dump_costs_nothing(site: Site, filled: dict[str, str], tmp_path: Path) -> None:
    before = fingerprints(site, DATABASE)
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"PGDMP and then nothing")
    done = script(site, "restore.sh", "--replace", str(broken), database=DATABASE)
    assert done.returncode != 0
    assert fingerprints(site, DATABASE) == before


def test_old_dumps_go_only_after_a_good_one(
    site: Site, filled: dict[str, str], tmp_path: Path
) -> None:
    old = tmp_path / f"{DATABASE}-20200101T000000Z.dump"
    foreign = tmp_path / "other-20200101T000000Z.dump"
    for file in (old, foreign):
        file.touch()
        os.utime(file, (time.time() - 20 * 86_400,) * 2)
    environment = {"ARENA_BACKUP_DIR": str(tmp_path)}
    failed = script(site, "backup.sh", database="no_such_database", **environment)
    assert failed.returncode != 0
    assert sorted(tmp_path.iterdir()) == sorted([old, foreign])
    done = script(site, "backup.sh", database=DATABASE, **environment)
    assert done.returncode == 0, done.stderr
    assert sorted(tmp_path.iterdir()) == sorted([Path(done.stdout.strip()), foreign])


def test_roles_get_their_passwords_from_the_environment(site: Site) -> None:
    passwords = {"ARENA_OWNER_PASSWORD": "owner-pw", "ARENA_APP_PASSWORD": "app-pw"}
    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "docker/roles.sql"],
        cwd=REPOSITORY,
        env=site.libpq(database="postgres", **passwords) | {"PGUSER": "postgres"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    with site.connect(user="postgres", database="postgres") as superuser:
        kinds = superuser.execute(
            "SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname LIKE 'arena%'"
        ).fetchall()
    assert kinds == [("SCRAM-SHA-256",), ("SCRAM-SHA-256",)]


def heads(done: Completed) -> list[tuple[str, str]]:
    """Return arena and head of each line of verify_chain."""
    return [(line.split(":")[0], line.split()[-1]) for line in done.stdout.splitlines()]
