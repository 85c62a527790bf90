"""Rows of one board beside each other: the figures of the page that compares them."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router

from arena.api.access import ApiRequest
from arena.api.compare_schemas import (
    AskedComparison,
    ComparedColumn,
    ComparedCost,
    ComparedCriterion,
    ComparedFact,
    ComparedFacts,
    ComparedMix,
    ComparedPair,
    ComparedPart,
    ComparedRow,
    ComparedRows,
    HeadToHead,
    HeldFigure,
    RatingDifference,
)
from arena.api.conditional import not_modified
from arena.api.schemas import Cell, ModelName
from leaderboards.compare.answer import Comparison, Entry, MixRow, Pair, TaskCost, compare
from leaderboards.compare.facts import CriterionRow, FactRow
from leaderboards.compare.figures import FigureRow, Held

router = Router(tags=["boards"])


@router.get("/compare", response=ComparedRows, operation_id="compare_rows", summary="Compare rows")
def compare_rows(
    request: ApiRequest, response: HttpResponse, asked: Annotated[AskedComparison, Query()]
) -> ComparedRows | HttpResponse:
    """Differences of ratings with interval and p, votes between the rows, figures, costs, facts."""
    stated = asked.model_dump(exclude_none=True, exclude={"row"})
    found = compare(
        tenant=request.tenant,
        query={name: str(value) for name, value in stated.items()},
        keys=asked.row,
    )
    told = _told(found)
    return not_modified(request, response, version=(told.model_dump_json(),)) or told


def _told(found: Comparison) -> ComparedRows:
    keys = found.chosen.keys
    return ComparedRows(
        board=found.chosen.table.info.slug,
        position=found.chosen.table.position,
        votes_position=found.current.position,
        formula_version=found.current.formula_version,
        currency=found.chosen.costs.currency,
        profile=found.chosen.profile.slug,
        query=found.chosen.query(),
        rows=[_row(entry) for entry in found.entries],
        pairs=[_pair(pair) for pair in found.pairs],
        columns=[_column(line, keys) for line in found.figures],
        costs=[_mix(line, keys) for line in found.costs],
        facts=[_facts(line, keys) for line in found.facts],
        criteria=[_criterion(line, keys) for line in found.criteria],
    )


def _row(entry: Entry) -> ComparedRow:
    row = entry.row
    return ComparedRow(
        key=row["key"],
        section=row["section"],
        model=ModelName.model_validate(row["model"]),
        deployment=entry.deployment,
    )


def _pair(pair: Pair) -> ComparedPair:
    return ComparedPair(
        first=pair.first.row["key"],
        second=pair.second.row["key"],
        difference=(
            None if pair.difference is None else RatingDifference.model_validate(pair.difference)
        ),
        p_adjusted=pair.p_adjusted,
        met=None if pair.met is None else HeadToHead.model_validate(pair.met),
        missing=pair.missing,
    )


def _column(line: FigureRow, keys: list[str]) -> ComparedColumn:
    return ComparedColumn(
        column=line.column.key,
        unit=line.column.unit,
        figures=[_held(held, key) for held, key in zip(line.held, keys, strict=True)],
    )


def _held(held: Held, key: str) -> HeldFigure:
    return HeldFigure(
        row=key,
        cell=Cell.model_validate(held.cell.raw),
        difference=held.difference,
        verdict=held.verdict,
        note=held.note,
        missing=held.missing,
    )


def _mix(line: MixRow, keys: list[str]) -> ComparedMix:
    def cost(item: TaskCost, key: str) -> ComparedCost:
        return ComparedCost(
            row=key,
            cost=Cell.model_validate(item.cost),
            electricity=Cell.model_validate(item.electricity),
            a_month=item.a_month,
        )

    return ComparedMix(
        mix=line.mix.key,
        costs=[cost(item, key) for item, key in zip(line.costs, keys, strict=True)],
    )


def _facts(line: FactRow, keys: list[str]) -> ComparedFacts:
    return ComparedFacts(
        title=line.title,
        differs=line.differs,
        facts=[
            ComparedFact(row=key, text=item.text, missing=item.missing, position=item.position)
            for item, key in zip(line.stated, keys, strict=True)
        ],
    )


def _criterion(line: CriterionRow, keys: list[str]) -> ComparedCriterion:
    return ComparedCriterion(
        criterion=line.criterion.id,
        title=line.criterion.title,
        weight=line.weight,
        parts=[
            ComparedPart(
                row=key,
                points=part.part.points if part else None,
                adds=None if part is None or part.part.points is None else part.part.low,
                answer=part.fact.answer if part and part.fact else None,
                position=part.fact.info.submitted_position if part and part.fact else None,
            )
            for part, key in zip(line.parts, keys, strict=True)
        ],
    )
