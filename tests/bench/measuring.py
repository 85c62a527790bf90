"""Time and memory of the process that asks, the same way in every environment."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def timed_s(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that `work` took, and what it returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def best_s(work: Callable[[], object], *, of: int) -> float:
    """Seconds of the fastest of `of` calls, which other processes have disturbed least."""
    return min(timed_s(work)[0] for _ in range(of))


def peak_memory_mb() -> float:
    """Most memory this process has held so far, in MB of 1024 * 1024 bytes.

    On Linux from VmHWM: ru_maxrss also counts what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024
