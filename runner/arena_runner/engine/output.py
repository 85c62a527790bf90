"""What an engine writes to stdout and stderr: bounded on disk, its last lines at hand."""

import asyncio
import os
from collections import deque
from pathlib import Path
from typing import IO, Final

MOST_BYTES: Final = 16 * 1_048_576
_LINES: Final = 40
_LINE_BYTES: Final = 2_000


class Output:
    """Two files that take turns, so that the newest half of `most_bytes` is always kept."""

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self._most_bytes = most_bytes
        self._stream = _opened(path)
        self._tail: deque[bytes] = deque(maxlen=_LINES)
        self._line = b""

    async def pump(self, reader: asyncio.StreamReader) -> None:
        """Take everything until the engine closes its output."""
        try:
            while part := await reader.read(min(65_536, self._most_bytes // 2)):
                self._write(part)
        finally:
            self.close()

    def close(self) -> None:
        """Close the file; where nothing was ever pumped, nobody else does."""
        self._stream.close()

    def last_lines(self, count: int = 20) -> tuple[str, ...]:
        """Return the newest lines, the unfinished one last."""
        lines = [*self._tail, self._line] if self._line else list(self._tail)
        return tuple(line.decode(errors="replace") for line in lines[-count:])

    def _write(self, part: bytes) -> None:
        if self._stream.tell() + len(part) > self._most_bytes // 2:
            self._stream.close()
            self.path.replace(self.path.with_suffix(self.path.suffix + ".1"))
            self._stream = _opened(self.path)
        self._stream.write(part)
        self._stream.flush()
        *whole, rest = (self._line + part).split(b"\n")
        self._tail.extend(line[:_LINE_BYTES] for line in whole)
        self._line = rest[-_LINE_BYTES:]


def _opened(path: Path) -> IO[bytes]:
    """An engine writes paths and sometimes keys, so the file is its owner's alone."""
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))
