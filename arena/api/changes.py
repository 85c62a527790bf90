"""What moved on a board between two moments, and why."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Path, Query, Router
from pydantic import Field

from arena.api.access import ApiRequest
from arena.api.problems import FieldError, ProblemError
from arena.api.schemas import SLUG, Answer
from leaderboards.causes import TooFarApart
from leaderboards.changes import RowChange
from leaderboards.compared import Comparison, compared
from leaderboards.moments import BadMoment
from leaderboards.queries import BoardTable

router = Router(tags=["boards"])
BoardSlug = Annotated[str, Path(pattern=SLUG, description="Slug of the board.", example="text")]
Since = Annotated[
    str,
    Query(
        alias="from",
        description="Position, or ISO 8601 date or time; a day before `to` by default.",
        max_length=40,
    ),
]
Until = Annotated[
    str,
    Query(
        alias="to",
        description="Position, or ISO 8601 date or time; now by default.",
        max_length=40,
    ),
]


class Moment(Answer):
    """One end of the comparison."""

    position: int
    moment: str = Field(
        description="What `as_of` takes for this very board: the position, and after an @ the day "
        "on which it is read where that is later."
    )
    as_of: datetime | None
    vote_count: int


class CauseCount(Answer):
    """Events of one kind between the two moments."""

    name: str
    count: int
    positions: tuple[int, ...] = Field(description="The newest of them, where they are public.")


class CellDifference(Answer):
    """A figure that reads differently, in the words of the board."""

    column: str
    unit: str
    before: str
    after: str


class RowDifference(Answer):
    """A row that came, went or reads differently; null where it is not rated or has no tier."""

    key: str
    kind: Literal["entered", "left", "changed"]
    model: str
    deployment: str | None
    tier_before: int | None
    tier_after: int | None
    rating_before: float | None
    rating_after: float | None
    votes: int = Field(description="Counted votes that came, less those that went.")
    cells: list[CellDifference]
    causes: list[CauseCount] = Field(
        description="What happened to its model and deployment; empty where others moved it."
    )


class BoardChanges(Answer):
    """Both boards are computed by the formula of today."""

    before: Moment
    after: Moment
    formula_version: str
    formulas: list[str] = Field(description="What readers saw in between, oldest first.")
    causes: list[CauseCount] = Field(description="What bears on the whole board.")
    rows: list[RowDifference]


@router.get(
    "/boards/{slug}/changes",
    response=BoardChanges,
    operation_id="list_board_changes",
    summary="Compare a board at two moments",
)
def list_board_changes(
    request: ApiRequest, slug: BoardSlug, since: Since = "", until: Until = ""
) -> BoardChanges:
    """Rows that entered, left or moved, with the counted events that moved them."""
    try:
        found = compared(tenant=request.tenant, board=slug, since=since, until=until)
    except (BadMoment, TooFarApart) as error:
        name = "to" if str(error).startswith("to=") else "from"
        fault = FieldError(detail=str(error), parameter=name)
        raise ProblemError("invalid-parameter", str(error), errors=[fault]) from error
    return BoardChanges(
        before=_moment(found.before, found.since),
        after=_moment(found.after, found.until),
        formula_version=found.after.formula_version,
        formulas=list(found.formulas),
        causes=[CauseCount.model_validate(cause) for cause in found.causes.of_board],
        rows=[_row(found, change) for change in found.rows],
    )


def _moment(table: BoardTable, moment: str) -> Moment:
    return Moment(
        position=table.position, moment=moment, as_of=table.as_of, vote_count=table.vote_count
    )


def _row(found: Comparison, change: RowChange) -> RowDifference:
    return RowDifference(
        key=change.key,
        kind=change.kind,
        model=change.model["slug"],
        deployment=change.deployment,
        tier_before=change.tier_before,
        tier_after=change.tier_after,
        rating_before=change.rating_before,
        rating_after=change.rating_after,
        votes=change.votes,
        cells=[CellDifference.model_validate(cell) for cell in change.cells],
        causes=[CauseCount.model_validate(cause) for cause in found.causes_of(change)],
    )
