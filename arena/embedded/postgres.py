"""The PostgreSQL server of a data directory: create, repair, start, probe."""

import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from arena.embedded import binaries, identity, process
from arena.embedded.datadir import POSTGRES_SOCKET, REPOSITORY, DataDir
from arena.embedded.errors import EmbeddedError

_INITDB_TIMEOUT_S = 120
_ROLES_TIMEOUT_S = 60
_SHUTDOWN_OF_ORPHAN_S = 5.0
_QUIT_OF_ORPHAN_S = 1.0
_STATUS_LINE = 7
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # Statements and the detail of an error carry personal data; the log keeps the message only.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """`fast` trades safety against a power cut for speed, for clusters that tests throw away."""

    data: DataDir
    socket_dir: Path
    identity: identity.Identity
    fast: bool

    name = "postgres"
    # Fast shutdown ends the sessions and writes a checkpoint; the two others need recovery.
    death_signal = signal.SIGINT
    stop_signals = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0))

    def prepare(self, output: int) -> None:
        """Create the cluster if there is none, or clear what a killed one left behind."""
        cluster = self.data.postgres
        if cluster.exists():
            self._check_version()
            self._end_orphans()
            # Safe only now: the keeper's lock is held and no process works in the directory.
            for stale in (
                cluster / "postmaster.pid",
                self.socket_dir / POSTGRES_SOCKET,
                self.socket_dir / f"{POSTGRES_SOCKET}.lock",
            ):
                stale.unlink(missing_ok=True)
        else:
            self._create(output)

    def argv(self) -> list[str | Path]:
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_dir)}
        settings |= FAST_SETTINGS if self.fast else {}
        settings |= _configured_settings()
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [binaries.postgres_bin() / "postgres", "-D", self.data.postgres, *options]

    def is_ready(self, pid: int) -> bool:
        """Read the status the server writes for pg_ctl; asking by socket would fill its log."""
        try:
            lines = (self.data.postgres / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) > _STATUS_LINE
            and lines[0] == str(pid)
            and lines[_STATUS_LINE].strip() == "ready"
        )

    def first_ready(self, output: int) -> None:
        """Create roles and database where they are missing. Raises EmbeddedError."""
        script = REPOSITORY / "docker" / "roles.sql"
        argv: list[str | Path] = [binaries.postgres_bin() / "psql", "-X", "-q"]
        argv += ["-v", "ON_ERROR_STOP=1", "-h", self.socket_dir, "-U", "postgres"]
        argv += ["-d", "postgres", "-f", script]
        code = process.run(argv, output=output, timeout_s=_ROLES_TIMEOUT_S)
        if code != 0:
            raise EmbeddedError(f"{script} ended with code {code}")

    def _create(self, output: int) -> None:
        # A killed initdb leaves half a cluster; only a whole one gets the final name.
        unfinished = self.data.root / "pg.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        identity.give(unfinished, self.identity)
        argv: list[str | Path] = [binaries.postgres_bin() / "initdb", "-D", unfinished]
        argv += ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        argv += ["--no-instructions"] + (["--no-sync"] if self.fast else [])
        code = process.run(
            argv,
            output=output,
            timeout_s=_INITDB_TIMEOUT_S,
            assume_identity=self.identity.assume,
        )
        if code != 0:
            raise EmbeddedError(f"initdb ended with code {code}")
        unfinished.rename(self.data.postgres)

    def _check_version(self) -> None:
        path = self.data.postgres / "PG_VERSION"
        found = path.read_text().strip() if path.exists() else "none"
        if found != str(binaries.POSTGRES_MAJOR) and not os.environ.get("ARENA_PG_BIN"):
            raise EmbeddedError(
                f"{self.data.postgres} holds a PostgreSQL cluster of version {found}, this "
                f"release runs version {binaries.POSTGRES_MAJOR}. Dump it with the old version "
                f"(docs/operations.md), move the folder away, start again and restore."
            )

    def _end_orphans(self) -> None:
        """End servers and backends that outlived a killed keeper or postmaster.

        A postmaster that is still there was told to stop by the death of its keeper and gets
        time for it; backends alone never end by themselves and block every restart.
        """
        if self._postmaster_lives():
            self._wait_for_orphans(_SHUTDOWN_OF_ORPHAN_S)
        for signum in (signal.SIGQUIT, signal.SIGKILL):
            for pid in self._orphans():
                process.send(pid, signum)
            self._wait_for_orphans(_QUIT_OF_ORPHAN_S)
        left = self._orphans()
        if left:
            raise EmbeddedError(
                f"Processes {left} still use {self.data.postgres} after SIGKILL. "
                f"Wait until they are gone, then start again."
            )

    def _orphans(self) -> list[int]:
        return process.working_in(self.data.postgres, {"postgres"})

    def _postmaster_lives(self) -> bool:
        try:
            recorded = (self.data.postgres / "postmaster.pid").read_text().split("\n", 1)[0]
        except FileNotFoundError:
            return False
        return recorded in map(str, self._orphans())

    def _wait_for_orphans(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._orphans():
            time.sleep(0.02)


def _configured_settings() -> dict[str, str]:
    """Settings from ARENA_PG_OPTIONS, written `name=value name=value`."""
    words = os.environ.get("ARENA_PG_OPTIONS", "").split()
    settings = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator or not name:
            raise EmbeddedError(
                f"ARENA_PG_OPTIONS: {word!r} is not of the form name=value, "
                f"for example shared_buffers=1GB"
            )
        settings[name] = value
    return settings
