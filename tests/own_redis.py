"""A Redis of a test's own, on a socket of its own, to be killed and started again."""

import contextlib
import functools
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from arena.embedded import binaries
from arena.embedded.process import die_with_parent
from arena.embedded.redis import command

_START_TIMEOUT_S = 10.0


class OwnRedis:
    """The server of one folder; it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "redis"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address for REDIS_URL."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = subprocess.Popen(
            [
                binaries.redis_server(), "--port", "0", "--unixsocket", self.socket,
                "--dir", self.folder, "--save", "", "--appendonly", "no",
            ],
            stdout=subprocess.DEVNULL,
            preexec_fn=functools.partial(
                die_with_parent, signal.SIGKILL, parent_pid=os.getpid()
            ),
        )  # fmt: skip
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"Redis on {self.socket} does not answer")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return command(self.socket, "PING") == "+PONG"
        except OSError:
            return False


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    """Start a server in the folder, and end it with the block."""
    server = OwnRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
