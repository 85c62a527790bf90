"""Files that survive a crash: written whole, synced, and only then in their place."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from arena_runner.agent.errors import AgentError
from arena_runner.contract.canonical import canonical

PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_MAX_BYTES: Final = 64 * 1_048_576
_PART_BYTES: Final = 1_048_576


def make_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter, with those above it, and return it."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        # One by one: mkdir(parents=True) would leave those between open to everybody.
        for folder in reversed(missing):
            folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    except OSError as error:
        raise _cannot("make", path, error) from error
    return path


def write(path: Path, content: bytes) -> None:
    """Put the content at the path, at once or not at all; readable by its owner only."""
    make_folder(path.parent)
    try:
        # mkstemp makes the file with mode 0600, before any byte is in it.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise _cannot("write", path, error) from error


def write_json(path: Path, value: Any) -> None:
    """Write a JSON value in its canonical form."""
    write(path, canonical(value) + b"\n")


def read(path: Path, *, max_bytes: int = _MAX_BYTES) -> bytes | None:
    """Return the content, None where there is no file; raise AgentError, also for a giant."""
    try:
        with path.open("rb") as file:
            # In parts: a single read would set aside the most that it may return.
            content = b"".join(_parts(file, max_bytes + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot("read", path, error) from error
    if len(content) > max_bytes:
        raise AgentError("file-too-large", f"{path} is longer than {max_bytes} bytes")
    return content


def read_json(path: Path) -> Any:
    """Return the JSON value in a file, None where there is no file; raise AgentError."""
    content = read(path)
    if content is None:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AgentError(
            "file-damaged", f"{path} is not JSON", remedy="Mend it, or move it away"
        ) from error


def append_line(path: Path, value: Any) -> None:
    """Add one JSON line; a crash can lose the last ones, never the file."""
    make_folder(path.parent)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
        try:
            os.write(handle, canonical(value) + b"\n")
        finally:
            os.close(handle)
    except OSError as error:
        raise _cannot("write", path, error) from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON lines of a file; one that a crash has cut off is left out."""
    found = []
    for line in (read(path) or b"").splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def is_private(path: Path) -> bool:
    """Return whether only the owner can read the file."""
    return path.stat().st_mode & 0o077 == 0


def _parts(file: BinaryIO, most: int) -> Iterator[bytes]:
    while most > 0 and (part := file.read(min(most, _PART_BYTES))):
        most -= len(part)
        yield part


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot(verb: str, path: Path, error: OSError) -> AgentError:
    return AgentError(
        "file-access",
        f"cannot {verb} {path}: {error.strerror}",
        remedy="Look at its owner and mode, and at the space on the disk",
    )
