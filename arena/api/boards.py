"""Boards and their rows."""

from functools import cache, partial
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

import leaderboards.queries
import voting.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.facets import facet_parameters
from arena.api.schemas import (
    SLUG,
    Board,
    BoardColumn,
    BoardDetail,
    BoardState,
    Row,
)
from leaderboards import view
from leaderboards.choices import QUERY_MAX_CHARACTERS
from leaderboards.facets import filtering, place
from leaderboards.ordering import searched
from leaderboards.rows import with_cells

router = Router(tags=["boards"])
BoardSlug = Annotated[str, Path(pattern=SLUG, description="Slug of the board.", example="text")]


class BoardPage(Page[Board]):
    """Boards by slug."""


class RowPage(Page[Row]):
    """Rows in the order of the board.

    A vote between two pages may move rows; `position` then differs from that of the page before.
    """

    position: int = Field(description="Position of the log that the rows stand for.")


@router.get("/boards", response=BoardPage, operation_id="list_boards", summary="List boards")
def list_boards(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> BoardPage | HttpResponse:
    """Every board of the arena, by slug."""
    boards = sorted(
        map(Board.model_validate, voting.queries.boards(tenant=request.tenant)),
        key=lambda board: board.slug,
    )
    items, following = page_of(
        boards, sort_key=lambda board: (board.slug,), kinds=(str,), cursor=cursor, limit=limit
    )
    page = BoardPage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/boards/{slug}", response=BoardDetail, operation_id="get_board", summary="Read a board"
)
def get_board(
    request: ApiRequest, response: HttpResponse, slug: BoardSlug
) -> BoardDetail | HttpResponse:
    """What the board is, what its rows were computed from, and what its columns mean."""
    version = leaderboards.queries.board_version(tenant=request.tenant, board=slug)
    if fresh := not_modified(request, response, version=(version,), changed_at=version.as_of):
        return fresh
    table = leaderboards.queries.board_table(tenant=request.tenant, board=slug)
    return BoardDetail(
        **Board.model_validate(table.info).model_dump(),
        state=BoardState.model_validate(table),
        columns=[BoardColumn.model_validate(column) for column in table.columns],
    )


@router.get(
    "/boards/{slug}/rows",
    response=RowPage,
    operation_id="list_board_rows",
    summary="List the rows of a board",
    openapi_extra={"parameters": facet_parameters()},
)
def list_board_rows(
    request: ApiRequest,
    response: HttpResponse,
    slug: BoardSlug,
    q: Annotated[
        str, Query(max_length=QUERY_MAX_CHARACTERS, description="Rows whose name holds this.")
    ] = "",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> RowPage | HttpResponse:
    """Ranked models, preliminary ones, those that cannot be rated, then claims from elsewhere.

    Facets and columns are those of the board's page, and a value that is not allowed is refused
    with those that are.
    """
    known = cache(partial(place.read, tenant=request.tenant))
    facets, keys = view.facets(request.GET, known), view.columns(request)
    version = leaderboards.queries.board_version(tenant=request.tenant, board=slug)
    if fresh := not_modified(request, response, version=(version,), changed_at=version.as_of):
        return fresh
    table = leaderboards.queries.board_table(tenant=request.tenant, board=slug)
    rows = searched(table.rows, q.strip())
    if facets:
        rows = filtering.filtered(rows, facets, known())
    items, following = page_of(
        rows,
        sort_key=lambda row: (row["order"], row["key"]),
        kinds=(int, str),
        cursor=cursor,
        limit=limit,
    )
    return RowPage(
        items=[Row.model_validate(with_cells(row, keys)) for row in items],
        next=following,
        has_more=following is not None,
        position=table.position,
    )
