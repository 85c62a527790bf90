"""The columns of every board. To add one, add an entry to COLUMNS and a test; no migration."""

from typing import Final

from leaderboards import cells, sovereignty
from leaderboards.cells import Cell
from leaderboards.claimed import claims
from leaderboards.column import CellOf, Column
from leaderboards.cost.columns import COST_COLUMNS
from leaderboards.quality.columns import QUALITY_COLUMNS
from leaderboards.sources import Sources, Subject
from leaderboards.speed.columns import SPEED_COLUMNS
from leaderboards.speed.measured import Medians
from leaderboards.speed.points import HEADLINES, words
from leaderboards.vote_columns import VOTE_COLUMNS

__all__ = ["COLUMNS", "Column"]


def _prices(sources: Sources) -> CellOf:
    """Cells with the operator's list price of today, else with the newest claim."""
    claimed = claims(
        sources,
        metric="output_usd_per_million_tokens",
        unit="USD/M tokens",
        missing=lambda _: "not stated",
    )

    def cell(subject: Subject) -> Cell:
        found = sources.costs.get(subject.deployment or "")
        if found is None or found.price is None or found.prices_usd is None or found.is_own:
            return claimed(subject)
        stated = cells.measured(
            found.prices_usd.output,
            unit="USD/M tokens",
            as_of=found.price.effective_on,
            counted="prices",
            note=f"list price of {found.price.source_name}",
        )
        # No claim: it is what is paid there from that day on, and the costs of tasks rest on it.
        return {
            **stated,
            "source_name": found.price.source_name,
            "source_url": found.price.source_url,
            "position": found.price.position,
        }

    return cell


def _sovereignty(sources: Sources) -> CellOf:
    """Cells with score and level from reviewed facts, else with the newest claim."""
    claimed = claims(
        sources,
        metric="sovereign",
        unit="yes/no",
        missing=lambda _: "not stated",
        is_yes_or_no=True,
        conditions=lambda _: {"scale": "yes or no"},
    )

    def cell(subject: Subject) -> Cell:
        found = sources.sovereignty.get(subject.deployment or "")
        return claimed(subject) if found is None else sovereignty.cell_of(found)

    return cell


COLUMNS: Final[tuple[Column, ...]] = (
    *VOTE_COLUMNS,
    *SPEED_COLUMNS,
    Column(
        key="joules_per_token",
        title="Energy",
        unit="J/token",
        better="lower",
        dimension="cost",
        help="Energy per output token of one request at a time, read at the wall, warm-ups "
        f"included. Median over the published, accepted runs, {words(HEADLINES)}.",
        digits=2,
        cells=Medians(
            metric="joules_per_output_token",
            points=HEADLINES,
            unit="J/token",
            digits=2,
            scope="wall",
        ),
        is_default=False,
    ),
    Column(
        key="output_usd_per_million_tokens",
        title="Price",
        unit="USD/M tokens",
        better="lower",
        dimension="cost",
        help="US dollars per million output tokens: the operator's list price where one is on "
        "record, else what others state.",
        digits=2,
        cells=_prices,
    ),
    *COST_COLUMNS,
    *QUALITY_COLUMNS,
    Column(
        key="sovereign",
        title="Sovereign",
        unit=sovereignty.UNIT,
        better="higher",
        dimension="sovereign",
        help="Score from reviewed facts about who controls the deployment, 0 to 100, with what is "
        "unknown at nothing (≤: at full), and level S0 to S4 by the weakest gate, for one profile. "
        "A yes or no from elsewhere is marked as a claim.",
        digits=0,
        cells=_sovereignty,
    ),
)
