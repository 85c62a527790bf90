"""The cost calculator as JSON: the parameters and figures of the page."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router

from arena.api.access import ApiRequest
from arena.api.calculator_schemas import (
    Advice,
    AskedWork,
    BestClosed,
    Calculation,
    CalculatorParameters,
    Candidate,
    CurveStep,
    LeftOut,
    MachineCost,
    MachineFigure,
    TaskCost,
    TaskMix,
    TaskMixes,
)
from arena.api.conditional import not_modified
from arena.api.plan_schemas import plan_of
from arena.api.schemas import Cell
from leaderboards.calculator.answer import Answer, answer
from leaderboards.calculator.inputs import Wish
from leaderboards.cost.mixes import Mix, mixes

router = Router(tags=["costs"])


@router.get(
    "/calculator",
    response=Calculation,
    operation_id="read_calculator",
    summary="Reckon costs",
)
def read_calculator(
    request: ApiRequest, response: HttpResponse, asked: Annotated[CalculatorParameters, Query()]
) -> Calculation | HttpResponse:
    """Cost a month of a workload: bought, on a machine with its break-even, or split in two."""
    found = answer(tenant=request.tenant, query=asked.stated)
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
        "advice": None if found.advice is None else Advice.model_validate(found.advice),
        "top_closed": (
            None if found.shortlist.top is None else BestClosed.model_validate(found.shortlist.top)
        ),
        "left_out": [LeftOut.model_validate(item) for item in found.shortlist.left_out],
        "candidates": [Candidate.model_validate(item) for item in found.shortlist.candidates],
        "curve": [
            CurveStep.model_validate(step) for step in (found.curve.steps if found.curve else ())
        ],
        "plan": None if found.plan is None else plan_of(found.plan),
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


def _asked(wish: Wish) -> AskedWork:
    return AskedWork(
        input_tokens_a_day=wish.work.input_tokens,
        cached_tokens_a_day=wish.work.cached_tokens,
        output_tokens_a_day=wish.work.output_tokens,
        reasoning_tokens_a_day=wish.work.reasoning_tokens,
        currency=wish.costs.currency,
        rate=wish.costs.rate,
        tariff=wish.costs.tariff,
        utilisation_percent=wish.costs.utilisation_percent,
        board=wish.board,
        elo=wish.elo,
        profile=wish.sovereign.profile.slug,
        level=wish.sovereign.level,
        score=wish.sovereign.score,
        tolerance_percent=wish.tolerance_percent,
        deployment=wish.deployment,
        query=wish.query,
    )
