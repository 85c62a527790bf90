"""Boards and their rows."""

from typing import Annotated, Final, Literal, cast

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

import leaderboards.queries
import voting.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Key, Limit, Page, decode, encode, page_of
from arena.api.schemas import (
    SLUG,
    Board,
    BoardColumn,
    BoardDetail,
    BoardState,
    Row,
)
from arena.tenancy.models import Tenant
from leaderboards.encoded import EncodedCache, answer

router = Router(tags=["boards"])
_JSON: Final = "application/json; charset=utf-8"
_pages: Final = EncodedCache(most_bytes=16_000_000)
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
)
def list_board_rows(
    request: ApiRequest,
    response: HttpResponse,
    slug: BoardSlug,
    section: Annotated[
        Literal["rated", "preliminary", "unrated", "measured", "claims"] | None,
        Query(description="Only this section."),
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> HttpResponse:
    """Ranked models, preliminary ones, those that cannot be rated, then claims from elsewhere."""
    version = leaderboards.queries.board_version(tenant=request.tenant, board=slug)
    if fresh := not_modified(request, response, version=(version,), changed_at=version.as_of):
        return fresh
    after = None if cursor is None else decode(cursor, kinds=(int, str))
    found = _pages.get(
        (request.tenant.pk, slug, section, limit, after),
        version,
        lambda: _row_page(request.tenant, slug, section, limit, after),
    )
    answered = answer(
        request, found, _JSON, is_public=request.tenant.is_public, etag=response["ETag"]
    )
    if "Last-Modified" in response:
        answered["Last-Modified"] = response["Last-Modified"]
    return answered


def _row_page(
    tenant: Tenant, slug: str, section: str | None, limit: int, after: Key | None
) -> bytes:
    found = leaderboards.queries.rows_after(
        tenant=tenant,
        board=slug,
        section=section,
        after=cast("tuple[int, str] | None", after),
        limit=limit,
    )
    last = found.rows[-1] if found.has_more else None
    page = RowPage(
        items=[Row.model_validate(row) for row in found.rows],
        next=encode((last["order"], last["key"])) if last else None,
        has_more=found.has_more,
        position=found.position,
    )
    return page.model_dump_json().encode()
