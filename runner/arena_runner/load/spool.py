"""Where raw answers wait until the run is over, so that reading them disturbs no measurement."""

import contextlib
import tempfile
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Kept:
    """Pieces that lie in a file."""

    file: IO[bytes]
    offset: int
    lengths: "array[int]"

    def pieces(self) -> list[bytes]:
        """Return the pieces as they were."""
        self.file.seek(self.offset)
        data = self.file.read(sum(self.lengths))
        found, at = [], 0
        for length in self.lengths:
            found.append(data[at : at + length])
            at += length
        return found


class Spool:
    """Leaves the first answers in memory and writes the others to a file without a name.

    Writing some hundred kilobytes to the page cache takes a fraction of a millisecond, reading them
    as JSON takes several. The file is gone with its descriptor, also after a crash.
    """

    def __init__(self, memory_bytes: int) -> None:
        self._left = memory_bytes
        self._file: IO[bytes] | None = None
        self._end = 0

    def keep(self, pieces: Sequence[bytes]) -> Kept | None:
        """Return where the pieces lie now; None when they are to stay where they are."""
        size = sum(map(len, pieces))
        self._left -= size
        if self._left > 0 or not pieces:
            return None
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - see close
            self._write(self._file, b"".join(pieces))
        except OSError:
            return None  # No room on the disk: memory then, as for the first ones.
        kept = Kept(self._file, self._end, array("L", map(len, pieces)))
        self._end += size
        return kept

    def close(self) -> None:
        """Remove the file; what lies in it cannot be read any more."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def _write(self, file: IO[bytes], data: bytes) -> None:
        file.seek(self._end)
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
