"""`as_of` of a request: which position it names, and the board as it was there."""

from typing import Annotated

from ninja import Query

import leaderboards.past
from arena.api.access import ApiRequest
from arena.api.problems import FieldError, ProblemError
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.columns import COLUMNS
from leaderboards.past import BadMoment

AsOf = Annotated[
    str | None,
    Query(
        description="The board as it was at this position of the log, or at this ISO 8601 date "
        "(its end, UTC) or time; computed from the log on request. By default as it is now.",
        example="2026-11-20",
        max_length=40,
    ),
]


def position_of(request: ApiRequest, *, board: str, as_of: str) -> int:
    """Return the position; raises ProblemError with the range there is, and UnknownBoard."""
    try:
        return leaderboards.past.position_of(tenant=request.tenant, board=board, moment=as_of)
    except BadMoment as error:
        fault = FieldError(detail=str(error), parameter="as_of")
        raise ProblemError("invalid-parameter", str(error), errors=[fault]) from error


def version_of(position: int) -> tuple[object, ...]:
    """Return what the rows of a position depend on: they change with the code alone."""
    return ("as of", position, FORMULA_VERSION, *(column.key for column in COLUMNS))
