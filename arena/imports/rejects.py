"""The file that says which rows of an import were refused, and why."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from arena.imports.errors import UnusableFile


class Rejects:
    """Writes `line,reason` per refused row; leaves no file when there was none.

    Rows themselves are not copied: they may hold prompts, answers or addresses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._file = self.path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise UnusableFile(
                f"cannot write the rejects file {self.path}: {error.strerror};"
                " name another with --rejects"
            ) from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(["line", "reason"])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        if not self.count:
            self.path.unlink()

    def add(self, line: int, reason: str) -> None:
        """Count and write one refused row."""
        self.count += 1
        # A lone surrogate of a file that is not UTF-8 cannot be written as it is.
        self._writer.writerow([line, reason.encode("utf-8", "backslashreplace").decode()])
