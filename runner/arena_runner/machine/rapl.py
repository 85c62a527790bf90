"""Energy of the processor packages by RAPL counters, where this user may read them.

Since 2020 kernels let only root read them (CVE-2020-8694); a unit or udev rule can open them.
"""

import time
from pathlib import Path
from typing import Final

from arena_runner.contract.report import PowerScope
from arena_runner.machine.sensors import Reading

_ROOT: Final = Path("/sys/class/powercap")


class Rapl:
    """The packages of all sockets as one sensor. Counters wrap; the wraps are counted."""

    power_scope: PowerScope | None = "rapl"

    def __init__(self, packages: tuple[Path, ...]) -> None:
        self._packages = packages
        self._range_uj = {package: _number(package / "max_energy_range_uj") for package in packages}
        self._last_uj: dict[Path, int] = {}
        self._total_uj = 0
        self._previous: tuple[float, int] | None = None

    def read(self) -> Reading:
        """Return joules since the first reading, and watts since the last one."""
        now_s = time.monotonic()
        for package in self._packages:
            value = _number(package / "energy_uj")
            if value is None:
                return Reading()
            self._total_uj += self._risen(package, value)
        watts = None
        if self._previous is not None and now_s > self._previous[0]:
            watts = (self._total_uj - self._previous[1]) / 1e6 / (now_s - self._previous[0])
        self._previous = (now_s, self._total_uj)
        return Reading(power_watts=watts, energy_joules=self._total_uj / 1e6)

    def _risen(self, package: Path, value: int) -> int:
        last = self._last_uj.get(package, value)
        self._last_uj[package] = value
        if value >= last:
            return value - last
        return value - last + (self._range_uj[package] or last)


def open_rapl(root: Path = _ROOT) -> Rapl | None:
    """Return the counters of all packages; None where there are none or they are root's alone."""
    packages = tuple(
        path
        for path in sorted(root.glob("*rapl:*"))
        if _name(path).startswith("package") and _number(path / "energy_uj") is not None
    )
    return Rapl(packages) if packages else None


def exists(root: Path = _ROOT) -> bool:
    """Tell whether the processor has such counters at all, readable or not."""
    return any(root.glob("*rapl:*/energy_uj"))


def _name(path: Path) -> str:
    try:
        return (path / "name").read_text().strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
