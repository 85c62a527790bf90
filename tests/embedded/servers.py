"""Drive the embedded servers of a throw-away data directory as a shell user would."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg

REPOSITORY = Path(__file__).resolve().parents[2]
STOP_TIMEOUT_S = 30.0


def environment(data_dir: Path, **extra: str) -> dict[str, str]:
    """The caller's variables without those of the running test session.

    Without fsync: a killed process loses nothing the kernel has, and the disk is shared.
    """
    ours = ("ARENA_", "DATABASE_", "REDIS_", "DJANGO_SETTINGS_MODULE", "PYTEST_")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    return kept | {"ARENA_DATA_DIR": str(data_dir), "ARENA_PG_OPTIONS": "fsync=off"} | extra


class User:
    """A command that uses the servers until it is ended: `python -m arena.embedded sh -c …`."""

    def __init__(self, data_dir: Path, *, prefix: Sequence[str] = (), **extra: str) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "arena.embedded", "sh", "-c", "env; echo END; cat"],
            cwd=REPOSITORY,
            env=environment(data_dir, **extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.variables: dict[str, str] = {}
        for line in self.process.stdout:
            if line == "END\n":
                break
            name, _, text = line.rstrip("\n").partition("=")
            self.variables[name] = text

    def connect(self, *, owner: bool = True) -> "psycopg.Connection[Any]":
        """A connection with autocommit, as arena_owner or as arena_app."""
        assert self.variables, self.leave()
        url = self.variables["DATABASE_OWNER_URL" if owner else "DATABASE_URL"]
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def superuser(self) -> "psycopg.Connection[Any]":
        """A connection as the cluster's superuser."""
        url = self.variables["DATABASE_URL"].replace("arena_app@", "postgres@")
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def leave(self) -> tuple[int, str]:
        """End it in order; its exit code and what it wrote to stderr."""
        _, errors = self.process.communicate(timeout=STOP_TIMEOUT_S)
        return self.process.returncode, errors

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.communicate()


def processes_of(data_dir: Path) -> dict[int, str]:
    """Live processes that belong to the data directory: pid -> command line."""
    wanted = os.fsencode(data_dir)
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            # PostgreSQL overwrites its environment with the process title, so look at cwd too.
            traces = command + (entry / "environ").read_bytes()
            traces += os.fsencode((entry / "cwd").readlink())
        except OSError:
            continue
        if wanted in traces:
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


def pids_of(data_dir: Path, program: str) -> list[int]:
    """Processes of the data directory that run this program or Python module."""
    return [
        pid
        for pid, command in processes_of(data_dir).items()
        if Path(command.split(" ")[0]).name == program or f" -m {program} " in f"{command} "
    ]


def pid_of(data_dir: Path, program: str) -> int:
    """The only process of the data directory that runs this program or Python module."""
    pids = pids_of(data_dir, program)
    assert len(pids) == 1, processes_of(data_dir)
    return pids[0]


def postmaster_pid(data_dir: Path) -> int:
    """The pid that PostgreSQL recorded for itself."""
    return int((data_dir / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])


def kill_everything(data_dir: Path) -> None:
    """kill -9 every process of the data directory, the keeper first so that it cannot repair."""
    processes = processes_of(data_dir)
    for pid in sorted(processes, key=lambda pid: "arena.embedded" not in processes[pid]):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], bool], *, timeout_s: float, what: str) -> float:
    """Wait until the condition holds and return the seconds it took; fail at the timeout."""
    began = time.monotonic()
    while not condition():
        waited_s = time.monotonic() - began
        assert waited_s < timeout_s, f"{what}: not within {timeout_s} s"
        time.sleep(0.02)
    return time.monotonic() - began


def wait_until_gone(data_dir: Path) -> float:
    """Wait until no process of the data directory is left."""
    return wait_for(
        lambda: not processes_of(data_dir), timeout_s=STOP_TIMEOUT_S, what="every process gone"
    )
