"""The servers start on demand, are shared, and stop when nobody uses them."""

import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.embedded.servers import (
    REPOSITORY,
    User,
    environment,
    pids_of,
    postmaster_pid,
    wait_for,
    wait_until_gone,
)


def test_users_share_one_server_which_stops_after_the_last_and_keeps_its_data(
    data_dir: Path,
) -> None:
    first = User(data_dir)
    server = postmaster_pid(data_dir)
    first.connect().execute("CREATE TABLE kept AS SELECT 1 AS answer")
    second = User(data_dir)
    assert postmaster_pid(data_dir) == server
    assert first.leave() == (0, "")
    # Longer than the keeper's linger would be needed to prove a negative; the server is asked.
    assert second.connect().execute("SELECT answer FROM kept").fetchone() == (1,)
    assert second.leave()[0] == 0
    wait_until_gone(data_dir)
    assert list((data_dir / "s").iterdir()) == []

    third = User(data_dir)
    assert third.connect().execute("SELECT answer FROM kept").fetchone() == (1,)
    assert third.variables["ARENA_ADMIN_PASSWORD"] == first.variables["ARENA_ADMIN_PASSWORD"]
    third.leave()


def test_servers_stop_when_their_only_user_is_killed(data_dir: Path) -> None:
    user = User(data_dir)
    user.kill()
    wait_until_gone(data_dir)


def test_users_that_start_at_the_same_time_get_one_server(empty_data_dir: Path) -> None:
    command = [sys.executable, "-m", "arena.embedded", "sh", "-c", "echo $DATABASE_URL; cat"]
    users = [
        subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=environment(empty_data_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    urls = {user.stdout.readline() for user in users if user.stdout}
    assert len(urls) == 1
    # Each of them may have started a keeper; all but one see the lock and end.
    wait_for(
        lambda: len(pids_of(empty_data_dir, "arena.embedded.keeper")) == 1,
        timeout_s=10,
        what="one keeper left",
    )
    for user in users:
        user.communicate()
        assert user.returncode == 0
    wait_until_gone(empty_data_dir)


def test_servers_of_ones_own_are_used_and_nothing_is_started(empty_data_dir: Path) -> None:
    own = {"DATABASE_URL": "postgresql://db.example/arena", "REDIS_URL": "redis://redis.example"}
    user = User(empty_data_dir, **own)
    assert {name: user.variables[name] for name in own} == own
    assert "ARENA_SECRET_KEY" not in user.variables
    assert not empty_data_dir.exists()
    user.leave()


def test_runtime_role_has_no_power_over_the_cluster(data_dir: Path) -> None:
    user = User(data_dir)
    roles = user.connect(owner=False).execute(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls"
        " FROM pg_roles WHERE rolname LIKE 'arena%' ORDER BY 1"
    )
    assert roles.fetchall() == [
        ("arena_app", False, False, False, False),
        ("arena_owner", False, True, False, False),
    ]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        user.connect(owner=False).execute("SET ROLE arena_owner")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        user.connect(owner=False).execute("CREATE TABLE mine (id int)")
    user.leave()


def test_data_and_secrets_are_readable_by_their_owner_only(empty_data_dir: Path) -> None:
    user = User(empty_data_dir)
    modes = {
        name: stat.S_IMODE((empty_data_dir / name).stat().st_mode)
        for name in ("pg", "s", "log", "redis", "secrets.json", "log/keeper.log")
    }
    assert modes == {
        "pg": 0o700,
        "s": 0o700,
        "log": 0o700,
        "redis": 0o700,
        "secrets.json": 0o600,
        "log/keeper.log": 0o600,
    }
    user.leave()


def test_a_failed_statement_leaves_no_personal_data_in_the_log(data_dir: Path) -> None:
    user = User(data_dir)
    connection = user.connect()
    connection.execute("CREATE TABLE person (email text PRIMARY KEY)")
    connection.execute("INSERT INTO person VALUES ('someone@example.org')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("INSERT INTO person VALUES ('someone@example.org')")
    log = (data_dir / "log" / "postgres.log").read_text()
    assert "duplicate key value" in log
    assert "someone@example.org" not in log
    user.leave()


def test_a_path_too_long_for_a_socket_uses_a_private_directory_elsewhere(data_dir: Path) -> None:
    deep = data_dir / ("d" * 50) / ("e" * 50)
    deep.mkdir(parents=True)
    user = User(deep)
    socket_dir = Path(user.variables["REDIS_URL"].removeprefix("unix://").split("?")[0]).parent
    assert not socket_dir.is_relative_to(deep)
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert user.connect().execute("SELECT 1").fetchone() == (1,)
    user.leave()
    wait_until_gone(deep)
    assert not socket_dir.exists()


def test_a_server_that_cannot_start_is_reported_with_the_log(empty_data_dir: Path) -> None:
    user = User(empty_data_dir, ARENA_PG_OPTIONS="shared_buffers=plenty")
    code, errors = user.leave()
    assert code == 1
    assert "The embedded servers did not start." in errors
    assert str(empty_data_dir / "log") in errors
    assert "postgres ended 3 times before it was ready" in errors
    assert "Traceback" not in errors
    wait_until_gone(empty_data_dir)
