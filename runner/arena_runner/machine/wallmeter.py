"""Watts at the wall, from a file that the owner's smart plug or meter keeps up to date.

The file named by ARENA_WALL_METER_FILE holds one number, watts. A reading older than ten seconds
does not count: a meter that stopped must not look like a machine that draws the same for ever.
"""

import math
import os
import time
from pathlib import Path
from typing import Final

from arena_runner.contract.report import PowerScope
from arena_runner.machine.sensors import Reading

VARIABLE: Final = "ARENA_WALL_METER_FILE"
_MOST_AGE_S: Final = 10.0
_MOST_WATTS: Final = 1_000_000.0


class WallMeter:
    """A meter before the whole machine."""

    power_scope: PowerScope | None = "wall"

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Reading:
        """Return the watts; None where the file is missing, old or no number."""
        try:
            age_s = time.time() - self._path.stat().st_mtime
            with self._path.open() as stream:
                watts = float(stream.read(64))
        except (OSError, ValueError):
            return Reading()
        if age_s > _MOST_AGE_S or not math.isfinite(watts) or not 0 <= watts <= _MOST_WATTS:
            return Reading()
        return Reading(power_watts=watts)


def open_wall_meter() -> WallMeter | None:
    """Return the meter that the owner's environment names, where it answers."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    meter = WallMeter(Path(path))
    return meter if meter.read().power_watts is not None else None
