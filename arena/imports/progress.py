"""How far an import has come: a bar on a terminal, plain lines elsewhere."""

import time
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

_PLAIN_EVERY_SECONDS = 5.0


class Progress:
    """Shows rows done, rows per second and the time left, judged by the bytes read."""

    def __init__(self, *, size_bytes: int, stream: TextIO, what: str) -> None:
        self._size_bytes = max(1, size_bytes)
        self._stream = stream
        self._what = what
        self._is_terminal = stream.isatty()
        self._started = self._said = time.monotonic()
        self._bar = Bar(
            TextColumn(what),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rows]:,} rows  {task.fields[rate]:,.0f} rows/s"),
            TimeRemainingColumn(),
            console=Console(file=stream),
            disable=not self._is_terminal,
        )
        self._task = self._bar.add_task(what, total=self._size_bytes, rows=0, rate=0.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, *, rows: int, bytes_read: int) -> None:
        """Show that `rows` rows are done and `bytes_read` bytes of the file are read."""
        now = time.monotonic()
        seconds = now - self._started
        rate = rows / seconds if seconds else 0.0
        if self._is_terminal:
            self._bar.update(self._task, completed=bytes_read, rows=rows, rate=rate)
        else:
            self._say(now, seconds, rows, rate, bytes_read)

    def _say(self, now: float, seconds: float, rows: int, rate: float, bytes_read: int) -> None:
        if now - self._said < _PLAIN_EVERY_SECONDS:
            return
        self._said = now
        share = min(1.0, bytes_read / self._size_bytes)
        left = f", about {seconds / share - seconds:,.0f} s left" if share else ""
        self._stream.write(f"{self._what}: {rows:,} rows, {rate:,.0f} rows/s, {share:.0%}{left}\n")
        self._stream.flush()
