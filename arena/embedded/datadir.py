"""Files of one data directory: clusters, sockets, logs and the locks that say who uses it."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from arena.embedded.errors import EmbeddedError

REPOSITORY = Path(__file__).resolve().parents[2]
POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
# sun_path holds 108 bytes, the last one is the terminating zero.
SOCKET_PATH_MAX_BYTES = 107
LOG_ROTATE_BYTES = 5_000_000


@dataclass(frozen=True, kw_only=True)
class DataDir:
    """Paths below `root`. `create` makes the folders, readable by their owner only."""

    root: Path

    @classmethod
    def from_environ(cls) -> "DataDir":
        """The directory named by ARENA_DATA_DIR, or `var` in the repository."""
        configured = os.environ.get("ARENA_DATA_DIR")
        root = Path(configured).expanduser() if configured else REPOSITORY / "var"
        return cls(root=root.resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "pg"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def keeper_lock(self) -> Path:
        """Held exclusively by the keeper, which also writes its state into it."""
        return self.root / "keeper.lock"

    @property
    def users_lock(self) -> Path:
        """Held shared by every process that uses the servers."""
        return self.root / "users.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held exclusively by `./manage.py up`."""
        return self.root / "supervisor.lock"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    def create(self) -> None:
        """Make the folders. Raises EmbeddedError when the directory belongs to someone else."""
        try:
            for folder in (self.root, self.redis, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            writable = os.access(self.root, os.W_OK) and os.access(self.logs, os.W_OK)
        except OSError as error:
            raise EmbeddedError(
                f"The data directory {self.root} cannot be made: {error.strerror}. "
                f"Choose another one with ARENA_DATA_DIR=/some/folder."
            ) from error
        if not writable:
            owner_uid = self.root.stat().st_uid
            raise EmbeddedError(
                f"The data directory {self.root} is not writable by uid {os.geteuid()} "
                f"(its owner is uid {owner_uid}). Run as that user, change the owner, or choose "
                f"another directory with ARENA_DATA_DIR=/some/folder."
            )

    def open_log(self, name: str) -> int:
        """Descriptor of `log/<name>.log` for appending; a file over 5 MB is moved to `.1` first."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_ROTATE_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def socket_dir(self) -> Path:
        """The directory for the sockets: `s` here, or a private one where the path is shorter.

        Raises EmbeddedError when no candidate is short enough for a Unix socket.
        """
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        name = f"arena-{os.geteuid()}-{digest}"
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        bases = [Path(runtime)] if runtime and Path(runtime).is_dir() else []
        bases.append(Path(tempfile.gettempdir()))
        for candidate in (self.root / "s", *(base / name for base in bases)):
            if len(os.fsencode(candidate / POSTGRES_SOCKET)) <= SOCKET_PATH_MAX_BYTES:
                return candidate
        raise EmbeddedError(
            f"No directory is short enough for a Unix socket ({SOCKET_PATH_MAX_BYTES} bytes): "
            f"{self.root} is too long and so is {bases[-1]}. "
            f"Set ARENA_DATA_DIR or TMPDIR to a shorter path."
        )


def make_private(directory: Path, *, owner_uid: int) -> None:
    """Make `directory` with mode 0700 and this owner; refuse one that someone else planted."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner_uid, os.geteuid()):
        raise EmbeddedError(
            f"{directory} belongs to uid {found.st_uid} or is no directory, so sockets there "
            f"would not be private. Remove it and start again."
        )
    if found.st_uid != owner_uid:
        os.chown(directory, owner_uid, -1)
    directory.chmod(0o700)
