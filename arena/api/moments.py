"""`as_of` of a request: which moment it names."""

from typing import Annotated

from ninja import Query

import leaderboards.moments
from arena.api.access import ApiRequest
from arena.api.problems import FieldError, ProblemError
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.columns import COLUMNS
from leaderboards.moments import BadMoment, Moment
from leaderboards.past import PastBoard, board_as_of

AsOf = Annotated[
    str | None,
    Query(
        description="The board as it was at this position of the log, or at this ISO 8601 date "
        "(its end, UTC) or time; computed from the log on request. A position is read on the day "
        "it was recorded, or on a later one: `45@2026-11-29`. By default the board as it is now.",
        example="2026-11-20",
        max_length=40,
    ),
]


def moment_of(request: ApiRequest, *, board: str, text: str, parameter: str = "as_of") -> Moment:
    """Return the moment; raises ProblemError with the range there is, and UnknownBoard."""
    try:
        return leaderboards.moments.moment_of(
            tenant=request.tenant, board=board, text=text, name=parameter
        )
    except BadMoment as error:
        raise _refused(error, parameter) from error


def board_at(
    request: ApiRequest, *, board: str, moment: Moment, parameter: str = "as_of"
) -> PastBoard:
    """Return the board at a moment; raises ProblemError, PastIsBusy, and UnknownBoard."""
    try:
        return board_as_of(tenant=request.tenant, board=board, moment=moment)
    except BadMoment as error:
        raise _refused(error, parameter) from error


def version_of(moment: Moment) -> tuple[object, ...]:
    """Return what the rows of a moment depend on: they change with the code alone."""
    keys = (column.key for column in COLUMNS)
    return ("as of", moment.position, moment.on.isoformat(), FORMULA_VERSION, *keys)


def _refused(error: BadMoment, parameter: str) -> ProblemError:
    fault = FieldError(detail=str(error), parameter=parameter)
    return ProblemError("invalid-parameter", str(error), errors=[fault])
