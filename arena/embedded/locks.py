"""File locks (flock). The kernel drops them when a process ends, however it ends."""

import fcntl
import os
import time
from pathlib import Path

_POLL_S = 0.05


def acquire(path: Path, *, exclusive: bool, timeout_s: float = 0.0) -> int | None:
    """Lock the file and return its descriptor, which holds the lock until it is closed.

    None when the lock is still taken after the timeout.
    """
    mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    deadline = time.monotonic() + timeout_s
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(_POLL_S)
        else:
            return descriptor


def is_current(descriptor: int, path: Path) -> bool:
    """Whether the path still names the locked file; not so after somebody removed the folder."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)
