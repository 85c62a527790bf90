"""The cost calculator as JSON: the parameters and figures of the page."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.problems import FieldError, ProblemError
from arena.api.schemas import Answer as Shape
from arena.api.schemas import Cell
from leaderboards.calculator.answer import Answer, answer
from leaderboards.calculator.inputs import Wish
from leaderboards.cost.mixes import Mix, mixes
from leaderboards.cost.parameters import Currency
from leaderboards.cost.reading import BadParameter

router = Router(tags=["costs"])


class Asked(BaseModel):
    """What was asked, defaults filled in; empty texts were not stated."""

    input_tokens_a_day: float
    output_tokens_a_day: float
    currency: str
    rate: float = Field(description="Units of the currency for one US dollar.")
    tariff: float = Field(description="Currency for a kWh.")
    board: str | None
    elo: float | None
    deployment: str | None
    query: str = Field(description="The query that asks for this very answer.")


class MachineFigure(Shape):
    """One figure of the machine and where it is from."""

    name: str
    unit: str
    value: float | None
    origin: str
    as_of: datetime | date | None = Field(description="A day, or the end of the newest run.")
    position: int | None = Field(description="Event that states it.")
    runs_of: str | None = Field(description="Deployment whose runs measured it.")


class MachineCost(Shape):
    """What the work costs on the machine, in the currency asked for."""

    hours_a_day: float
    fits: bool = Field(description="Whether one stream gets it done in a day.")
    electricity_a_month: float
    hardware_a_month: float
    months: int
    a_month: float
    electricity_per_million: float = Field(description="Output tokens of this work.")
    full_per_million: float
    capacity_millions: float = Field(description="Output tokens a month of one busy stream.")


class Comparison(Shape):
    """The machine against tokens bought; null where it never pays."""

    break_even_millions: float | None
    payback_months: float | None


class Candidate(Shape):
    """One way to get the work done; without a cost, `missing` says why."""

    deployment: str | None
    model_slug: str | None
    name: str
    label: str
    rating: Cell | None
    is_own: bool
    a_month: float | None
    missing: str
    per_million: float | None
    source: str
    as_of: date | None
    position: int | None
    against_mine: Comparison | None


class CurveStep(Shape):
    """What a month costs at one volume; `own` is null above what one stream can write."""

    millions: float
    hosted: float
    own: float | None


class TaskCost(BaseModel):
    """One task of a mix on the deployment asked about."""

    mix: str
    cost: Cell
    electricity: Cell


class Calculation(BaseModel):
    """What the calculator answers."""

    asked: Asked
    machine: list[MachineFigure]
    mine: MachineCost | None
    missing: str = Field(description="Why `mine` is null.")
    candidates: list[Candidate] = Field(description="Cheapest first; without a cost last.")
    below_floor: int
    unrated: int
    curve: list[CurveStep] = Field(description="Empty where there is nothing to compare.")
    tasks: list[TaskCost]


class TaskMix(Shape):
    """The tokens of one task, all its calls together."""

    key: str
    title: str
    description: str
    calls: int
    input_tokens: int
    cached_tokens: int = Field(description="Of the input, sent before.")
    output_tokens: int
    reasoning_tokens: int = Field(description="Thought and not shown, on top of the output.")


class TaskMixes(BaseModel):
    """All mixes of one version."""

    version: int
    noted_on: date
    mixes: list[TaskMix]


class Parameters(BaseModel):
    """The query of the calculator. A currency that is not USD needs its rate."""

    input: float | None = Field(None, ge=0, le=10**12, description="Input tokens a day.")
    output: float | None = Field(None, gt=0, le=10**12, description="Output tokens a day.")
    currency: Currency | None = Field(None, description="ISO 4217; USD when left out.")
    rate: float | None = Field(None, ge=0.0001, le=10**5, description="Its units for one USD.")
    tariff: float | None = Field(
        None, ge=0, le=10**5, description="Currency for a kWh; 0.3 when left out."
    )
    months: int | None = Field(None, ge=1, le=240, description="Over which hardware is paid off.")
    price: float | None = Field(None, ge=0.01, le=10**12, description="Of the machine.")
    watts: float | None = Field(None, ge=0.1, le=10**6, description="Drawn while it works.")
    speed: float | None = Field(None, ge=0.001, le=10**7, description="Output tokens a second.")
    prefill: float | None = Field(None, ge=0.001, le=10**8, description="Prompt tokens a second.")
    cloud_input: float | None = Field(
        None, ge=0, le=10**9, description="Offered to you, for a million tokens."
    )
    cloud_output: float | None = Field(
        None, ge=0, le=10**9, description="Offered to you, for a million tokens."
    )
    board: str | None = Field(
        None, max_length=200, description="Whose Elo counts; the first when left out."
    )
    elo: float | None = Field(None, ge=-10_000, le=10_000, description="Least Elo.")
    deployment: str | None = Field(
        None, max_length=400, description="Whose figures prefill the machine."
    )


@router.get(
    "/calculator",
    response=Calculation,
    operation_id="read_calculator",
    summary="Reckon costs",
)
def read_calculator(
    request: ApiRequest, response: HttpResponse, asked: Annotated[Parameters, Query()]
) -> Calculation | HttpResponse:
    """Cost a month of a workload, bought and on a machine, with the volume at which it pays."""
    try:
        stated = asked.model_dump(exclude_none=True)
        found = answer(
            tenant=request.tenant, query={name: str(value) for name, value in stated.items()}
        )
    except BadParameter as error:
        raise ProblemError(
            "invalid-parameter",
            str(error),
            errors=[FieldError(detail=str(error), parameter=error.name)],
        ) from error
    told = _calculation(found)
    return not_modified(request, response, version=(told.model_dump_json(),)) or told


@router.get("/mixes", response=TaskMixes, operation_id="list_mixes", summary="List task mixes")
def list_mixes(request: ApiRequest, response: HttpResponse) -> TaskMixes | HttpResponse:
    """The tokens of the tasks that costs are told for."""
    found = mixes()
    told = TaskMixes(
        version=found.version,
        noted_on=found.noted_on,
        mixes=[_mix(mix) for mix in found.mixes],
    )
    return not_modified(request, response, version=(told.model_dump_json(),)) or told


def _mix(mix: Mix) -> TaskMix:
    return TaskMix.model_validate(mix)


def _calculation(found: Answer) -> Calculation:
    fields: dict[str, Any] = {
        "machine": [MachineFigure.model_validate(figure) for figure in found.figures],
        "mine": None if found.mine is None else MachineCost.model_validate(found.mine),
        "candidates": [Candidate.model_validate(item) for item in found.shortlist.candidates],
        "curve": [
            CurveStep.model_validate(step) for step in (found.curve.steps if found.curve else ())
        ],
        "tasks": [
            TaskCost(
                mix=task.mix.key,
                cost=Cell.model_validate(task.cost),
                electricity=Cell.model_validate(task.electricity),
            )
            for task in found.tasks
        ],
    }
    return Calculation(
        asked=_asked(found.wish),
        missing=found.missing,
        below_floor=found.shortlist.below_floor,
        unrated=found.shortlist.unrated,
        **fields,
    )


def _asked(wish: Wish) -> Asked:
    return Asked(
        input_tokens_a_day=wish.input_tokens,
        output_tokens_a_day=wish.output_tokens,
        currency=wish.costs.currency,
        rate=wish.costs.rate,
        tariff=wish.costs.tariff,
        board=wish.board,
        elo=wish.elo,
        deployment=wish.deployment,
        query=wish.query,
    )
