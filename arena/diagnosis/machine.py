"""Checks of the machine this process runs on."""

import shutil
from pathlib import Path

from arena.diagnosis.finding import Finding, failed, ok, warning

_FAIL_BELOW_BYTES = 512 * 1024**2
_WARN_BELOW_BYTES = 2 * 1024**3
_MEND = (
    "Free space or enlarge the disk before it is full: PostgreSQL stops when it cannot write. "
    "Old backups and logs go first."
)


def disk(path: Path) -> Finding:
    """Free space where ARENA_DATA_DIR lies; servers on other machines need a check of theirs."""
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    usage = shutil.disk_usage(existing)
    detail = f"{_gib(usage.free)} of {_gib(usage.total)} free in {path}"
    if usage.free < _FAIL_BELOW_BYTES:
        return failed("disk", detail, _MEND)
    if usage.free < _WARN_BELOW_BYTES:
        return warning("disk", detail, _MEND)
    return ok("disk", detail)


def _gib(number: int) -> str:
    return f"{number / 1024**3:,.1f} GiB"
