"""What the keeper tells its users: the text of `keeper.lock`, valid while the file is locked."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from arena.embedded import locks
from arena.embedded.datadir import DataDir

Phase = Literal["starting", "ready", "stopping"]
_MAX_BYTES = 4096


@dataclass(frozen=True)
class KeeperState:
    """`ready`: both servers answer at their sockets in `socket_dir`."""

    pid: int
    phase: Phase
    socket_dir: Path


def write(lock: int, state: KeeperState) -> None:
    """Replace the text of the lock file that `lock` holds."""
    record = {"pid": state.pid, "phase": state.phase, "socket_dir": str(state.socket_dir)}
    clear(lock)
    os.pwrite(lock, json.dumps(record).encode(), 0)


def clear(lock: int) -> None:
    """Empty the lock file."""
    os.ftruncate(lock, 0)


def keeper_runs(data: DataDir) -> bool:
    """Whether a keeper runs now. Clears what a killed one had written.

    So the next keeper, which has the lock a moment before it writes, is not taken for ready.
    """
    if not data.keeper_lock.exists():
        return False
    unlocked = locks.acquire(data.keeper_lock, exclusive=False)
    if unlocked is None:
        return True
    clear(unlocked)
    os.close(unlocked)
    return False


def read(data: DataDir) -> KeeperState | None:
    """State of the keeper that runs now; None when none runs or it has not written one yet."""
    if not keeper_runs(data):
        return None
    text = data.keeper_lock.read_bytes()[:_MAX_BYTES]
    if not text:
        return None
    record = json.loads(text)
    return KeeperState(record["pid"], record["phase"], Path(record["socket_dir"]))
