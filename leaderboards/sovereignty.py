"""Sovereignty as a figure of a board: score and level of a deployment for one profile."""

from typing import Final

from benchmarks.sovereignty import Assessment
from leaderboards import cells
from leaderboards.cells import Cell

COLUMN: Final = "sovereign"
UNIT: Final = "of 100"


def cell_of(found: Assessment) -> Cell:
    """Return the score in which what is unknown counts nothing; its level and range as words."""
    is_known = found.high == found.low
    cell = cells.measured(
        found.low,
        unit=UNIT,
        as_of=found.on,
        sample=found.known,
        counted="facts",
        suffix=found.level if is_known else f"{found.level}, ≤ {found.high:.0f}",
        note=f"{found.level} for the profile {found.profile.name}; {found.low:.0f} to "
        f"{found.high:.0f} of 100, {found.coverage_percent:.0f} % of the weight known",
    )
    return cells.under(cell, {"scale": "0 to 100"})
