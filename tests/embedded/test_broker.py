"""A task in the hands of a killed worker runs again at once; a working worker shows itself."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena import broker, redis_client
from tests.embedded.celery_app import app, note_and_hold
from tests.embedded.servers import REPOSITORY, wait_for

# Far below the visibility timeout of 900 s, after which Redis would hand the message out anyway.
RERUN_WITHIN_S = 30.0
HEARTBEAT_WITHIN_S = 20.0


class Workers:
    """Starts workers of the test's app and ends those that are left."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *, restore: bool) -> "subprocess.Popen[bytes]":
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "celery",
            "-A",
            "tests.embedded.celery_app",
        ]
        command += ["worker", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip"]
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [*command, "--without-mingle"],
                cwd=REPOSITORY,
                env=os.environ | {"ARENA_RESTORE_UNACKED": "1" if restore else "0"},
                stdout=output,
                stderr=output,
            )
        self.started.append(process)
        return process


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(tmp_path / "worker.log")
    yield workers
    for process in workers.started:
        process.kill()
        process.wait()


def pids_in(notes: Path) -> list[int]:
    return [int(line) for line in notes.read_text().split()] if notes.exists() else []


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and ") Z" not in status.read_text()


def test_task_of_a_killed_worker_runs_again_when_the_next_one_starts(
    workers: Workers, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    first = workers.start(restore=False)
    note_and_hold.delay(str(notes))
    wait_for(lambda: len(pids_in(notes)) == 1, timeout_s=RERUN_WITHIN_S, what="first run")
    first.send_signal(signal.SIGKILL)
    first.wait()
    (pool_process,) = pids_in(notes)
    wait_for(lambda: not is_alive(pool_process), timeout_s=20, what="pool process gone too")

    workers.start(restore=True)
    wait_for(lambda: len(pids_in(notes)) == 2, timeout_s=RERUN_WITHIN_S, what="second run")
    assert "put back 1 unacknowledged messages" in workers.log.read_text()
    wait_for(lambda: broker.restore_unacked(app) == 0, timeout_s=20, what="message acknowledged")


def test_nothing_is_put_back_when_nothing_was_lost() -> None:
    assert broker.restore_unacked(app) == 0


def test_heartbeat_has_no_age_before_the_first_worker_and_counts_from_then() -> None:
    assert broker.heartbeat_age_s() is None
    broker.record_heartbeat()
    age_s = broker.heartbeat_age_s()
    assert age_s is not None
    assert 0 <= age_s < 5


def test_worker_shows_itself_when_ready_and_while_every_slot_is_busy(
    workers: Workers, tmp_path: Path
) -> None:
    workers.start(restore=False)
    wait_for(
        lambda: broker.heartbeat_age_s() is not None,
        timeout_s=HEARTBEAT_WITHIN_S,
        what="heartbeat of a ready worker",
    )
    notes = tmp_path / "notes"
    note_and_hold.delay(str(notes))
    wait_for(lambda: len(pids_in(notes)) == 1, timeout_s=RERUN_WITHIN_S, what="busy slot")
    redis_client.client().delete(redis_client.key("worker", "heartbeat"))
    wait_for(
        lambda: broker.heartbeat_age_s() is not None,
        timeout_s=HEARTBEAT_WITHIN_S,
        what="heartbeat of a busy worker",
    )
