"""Cells with what somebody else states."""

from collections.abc import Callable, Mapping

from benchmarks.queries import ExternalValueInfo
from leaderboards import cells
from leaderboards.cells import Cell
from leaderboards.column import CellOf
from leaderboards.sources import Sources, Subject


def claims(
    sources: Sources,
    *,
    metric: str,
    unit: str,
    missing: Callable[[Subject], str],
    is_yes_or_no: bool = False,
    conditions: Callable[[ExternalValueInfo], Mapping[str, str]] | None = None,
) -> CellOf:
    """Cells with the newest value that somebody stated of the row's deployment.

    `missing` says why a row has none, where nobody states one. `conditions` are given where a claim
    is on another scale than what is measured here.
    """

    def cell(subject: Subject) -> Cell:
        claim = sources.claims.get((subject.deployment or "", metric))
        if claim is None:
            return cells.absent(missing(subject), unit=unit)
        value = claim.value
        stated = cells.claimed(
            bool(value) if is_yes_or_no and value is not None else value,
            unit=claim.unit,
            as_of=claim.stated_on,
            approximate=claim.approximate,
            source_name=claim.source_name,
            source_url=claim.source_url,
            note=claim.note,
            position=claim.position,
        )
        return cells.under(stated, conditions(claim)) if conditions else stated

    return cell
