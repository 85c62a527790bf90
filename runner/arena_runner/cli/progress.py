"""Shows a person how far a run is: bars on a terminal, a line a point elsewhere."""

from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from arena_runner.agent.progress import Watcher
from arena_runner.cli.console import Out
from arena_runner.contract.profile import Point


class Bars:
    """A bar for the points of a run and one for the requests of the present point."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._is_live = out.err.is_terminal and not out.json
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=out.err,
            disable=not self._is_live,
            transient=True,
        )
        self._points = self._progress.add_task("Points", total=None, visible=False)
        self._requests = self._progress.add_task("Requests", total=None, visible=False)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def step(self, text: str) -> None:
        """Say what begins."""
        self._out.say(f"{text} …")

    def point_began(self, point: Point, *, number: int, count: int) -> None:
        """Begin the bar of a point."""
        self._progress.update(self._points, total=count, completed=number - 1, visible=True)
        title = escape(point.title[:48])
        self._progress.reset(self._requests, description=title, visible=True)

    def advanced(self, done: int, total: int) -> None:
        """Move the bar of the present point."""
        self._progress.update(self._requests, completed=done, total=total)

    def point_ended(self, point: Point, *, voided: str | None) -> None:
        """Say that a point is safe on the disk."""
        self._progress.advance(self._points)
        self._out.say(f"  {point.title}: " + (f"does not count: {voided}" if voided else "done"))


def watcher_of(bars: Bars, out: Out) -> Watcher | None:
    """Return who watches; nobody with --json."""
    return None if out.json else bars
