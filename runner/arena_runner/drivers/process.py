"""Runs one program to its end: bounded in time and in what it may write, ended with its group."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CHUNK: Final = 65_536
_TAIL_BYTES: Final = 4_096
_GRACE_S: Final = 5.0
_NEVER_PASSED: Final = ("ARENA_", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
"""Beginnings of variables that no tool needs; a data set behind a login is not measured."""


class ToolFailed(RuntimeError):
    """The tool ended with an error, too late or without a result. `last_lines` stay here."""

    def __init__(self, message: str, last_lines: str = "") -> None:
        super().__init__(message)
        self.last_lines = last_lines


@dataclass(frozen=True, slots=True)
class Ended:
    """What a program printed."""

    stdout: bytes
    last_lines: str


async def to_the_end(
    argv: Sequence[str],
    *,
    folder: Path,
    timeout_s: float,
    env: Mapping[str, str],
    max_stdout_bytes: int,
) -> Ended:
    """Return when the program has ended well; raise ToolFailed otherwise. Nothing keeps running."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=folder,
            env=_environment(env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolFailed(f"{Path(argv[0]).name} cannot be started: {error.strerror}") from error
    name = Path(argv[0]).name
    try:
        async with asyncio.timeout(timeout_s):
            stdout, errors = await asyncio.gather(
                _read(process.stdout, max_stdout_bytes), _tail(process.stderr)
            )
            code = await process.wait()
    except TimeoutError as error:
        raise ToolFailed(f"{name} was not done after {timeout_s:.0f} s and was ended") from error
    finally:
        await _end(process)
    printed = (errors or stdout[-_TAIL_BYTES:]).decode(errors="replace").strip()
    if code:
        last = printed.rpartition("\n")[2][:200]
        raise ToolFailed(f"{name} ended with exit code {code}: {last or 'no message'}", printed)
    return Ended(stdout, printed)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_NEVER_PASSED)}
    return kept | dict(more)


async def _read(stream: asyncio.StreamReader | None, limit: int) -> bytes:
    """Read all; keep the first `limit` bytes, and one more to show that there were more."""
    kept = bytearray()
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        kept += chunk[: limit + 1 - len(kept)]
    return bytes(kept)


async def _tail(stream: asyncio.StreamReader | None) -> bytes:
    kept = b""
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        kept = (kept + chunk)[-_TAIL_BYTES:]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the whole group, also what the program left behind."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        if process.returncode is not None:
            continue
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE_S)
