"""Energy of a record: by a counter where there is one, else the area under the watts."""

from collections.abc import Sequence
from itertools import pairwise

from arena_runner.contract.report import EnergySource
from arena_runner.contract.telemetry import TelemetryRow


def of(rows: Sequence[TelemetryRow]) -> tuple[float | None, EnergySource | None]:
    """Return joules between the first and the last row, and how they are known.

    A counter sees every peak; samples see the moments of the samples. Trapezoid:
    sum of (watts[i] + watts[i+1]) / 2 * seconds between them. What was drawn while no watts came
    is not known, so a record with a hole in it has no energy.
    """
    if len(rows) < 2:
        return None, None
    counted = rows[-1].energy_joules
    if counted is not None and rows[0].energy_joules is not None:
        return counted - rows[0].energy_joules, "counter"
    joules = 0.0
    for earlier, later in pairwise(rows):
        if earlier.power_watts is None or later.power_watts is None:
            return None, None
        seconds = (later.at_ms - earlier.at_ms) / 1000
        joules += (earlier.power_watts + later.power_watts) / 2 * seconds
    return joules, "samples"
