"""How far the speed of a deployment can be believed: how many runs, how new, how trusted."""

from collections.abc import Callable
from typing import Final

from benchmarks.queries import MeasuredSpeed
from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.column import CellOf, Column
from leaderboards.sources import Sources, Subject
from leaderboards.speed.missing import no_headline

_RUNS: Final = "runs"
_TRUST: Final = "of T4"


def _runs(speed: MeasuredSpeed) -> Cell:
    newest = speed.measured_at.date().isoformat()
    return _cell(speed, speed.run_count, unit=_RUNS, suffix=newest, note=f"newest {newest}")


def _trust(speed: MeasuredSpeed) -> Cell:
    level = speed.trust_level
    return _cell(speed, int(level.removeprefix("T")), unit=_TRUST, note=f"best run {level}")


def _cell(speed: MeasuredSpeed, value: int, *, unit: str, note: str, suffix: str = "") -> Cell:
    return cells.measured(
        value,
        unit=unit,
        as_of=speed.measured_at,
        sample=speed.run_count,
        counted="runs",
        note=note,
        suffix=suffix,
    )


def _of_speed(cell_of: Callable[[MeasuredSpeed], Cell], unit: str) -> Callable[[Sources], CellOf]:
    def cells_of(sources: Sources) -> CellOf:
        def cell(subject: Subject) -> Cell:
            speed = sources.speeds.get(subject.deployment or "")
            if speed is None:
                return cells.absent(no_headline(sources, subject), unit=unit)
            return cell_of(speed)

        return cell

    return cells_of


STANDING_COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        key="runs",
        title="Runs",
        unit=_RUNS,
        better="higher",
        dimension="speed",
        help="Published, accepted runs behind the speed of one request at a time, and the day on "
        "which the newest of them ended.",
        digits=0,
        cells=_of_speed(_runs, _RUNS),
    ),
    Column(
        key="trust",
        title="Trust",
        unit=_TRUST,
        better="higher",
        dimension="speed",
        help="How far the best of these runs can be believed: 1 signed by a registered runner, 2 "
        "with state gate and canary passed on a quiet machine, 3 agreed with by a run of another "
        "owner, 4 on the arena's own machine.",
        digits=0,
        cells=_of_speed(_trust, _TRUST),
    ),
)
