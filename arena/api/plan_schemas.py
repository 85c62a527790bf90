"""Shapes of a plan of two deployments in the calculator, and what it shares with the shortlist."""

from pydantic import BaseModel, Field

from arena.api.schemas import Answer as Shape
from arena.api.schemas import Cell
from benchmarks.sovereignty import Level
from leaderboards.calculator.floors import Code
from leaderboards.calculator.parts import Part, Plan


class SovereignStanding(Shape):
    """How sovereign a deployment is for the profile asked for, today."""

    level: Level
    level_high: Level = Field(description="The same when what is unknown counts in full.")
    score: float = Field(description="0 to 100; what is unknown counts nothing.")
    score_high: float
    coverage_percent: float
    known: int = Field(description="Criteria that are known.")


class Missed(Shape):
    """One floor that is missed."""

    code: Code
    words: str


class PlannedWork(Shape):
    """Tokens a day."""

    input_tokens: float
    cached_tokens: float = Field(description="Of the input, sent before.")
    output_tokens: float
    reasoning_tokens: float = Field(description="On top of the output.")


class PlannedMonth(Shape):
    """What a month costs, in the currency asked for."""

    bought: float = Field(description="Tokens.")
    electricity: float
    hardware: float = Field(description="The part of its price that falls on a month.")
    running: float = Field(description="Tokens and electricity, hardware aside.")
    full: float
    hours_a_day: float | None = Field(
        description="Of one stream, of a plan one part after the other; null: not measured."
    )


class PlannedPlace(Shape):
    """Where a part of the work goes."""

    name: str
    label: str
    deployment: str | None = Field(description="Null for an offer and for a machine typed in.")
    model_slug: str | None
    is_own: bool
    rating: Cell | None = Field(description="Of the model; a plan has no Elo of its own.")
    sovereignty: SovereignStanding | None
    missed: list[Missed] = Field(description="Floors that it is below.")


class PlannedPart(BaseModel):
    """One part of the work; without a month, `missing` says why."""

    place: PlannedPlace
    share_percent: float = Field(description="Of all tokens of a day.")
    mix: str | None = Field(description="Whose proportions the tokens have.")
    work: PlannedWork
    month: PlannedMonth | None
    missing: str
    alone: PlannedMonth | None = Field(description="All of the work here, none elsewhere.")
    alone_missing: str


class PlannedLevel(Shape):
    """The level of the weaker part."""

    level: Level
    level_high: Level = Field(description="The same when what is unknown counts in full.")


class TwoPlan(BaseModel):
    """The work split between two deployments, against all of it on either."""

    first: PlannedPart
    second: PlannedPart
    month: PlannedMonth | None = Field(description="Null where a part has none.")
    hours_side_by_side: float | None = Field(description="A day, both parts at once.")
    sovereignty: PlannedLevel
    from_percent: float | None = Field(
        description="Share of the second above which the plan costs less than the first alone;"
        " null where no share that one stream can do pays, or costs are not known."
    )
    to_percent: float | None = Field(
        description="Share of the second below which it costs less than the second alone."
    )


def plan_of(found: Plan) -> TwoPlan:
    """Return a plan as programs read it."""
    return TwoPlan(
        first=_part(found.first),
        second=_part(found.second),
        month=None if found.month is None else PlannedMonth.model_validate(found.month),
        hours_side_by_side=found.hours_side_by_side,
        sovereignty=PlannedLevel.model_validate(found.weakest),
        from_percent=found.from_percent,
        to_percent=found.to_percent,
    )


def _part(part: Part) -> PlannedPart:
    return PlannedPart(
        place=PlannedPlace.model_validate(part.place),
        share_percent=part.share_percent,
        mix=part.mix.key if part.mix else None,
        work=PlannedWork.model_validate(part.work),
        month=None if part.month is None else PlannedMonth.model_validate(part.month),
        missing=part.missing,
        alone=None if part.alone is None else PlannedMonth.model_validate(part.alone),
        alone_missing=part.alone_missing,
    )
