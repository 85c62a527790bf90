"""kill -9 of any process, in any state, and the next command finds every committed row."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from arena.embedded import redis
from tests.embedded.servers import (
    User,
    kill_everything,
    pid_of,
    postmaster_pid,
    processes_of,
    wait_for,
    wait_until_gone,
)

BACK_WITHIN_S = 5.0


@pytest.fixture
def user(data_dir: Path) -> User:
    """A user of running servers with one committed row."""
    user = User(data_dir)
    with user.connect() as connection:
        connection.execute("CREATE TABLE log (position int PRIMARY KEY)")
        connection.execute("INSERT INTO log VALUES (1)")
    return user


def answers(user: User) -> bool:
    """Whether the committed row can be read now."""
    try:
        with user.connect() as connection:
            return connection.execute("SELECT position FROM log").fetchall() == [(1,)]
    except psycopg.OperationalError:
        return False


def run_busy_query(user: User) -> None:
    """Keep one backend in a query that does not notice the death of its postmaster."""
    connection = user.connect()

    def work() -> None:
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT count(*) FROM generate_series(1, 100000000000)")

    threading.Thread(target=work, daemon=True).start()
    with user.superuser() as watcher:
        query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1000%'"
        wait_for(
            lambda: len(watcher.execute(f"{query} AND state = 'active'").fetchall()) >= 1,
            timeout_s=10,
            what="a busy backend",
        )


def test_killed_postmaster_with_a_busy_backend_is_back(data_dir: Path, user: User) -> None:
    run_busy_query(user)
    killed = postmaster_pid(data_dir)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: answers(user), timeout_s=BACK_WITHIN_S, what="PostgreSQL back")
    assert postmaster_pid(data_dir) != killed


def test_killed_redis_is_back_with_its_data(data_dir: Path, user: User) -> None:
    path = data_dir / "s" / "redis.sock"
    assert redis.command(path, "SET", "kept", "yes") == "+OK"
    killed = pid_of(data_dir, "valkey-server")
    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        try:
            return redis.command(path, "EXISTS", "kept") == ":1"
        except OSError:
            return False

    wait_for(is_back, timeout_s=BACK_WITHIN_S, what="Redis back")
    assert pid_of(data_dir, "valkey-server") != killed


def test_killed_keeper_takes_its_servers_along_and_the_next_command_recovers(
    data_dir: Path, user: User
) -> None:
    run_busy_query(user)
    os.kill(pid_of(data_dir, "arena.embedded.keeper"), signal.SIGKILL)
    following = User(data_dir)
    assert answers(following)
    user.leave()
    assert answers(following)
    following.leave()
    wait_until_gone(data_dir)


def test_kill_of_everything_loses_no_committed_row(data_dir: Path, user: User) -> None:
    run_busy_query(user)
    kill_everything(data_dir)
    wait_until_gone(data_dir)
    assert (data_dir / "pg" / "postmaster.pid").exists()
    assert answers(User(data_dir))


def test_killed_keeper_and_postmaster_leave_a_backend_that_the_next_start_ends(
    data_dir: Path, user: User
) -> None:
    run_busy_query(user)
    keeper = pid_of(data_dir, "arena.embedded.keeper")
    # Stopped, so that it neither repairs nor lets the kernel tell the postmaster of its death.
    os.kill(keeper, signal.SIGSTOP)
    os.kill(postmaster_pid(data_dir), signal.SIGKILL)
    os.kill(keeper, signal.SIGKILL)
    orphans = {pid for pid, line in processes_of(data_dir).items() if line.startswith("postgres: ")}
    assert orphans
    assert answers(User(data_dir))
    assert not orphans & set(processes_of(data_dir))


def test_stale_pid_file_and_socket_lock_of_a_recycled_pid_do_not_block(
    data_dir: Path, user: User
) -> None:
    kill_everything(data_dir)
    wait_until_gone(data_dir)
    # Both files now name a live process of the same user, as after a restart of the machine.
    for path in (data_dir / "pg" / "postmaster.pid", data_dir / "s" / ".s.PGSQL.5432.lock"):
        lines = path.read_text().split("\n")
        path.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert answers(User(data_dir))


def test_a_killed_first_start_leaves_nothing_that_blocks_the_next(empty_data_dir: Path) -> None:
    unfinished = empty_data_dir / "pg.new"

    def kill_during_initdb() -> None:
        wait_for(unfinished.exists, timeout_s=20, what="initdb at work")
        time.sleep(0.1)
        kill_everything(empty_data_dir)

    killer = threading.Thread(target=kill_during_initdb)
    killer.start()
    killed = User(empty_data_dir)
    killer.join()
    assert killed.variables == {}
    assert not (empty_data_dir / "pg").exists()
    with User(empty_data_dir).connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not unfinished.exists()


def test_removing_the_data_directory_ends_its_servers(data_dir: Path, user: User) -> None:
    os.rename(data_dir, data_dir.with_name("elsewhere"))
    wait_for(
        lambda: not keepers_in(data_dir),
        timeout_s=20,
        what="the keeper of a removed directory gone",
    )


def keepers_in(data_dir: Path) -> list[Any]:
    """Keepers that were started for the directory."""
    return [line for line in processes_of(data_dir).values() if "arena.embedded.keeper" in line]
