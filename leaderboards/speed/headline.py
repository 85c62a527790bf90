"""The speed that boards lead with: one stream of 128 tokens."""

from typing import Final

from benchmarks.queries.runs import HEADLINE_METRIC, HEADLINE_POINT
from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.claimed import claims
from leaderboards.column import CellOf, Column
from leaderboards.sources import Sources, Subject
from leaderboards.speed.medians import range_words
from leaderboards.speed.missing import no_headline
from leaderboards.speed.points import conditions_of

_DIGITS: Final = 1


def _speeds(sources: Sources) -> CellOf:
    """Cells with what runs have measured of the row's deployment, else with the newest claim."""
    claimed = claims(
        sources,
        metric=HEADLINE_METRIC,
        unit="tok/s",
        missing=lambda subject: no_headline(sources, subject),
    )

    def cell(subject: Subject) -> Cell:
        speed = sources.speeds.get(subject.deployment or "")
        if speed is None:
            return claimed(subject)
        count, digits = speed.run_count, _DIGITS
        spread = f", {speed.lowest:.{digits}f} to {speed.highest:.{digits}f}" if count > 1 else ""
        figure = cells.measured(
            speed.tokens_per_second,
            unit="tok/s",
            as_of=speed.measured_at,
            sample=count,
            counted="runs",
            note=f"median of {count} run{'s' if count > 1 else ''}{spread}, {speed.trust_level}, "
            f"{' and '.join(speed.profiles)} {HEADLINE_POINT}",
            suffix=range_words(speed.lowest, speed.highest, runs=count, digits=digits),
        )
        return cells.under(figure, conditions_of(speed.profiles))

    return cell


HEADLINE_COLUMN: Final = Column(
    key=HEADLINE_METRIC,
    title="Speed",
    unit="tok/s",
    better="higher",
    dimension="speed",
    help="Output tokens per second after the first token, for one request at a time: median "
    "over the published, accepted runs of the deployment. A number from elsewhere is marked "
    "as a claim.",
    digits=_DIGITS,
    cells=_speeds,
)
