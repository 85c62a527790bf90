"""The Redis-compatible server of a data directory, and the one command this package sends it."""

import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from arena.embedded import binaries, identity, process
from arena.embedded.datadir import REDIS_SOCKET, DataDir
from arena.embedded.errors import EmbeddedError

_SHUTDOWN_OF_ORPHAN_S = 3.0
_REPLY_TIMEOUT_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Redis:
    """Keeps an append-only file, so a killed server loses nothing that it had answered."""

    data: DataDir
    socket_dir: Path
    identity: identity.Identity

    name = "redis"
    death_signal = signal.SIGTERM
    stop_signals = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

    def prepare(self, output: int) -> None:
        """End a server that outlived its keeper: two writers would spoil the file."""
        programs = {binaries.redis_server().name, "valkey-server", "redis-server"}
        identity.give(self.data.redis, self.identity)
        deadline = time.monotonic() + _SHUTDOWN_OF_ORPHAN_S
        while orphans := process.working_in(self.data.redis, programs):
            late = time.monotonic() > deadline
            for pid in orphans:
                process.send(pid, signal.SIGKILL if late else signal.SIGTERM)
            if time.monotonic() > deadline + _SHUTDOWN_OF_ORPHAN_S:
                raise EmbeddedError(f"Processes {orphans} still use {self.data.redis}.")
            time.sleep(0.02)

    def argv(self) -> list[str | Path]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_dir / REDIS_SOCKET),
            "unixsocketperm": "700",
            "dir": str(self.data.redis),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [binaries.redis_server(), *words]

    def is_ready(self, pid: int) -> bool:
        """Whether the server answers PING; it says LOADING while it reads its file."""
        try:
            return command(self.socket_dir / REDIS_SOCKET, "PING") == "+PONG"
        except OSError:
            return False

    def first_ready(self, output: int) -> None:
        """Nothing to create."""


def command(path: Path, *words: str) -> str:
    """Send one command and return the first line of its reply, without the line end.

    Raises OSError when the server cannot be reached.
    """
    request = f"*{len(words)}\r\n" + "".join(f"${len(w.encode())}\r\n{w}\r\n" for w in words)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_REPLY_TIMEOUT_S)
        connection.connect(str(path))
        connection.sendall(request.encode())
        with connection.makefile("rb") as reply:
            return reply.readline().decode().rstrip("\r\n")
