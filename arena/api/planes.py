"""A board as a plane of two columns: its frontier, how sure it is, and the curves of models."""

from typing import Annotated, Literal

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.problems import ProblemError
from arena.api.schemas import SLUG, Cell
from arena.parameters import BadChoice
from leaderboards import pareto
from leaderboards.brush import MOST
from leaderboards.columns import COLUMNS
from leaderboards.curves import Curve
from leaderboards.drawn_plane import DrawnPlane, drawn
from leaderboards.draws import DRAWS
from leaderboards.figures import is_numeric
from leaderboards.pareto import NotShown, Point
from leaderboards.plane import DEFAULT_X, DEFAULT_Y

router = Router(tags=["boards"])
BoardSlug = Annotated[str, Path(pattern=SLUG, description="Slug of the board.", example="text")]
_KEYS = "|".join(column.key for column in COLUMNS if is_numeric(column))
_COLUMN = rf"^({_KEYS})$"
_LOG = r"^(x|y|x,y|y,x)$"


class PlaneQuery(BaseModel):
    """The query of a plane; the one of the page, with the same defaults."""

    x: str = Field(DEFAULT_X, pattern=_COLUMN, description="Column across.")
    y: str = Field(DEFAULT_Y, pattern=_COLUMN, description="Column upwards, not that of `x`.")
    log: str | None = Field(None, pattern=_LOG, description="Axes of equal ratios, as `x,y`.")
    figures: Literal["measured", "all", "claims"] = Field("measured", description="Whose count.")
    q: str = Field("", max_length=100, description="Only rows whose model or deployment has it.")
    as_of: str | None = Field(
        None, max_length=40, description="The plane as it was at this position, date or time."
    )
    x_from: float | None = Field(None, ge=-MOST, le=MOST, description="Only points from here.")
    x_to: float | None = Field(None, ge=-MOST, le=MOST, description="Only points up to here.")
    y_from: float | None = Field(None, ge=-MOST, le=MOST, description="The same of `y`.")
    y_to: float | None = Field(None, ge=-MOST, le=MOST, description="The same of `y`.")


class PlanePoint(BaseModel):
    """One row with a figure on both axes."""

    key: str = Field(description="Key of the row on the board.")
    model: str
    deployment: str | None
    x: Cell
    y: Cell
    is_on_frontier: bool = Field(description="Whether no other point of the board dominates it.")
    probability_on_frontier: float = Field(description="Share of draws from the intervals.")
    memory_gb: float | None = Field(description="Installed, all nodes together.")


class PlaneRest(BaseModel):
    """Rows without a point that have their reasons in common, by the title of the column."""

    reasons: dict[str, str]
    keys: list[str]


class QuantCurve(BaseModel):
    """Quantizations of one model in one place, least x first."""

    model: str
    place: str
    keys: list[str]


class BoardPlane(BaseModel):
    """The plane; the frontier and its probabilities are those of all points, marked or not."""

    board: str
    position: int = Field(description="Position of the log that the rows stand for.")
    formula_version: str
    x: str
    y: str
    figures: str
    draws: int
    points: list[PlanePoint] = Field(description="The frontier first, then the likeliest.")
    without_figure: list[PlaneRest]
    curves: list[QuantCurve]


@router.get(
    "/boards/{slug}/plane",
    response=BoardPlane,
    operation_id="read_board_plane",
    summary="Read a board as a plane",
)
def read_board_plane(
    request: ApiRequest,
    response: HttpResponse,
    slug: BoardSlug,
    asked: Annotated[PlaneQuery, Query()],
) -> BoardPlane | HttpResponse:
    """Which rows no other one beats on two columns at once, and how surely."""
    try:
        # `asked` has checked the very same query.
        found = drawn(request, slug)
    except BadRequest as error:
        # Each axis has been checked: what is refused of them is that they do not go together.
        if isinstance(error, BadChoice) and error.name not in ("x", "y"):
            raise
        raise ProblemError("rule-refused", str(error)) from error
    told = _plane(found)
    return not_modified(request, response, version=(told.model_dump_json(),)) or told


def _plane(found: DrawnPlane) -> BoardPlane:
    return BoardPlane(
        board=found.shown.table.info.slug,
        position=found.shown.table.position,
        formula_version=pareto.VERSION,
        x=found.plane.x.key,
        y=found.plane.y.key,
        figures=found.plane.kinds,
        draws=DRAWS,
        points=[_point(point) for point in found.marked],
        without_figure=[_rest(group) for group in found.chart.not_shown],
        curves=[_curve(curve) for curve in found.curves],
    )


def _point(point: Point) -> PlanePoint:
    return PlanePoint(
        key=point.row["key"],
        model=point.row["model"]["slug"],
        deployment=point.row["deployment"],
        x=Cell.model_validate(point.x_cell.raw),
        y=Cell.model_validate(point.y_cell.raw),
        is_on_frontier=point.is_on,
        probability_on_frontier=point.probability_percent / 100,
        memory_gb=point.machine.memory_gb,
    )


def _rest(group: NotShown) -> PlaneRest:
    return PlaneRest(reasons=dict(group.reasons), keys=[row["key"] for row in group.rows])


def _curve(curve: Curve) -> QuantCurve:
    return QuantCurve(
        model=curve.model["slug"],
        place=curve.place,
        keys=[one.point.row["key"] for one in curve.points],
    )
