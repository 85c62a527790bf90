"""Use the servers of a data directory: join, start the keeper if none runs, learn the addresses."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from arena.embedded import credentials, locks, process, state
from arena.embedded.datadir import REDIS_SOCKET, REPOSITORY, DataDir
from arena.embedded.errors import EmbeddedError

_READY_TIMEOUT_S = 120.0
_PREDECESSOR_TIMEOUT_S = 60.0
_COLLECT_TIMEOUT_S = 5.0
_PROBE_TIMEOUT_S = 0.5
_POLL_S = 0.02
_SAY_SOMETHING_AFTER_S = 2.0
_LOG_LINES_SHOWN = 12
# The keeper outlives the command that started it, so it gets only what the servers need.
_KEEPER_ENVIRONMENT = (
    "ARENA_PG_BIN",
    "ARENA_PG_OPTIONS",
    "HOME",
    "LD_LIBRARY_PATH",
    "PATH",
    "REDIS_BIN",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
)
# Descriptors of users' locks: open, and so held, until this process ends.
_held: dict[Path, int] = {}


def ensure() -> None:
    """Make PostgreSQL and Redis available and put their addresses into the environment.

    Does nothing when DATABASE_URL and REDIS_URL are set. Otherwise joins the data directory
    (ARENA_DATA_DIR, default `var`) and sets what is not set: DATABASE_URL (role arena_app),
    DATABASE_OWNER_URL (role arena_owner), REDIS_URL, ARENA_DATA_DIR and the secrets made for this
    machine. Raises EmbeddedError with the log's last lines when the servers do not start.
    """
    if external_servers():
        return
    data = DataDir.from_environ()
    os.environ.update(missing_variables(data, join(data)))


def external_servers() -> bool:
    """Whether the environment names a database and a Redis, so that no keeper is needed."""
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def join(
    data: DataDir, *, fast: bool = False, pause: Callable[[float], None] = time.sleep
) -> state.KeeperState:
    """Hold the users' lock until this process ends (or `leave`), and wait for the servers.

    `pause` waits for the given seconds and may raise to give up.
    """
    if sys.platform != "linux":
        raise EmbeddedError(
            "The embedded servers need Linux. "
            "Set DATABASE_URL and REDIS_URL to servers of your own."
        )
    data.create()
    if data.root not in _held:
        lock = locks.acquire(data.users_lock, exclusive=False, timeout_s=_PREDECESSOR_TIMEOUT_S)
        if lock is None:
            raise EmbeddedError(
                f"The servers of {data.root} have been stopping for {_PREDECESSOR_TIMEOUT_S:.0f} s."
                f"{_log_tail(data)}"
            )
        _held[data.root] = lock
    return _wait_until_ready(data, fast=fast, pause=pause)


def leave(data: DataDir) -> None:
    """Give the users' lock back. The keeper stops a second after the last user has left."""
    descriptor = _held.pop(data.root, None)
    if descriptor is not None:
        os.close(descriptor)


def keep_across_exec() -> None:
    """Let a program that replaces this one go on holding the users' locks."""
    for descriptor in _held.values():
        os.set_inheritable(descriptor, True)


def stop_if_unused(data: DataDir, *, timeout_s: float) -> bool:
    """Stop the keeper now, without its linger, unless another process uses the servers.

    Call after `leave`. False when there are other users, or when it still runs at the timeout.
    """
    # The keeper itself takes the lock for an instant now and then.
    alone = locks.acquire(data.users_lock, exclusive=True, timeout_s=_PROBE_TIMEOUT_S)
    if alone is None:
        return False
    deadline = time.monotonic() + timeout_s
    keeper_pid: int | None = None
    try:
        while state.keeper_runs(data):
            keeper = state.read(data)
            if keeper is not None and keeper.phase != "stopping":
                keeper_pid = keeper.pid
                process.send(keeper.pid, signal.SIGTERM)
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
    finally:
        os.close(alone)
    if keeper_pid is not None:
        # If this process started it, it is the one to collect it; not every init does.
        process.wait(keeper_pid, _COLLECT_TIMEOUT_S)
    return True


def missing_variables(data: DataDir, keeper: state.KeeperState | None) -> dict[str, str]:
    """Environment variables of this installation that are not set yet.

    Its secrets and data directory, and the addresses of the servers where a keeper runs them.
    """
    variables = credentials.load_or_create(data) | {"ARENA_DATA_DIR": str(data.root)}
    if keeper is not None:
        host = quote(str(keeper.socket_dir), safe="")
        if not os.environ.get("DATABASE_URL"):
            variables["DATABASE_URL"] = f"postgresql://arena_app@/arena?host={host}"
            variables["DATABASE_OWNER_URL"] = f"postgresql://arena_owner@/arena?host={host}"
        variables["REDIS_URL"] = f"unix://{keeper.socket_dir / REDIS_SOCKET}?db=0"
    return {name: text for name, text in variables.items() if not os.environ.get(name)}


def start_keeper(data: DataDir, *, fast: bool = False) -> int:
    """Start a keeper in a session of its own; one too many ends by itself. Returns its pid."""
    environment = {name: os.environ[name] for name in _KEEPER_ENVIRONMENT if name in os.environ} | {
        "PYTHONPATH": str(REPOSITORY),
        "TZ": "UTC",
    }
    argv = [sys.executable, "-m", "arena.embedded.keeper", "--data-dir", str(data.root)]
    output = data.open_log("keeper")
    try:
        return os.posix_spawn(
            sys.executable,
            argv + (["--fast"] if fast else []),
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, output, 1),
                (os.POSIX_SPAWN_DUP2, output, 2),
            ],
            setsid=True,
            setsigmask=(),
            setsigdef=(signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGTERM),
        )
    finally:
        os.close(output)


def _wait_until_ready(
    data: DataDir, *, fast: bool, pause: Callable[[float], None]
) -> state.KeeperState:
    started = time.monotonic()
    keeper_pid: int | None = None
    told = False
    while (waited_s := time.monotonic() - started) < _READY_TIMEOUT_S:
        keeper = state.read(data)
        if keeper is not None and keeper.phase == "ready":
            return keeper
        if keeper_pid is not None and (code := _exit_code(keeper_pid)) is not None:
            if code != 0:
                raise EmbeddedError(f"The embedded servers did not start.{_log_tail(data)}")
            keeper_pid = None
        if keeper_pid is None and not state.keeper_runs(data):
            keeper_pid = start_keeper(data, fast=fast)
        if not told and waited_s > _SAY_SOMETHING_AFTER_S:
            print(f"Starting PostgreSQL and Redis in {data.root} …", file=sys.stderr, flush=True)
            told = True
        pause(_POLL_S)
    raise EmbeddedError(
        f"The embedded servers were not ready after {_READY_TIMEOUT_S:.0f} s.{_log_tail(data)}"
    )


def _exit_code(pid: int) -> int | None:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if ended else None


def _log_tail(data: DataDir) -> str:
    path = data.logs / "keeper.log"
    lines: list[str] = []
    if path.exists():
        lines = path.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
    shown = "".join(f"\n  {line}" for line in lines)
    return f" Logs are in {data.logs}; the end of keeper.log:{shown}"
