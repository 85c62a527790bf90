"""Boards and their rows."""

from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Final, cast

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

import leaderboards.queries
import voting.queries
from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Key, Limit, Page, decode, encode, page_of
from arena.api.facets import facet_parameters
from arena.api.moments import AsOf, board_at, moment_of, version_of
from arena.api.schemas import (
    SLUG,
    Board,
    BoardColumn,
    BoardDetail,
    BoardState,
    Row,
)
from arena.tenancy.models import Tenant
from leaderboards import view
from leaderboards.choices import QUERY_MAX_CHARACTERS
from leaderboards.encoded import EncodedCache, answer
from leaderboards.facets import filtering, place
from leaderboards.facets.place import Known
from leaderboards.facets.selection import Selection
from leaderboards.moments import Moment
from leaderboards.ordering import searched
from leaderboards.queries import BoardTable
from leaderboards.rows import Row as BoardRow
from leaderboards.rows import with_cells
from leaderboards.sources import today

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
    request: ApiRequest, response: HttpResponse, slug: BoardSlug, as_of: AsOf = None
) -> BoardDetail | HttpResponse:
    """What the board is, what its rows were computed from, and what its columns mean."""
    moment = None if as_of is None else moment_of(request, board=slug, text=as_of)
    version = _version(request.tenant, slug, moment)
    # No date: the rows of a board change with the day and with the code, too, when no event does.
    if fresh := not_modified(request, response, version=(version,)):
        return fresh
    table = _table(request, slug, moment)
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
    as_of: AsOf = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> HttpResponse:
    """Ranked models, preliminary ones, those that cannot be rated, then claims from elsewhere.

    Facets and columns are those of the board's page, and a value that is not allowed is refused
    with those that are.
    """
    moment = None if as_of is None else moment_of(request, board=slug, text=as_of)
    known = cache(partial(_known, request, slug, moment))
    wanted = _Wanted(
        query=q.strip(),
        facets=view.facets(request.GET, known),
        keys=view.columns(request),
        moment=moment,
        limit=limit,
        after=None if cursor is None else decode(cursor, kinds=(int, str)),
    )
    version = _version(request.tenant, slug, wanted.moment)
    # The day, too: facets may ask how old a run is.
    if fresh := not_modified(request, response, version=(version, today())):
        return fresh
    found = _pages.get(
        (request.tenant.pk, slug, wanted),
        (version, today()),
        lambda: _row_page(request, slug, wanted).model_dump_json().encode(),
    )
    return answer(request, found, _JSON, is_public=request.tenant.is_public, etag=response["ETag"])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What a request wants of the rows of a board."""

    query: str
    facets: Selection
    keys: tuple[str, ...]
    """Columns; all of them where none is named."""
    moment: Moment | None
    limit: int
    after: Key | None

    @property
    def is_whole(self) -> bool:
        """Return whether it is a page of all rows as they are stored."""
        return not (self.query or self.facets or self.moment)


def _version(tenant: Tenant, slug: str, moment: Moment | None) -> object:
    if moment is not None:
        return version_of(moment)
    return leaderboards.queries.board_version(tenant=tenant, board=slug)


def _row_page(request: ApiRequest, slug: str, wanted: _Wanted) -> RowPage:
    if wanted.is_whole:
        found = leaderboards.queries.rows_after(
            tenant=request.tenant,
            board=slug,
            section=None,
            after=cast("tuple[int, str] | None", wanted.after),
            limit=wanted.limit,
        )
        last = found.rows[-1] if found.has_more else None
        following = encode((last["order"], last["key"])) if last else None
        return _page(found.rows, following, position=found.position, keys=wanted.keys)
    table = _table(request, slug, wanted.moment)
    rows = searched(table.rows, wanted.query)
    if wanted.facets:
        known = _known(request, slug, wanted.moment)
        rows = filtering.filtered(rows, wanted.facets, known)
    items, following = page_of(
        rows,
        sort_key=lambda row: (row["order"], row["key"]),
        kinds=(int, str),
        cursor=None if wanted.after is None else encode(wanted.after),
        limit=wanted.limit,
    )
    return _page(items, following, position=table.position, keys=wanted.keys)


def _page(
    rows: list[BoardRow], following: str | None, *, position: int, keys: tuple[str, ...]
) -> RowPage:
    return RowPage(
        items=[Row.model_validate(with_cells(row, keys)) for row in rows],
        next=following,
        has_more=following is not None,
        position=position,
    )


def _known(request: ApiRequest, slug: str, moment: Moment | None) -> Known:
    """Return what facets may ask for, at a moment or now."""
    if moment is None:
        return place.of_board(tenant=request.tenant, board=slug)
    return board_at(request, board=slug, moment=moment).known


def _table(request: ApiRequest, slug: str, moment: Moment | None) -> BoardTable:
    if moment is None:
        return leaderboards.queries.board_table(tenant=request.tenant, board=slug)
    return board_at(request, board=slug, moment=moment).table
