"""How far a point has come, told now and then while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

_INTERVAL_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """Requests over all runs of a point, warm-ups left out."""

    point_key: str
    requests_done: int
    requests_total: int
    errors: int
    eta_s: float | None
    """Seconds left if it goes on like this; None before the first request has ended."""


OnProgress = Callable[[Progress], None]


class Meter:
    """Counts requests and tells at most ten times a second, and at the end."""

    def __init__(self, point_key: str, total: int, on_progress: OnProgress | None) -> None:
        self._point_key = point_key
        self._total = total
        self._on_progress = on_progress
        self._done = 0
        self._errors = 0
        self._started_s = self._told_s = monotonic()

    def count(self, ok: bool) -> None:
        """Note the end of one request."""
        self._done += 1
        self._errors += not ok
        now_s = monotonic()
        if self._on_progress is None:
            return
        if now_s - self._told_s < _INTERVAL_S and self._done < self._total:
            return
        self._told_s = now_s
        left = max(0, self._total - self._done)
        eta_s = (now_s - self._started_s) / self._done * left
        self._on_progress(Progress(self._point_key, self._done, self._total, self._errors, eta_s))
