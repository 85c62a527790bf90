"""How far a run is: told to whoever watches here, and to the site with each heartbeat."""

import time
from typing import Any, Protocol

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import Point
from arena_runner.load.point import requests_of


class Watcher(Protocol):
    """Somebody who looks on while a run goes on."""

    def step(self, text: str) -> None:
        """Something other than a point begins."""

    def point_began(self, point: Point, *, number: int, count: int) -> None:
        """The `number`th of `count` points begins."""

    def advanced(self, done: int, total: int) -> None:
        """So many requests of the present point are done."""

    def point_ended(self, point: Point, *, voided: str | None) -> None:
        """The point is measured and kept."""


class Nobody:
    """Looks on and says nothing."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def point_began(self, point: Point, *, number: int, count: int) -> None:
        """Say nothing."""

    def advanced(self, done: int, total: int) -> None:
        """Say nothing."""

    def point_ended(self, point: Point, *, voided: str | None) -> None:
        """Say nothing."""


class Progress:
    """The state of one run. Written by the run, read by the thread of heartbeats.

    Every field is replaced as a whole, so a reader sees each of them old or new, never torn.
    """

    def __init__(self, manifest: Manifest, watcher: Watcher | None = None) -> None:
        self._watcher: Watcher = watcher or Nobody()
        self._points = {
            point.key: point.runs * requests_of(point) for point in manifest.profile.points
        }
        self._done = 0
        self._present: tuple[str | None, int, int] = (None, 0, 0)
        self._measured = 0
        self._began: float | None = None

    def step(self, text: str) -> None:
        """Say what is done now."""
        self._watcher.step(text)

    def skip(self, key: str) -> None:
        """Count a point that an earlier attempt has measured."""
        self._done += self._points[key]

    def begin(self, point: Point, *, number: int) -> None:
        """Say that a point begins."""
        if self._began is None:
            self._began = time.monotonic()
        self._present = (point.key, 0, self._points[point.key])
        self._watcher.point_began(point, number=number, count=len(self._points))

    def advance(self, done: int, total: int) -> None:
        """Say how many requests of the present point are done."""
        self._present = (self._present[0], done, total)
        self._watcher.advanced(done, total)

    def end(self, point: Point, *, voided: str | None) -> None:
        """Say that a point is measured and kept."""
        self._done += self._points[point.key]
        self._measured += self._points[point.key]
        self._present = (None, 0, 0)
        self._watcher.point_ended(point, voided=voided)

    def body(self) -> dict[str, Any]:
        """Return what a heartbeat says of it."""
        key, done, total = self._present
        return {
            "point_key": key,
            "requests_done": done,
            "requests_total": total,
            "eta_s": self._eta_s(done),
        }

    def _eta_s(self, done_here: int) -> int | None:
        """Return the seconds left if requests go on as they did; None before the first."""
        measured = self._measured + done_here
        if self._began is None or not measured:
            return None
        left = max(0, sum(self._points.values()) - self._done - done_here)
        return round((time.monotonic() - self._began) / measured * left)
