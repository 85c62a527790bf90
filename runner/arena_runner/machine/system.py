"""What the operating system tells: memory, processor temperature, and the load of others."""

import contextlib
import time
from collections.abc import Collection, Iterator

import psutil

from arena_runner.contract.report import PowerScope
from arena_runner.machine.sensors import Reading

_CORES = psutil.cpu_count(logical=True) or 1


class System:
    """The operating system as a sensor.

    `own_pids` and their descendants, and the agent itself, do not count as other load. None says
    that the engine runs on this machine but nobody knows as which process: then nobody can tell
    its load from that of others, and `other_load` stays None.
    """

    power_scope: PowerScope | None = None

    def __init__(self, own_pids: Collection[int] | None) -> None:
        self._own = None if own_pids is None else [psutil.Process().pid, *own_pids]
        self._own_seconds: dict[int, float] = {}
        self._last: tuple[float, float] | None = None

    def read(self) -> Reading:
        """Return this moment; the load is the mean since the last reading."""
        memory = psutil.virtual_memory()
        return Reading(
            # What is not available is used: true on unified memory too, where a GPU's own count
            # is not.
            memory_used_bytes=memory.total - memory.available,
            temperature_celsius=processor_celsius(),
            other_load=self._other_load(),
        )

    def _other_load(self) -> float | None:
        if self._own is None:
            return None
        now_s, busy_s = time.monotonic(), _busy_seconds()
        own_s = self._own_risen()
        last, self._last = self._last, (now_s, busy_s)
        if last is None or now_s <= last[0]:
            return None
        others_s = busy_s - last[1] - own_s
        return min(1.0, max(0.0, others_s / ((now_s - last[0]) * _CORES)))

    def _own_risen(self) -> float:
        """Return processor seconds of the own processes since the last call."""
        seconds = dict(_tree_seconds(self._own or ()))
        risen = sum(
            value - self._own_seconds.get(pid, 0.0 if self._own_seconds else value)
            for pid, value in seconds.items()
        )
        self._own_seconds = seconds
        return max(0.0, risen)


def processor_celsius() -> float | None:
    """Return the hottest reading of the processor and board; None without such sensors."""
    read = getattr(psutil, "sensors_temperatures", None)  # Linux and FreeBSD only
    if read is None:
        return None
    values = [entry.current for chip in read().values() for entry in chip if entry.current > 0]
    return max(values, default=None)


def listener_pids(port: int) -> tuple[int, ...] | None:
    """Return the processes that listen on a TCP port here; None where this user may not see."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return None
    pids = {
        connection.pid
        for connection in connections
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr
        and connection.laddr.port == port
    }
    return None if not pids or None in pids else tuple(sorted(pid for pid in pids if pid))


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    # Guest time is part of user time already; steal is what a hypervisor gave to others.
    return sum(
        getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal")
    )


def _tree_seconds(pids: Collection[int]) -> Iterator[tuple[int, float]]:
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    yield process.pid, times.user + times.system
