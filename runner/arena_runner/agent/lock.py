"""One measurement at a time on a machine: a lock that ends with its process."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from arena_runner.agent import files
from arena_runner.agent.errors import AgentError
from arena_runner.agent.paths import Paths


class Busy(AgentError):
    """Another process of this agent measures on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "busy",
            "this machine is measuring already, or its daemon runs",
            remedy="Wait for it, or stop it; arena-runner list shows what it does",
        )


@contextlib.contextmanager
def measuring(paths: Paths) -> Iterator[None]:
    """Hold the machine for the block; raise Busy when it is held."""
    files.make_folder(paths.state)
    handle = os.open(paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        yield
    finally:
        # The file stays: to delete it would let two processes hold two files of one name.
        os.close(handle)


def is_held(paths: Paths) -> bool:
    """Return whether another process measures now."""
    try:
        with measuring(paths):
            return False
    except Busy:
        return True
