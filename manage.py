#!/usr/bin/env python3
"""Commands of the site. `./manage.py up` runs everything; the others join its servers."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

_OWNER_COMMANDS = {"flush", "makemigrations", "migrate", "sqlmigrate", "squashmigrations", "test"}
_SERVERLESS_COMMANDS = {"version", "--version"}


def main() -> None:
    """Start the embedded servers when the command needs them, then hand over."""
    _use_the_virtual_environment()
    from arena.embedded import EmbeddedError, ensure, supervisor

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "up":
        sys.exit(supervisor.main(sys.argv[2:]))
    if command in _OWNER_COMMANDS:
        os.environ["ARENA_DB_ROLE"] = "owner"
    if command not in _SERVERLESS_COMMANDS:
        try:
            ensure()
        except EmbeddedError as error:
            sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def _use_the_virtual_environment() -> None:
    """`./manage.py` typed in a shell runs the system's Python, which has none of the packages."""
    if find_spec("django") is not None:
        return
    python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if not python.exists() or Path(sys.prefix) == python.parent.parent:
        sys.exit("The packages are not installed yet. Run `make setup` first.")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
