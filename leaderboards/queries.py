"""What may be read of boards: one table for pages, the API, the command line and websockets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Q
from pydantic_core import to_json

import benchmarks.queries
import voting.queries
from arena.eventstore.queries import checkpoint_position
from arena.records import records
from arena.tenancy.models import Tenant
from leaderboards import row_store
from leaderboards.cells import iso
from leaderboards.columns import COLUMNS, Column
from leaderboards.labels import of_leads
from leaderboards.models import BoardState, LeaderboardRow
from leaderboards.page_cache import PageCache, Sized
from leaderboards.rows import Row
from voting.queries import BoardInfo

Version = tuple[object, ...]
_MARKS: Final = ("badges", "disputes")
"""Projections of what stands beside rows and is no part of them."""
_CELL_BYTES: Final = 1_000
"""What a parsed cell takes up, measured: a dictionary of fifteen entries and its texts."""


class _Stored(NamedTuple):
    """One state of a board with the rows that belong to it, which nobody may change."""

    state: BoardState
    rows: list[Row]


tables: Final[PageCache[_Stored]] = PageCache(most_bytes=64_000_000)


@dataclass(frozen=True, kw_only=True)
class BoardTable:
    """A board as last computed. `position` 0 and no rows before the first computation.

    `as_of` is when the event at `position` was recorded; `vote_count` are all counted votes,
    `model_count` the models with at least one of them.
    """

    info: BoardInfo
    position: int
    previous_position: int
    as_of: datetime | None
    vote_count: int
    model_count: int
    formula_version: str
    anchor: str
    report: dict[str, Any]
    """Settings and coefficients of the fit (leaderboards.history.report); empty before one."""
    columns: tuple[Column, ...]
    rows: list[Row]
    """Shared with other readers: to change a row, make another one."""
    version: Version
    """Tells these stored rows from those of every other state of the board."""


@dataclass(frozen=True, kw_only=True)
class BoardTotals:
    """What a board asks and how much it rests on; `as_of` None before the first computation."""

    info: BoardInfo
    as_of: datetime | None
    vote_count: int
    model_count: int


@dataclass(frozen=True, kw_only=True)
class BoardVersion:
    """Tells one state of a board's rows from every other: `revision` counts their changes."""

    position: int
    revision: int
    formula_version: str
    as_of: datetime | None


@dataclass(frozen=True, kw_only=True)
class RowsAfter:
    """Some rows of a board in its order, and where its log stood for them."""

    position: int
    rows: list[Row]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class ModelRows:
    """The rows that one model has on one board."""

    info: BoardInfo
    position: int
    as_of: datetime | None
    rows: list[Row]


def board_table(*, tenant: Tenant, board: str) -> BoardTable:
    """Return one board with its rows in order; raises voting.queries.UnknownBoard."""
    info = voting.queries.board(tenant=tenant, slug=board)
    state, rows = _stored(tenant, board)
    return BoardTable(
        info=info,
        position=state.position,
        previous_position=state.previous_position,
        as_of=state.updated_at,
        vote_count=state.vote_count,
        model_count=state.model_count,
        formula_version=state.formula_version,
        anchor=state.anchor,
        report=state.report,
        columns=COLUMNS,
        rows=list(rows),
        version=_version(state),
    )


def board_totals(*, tenant: Tenant) -> list[BoardTotals]:
    """Return every board, as voting.queries.boards orders them, without reading its rows."""
    states = BoardState.objects.filter(tenant=tenant)
    totals = {
        values[0]: values
        for values in states.values_list("board", "updated_at", "vote_count", "model_count")
    }
    found = []
    for info in voting.queries.boards(tenant=tenant):
        _, as_of, votes, models = totals.get(info.slug, (info.slug, None, 0, 0))
        found.append(BoardTotals(info=info, as_of=as_of, vote_count=votes, model_count=models))
    return found


def listed_models(*, tenant: Tenant, board: str | None = None) -> frozenset[str]:
    """Return the slugs of the models that have a row on a board, or on any."""
    rows = LeaderboardRow.objects.filter(tenant=tenant)
    if board is not None:
        rows = rows.filter(board=board)
    return frozenset(rows.values_list("model_slug", flat=True).distinct())


def marks_position(*, tenant: Tenant) -> int:
    """Return how far the log has been read for what stands beside rows: badges and disputes."""
    return checkpoint_position(tenant=tenant, names=_MARKS)


def board_version(*, tenant: Tenant, board: str) -> BoardVersion:
    """Return what identifies the rows as stored, without reading them; raises UnknownBoard."""
    state = _state(tenant, board)
    if state.pk is None:
        # One that was computed is open: no board is ever closed.
        voting.queries.board(tenant=tenant, slug=board)
    return BoardVersion(
        position=state.position,
        revision=state.revision,
        formula_version=state.formula_version,
        as_of=state.updated_at,
    )


def rows_after(
    *, tenant: Tenant, board: str, section: str | None, after: tuple[int, str] | None, limit: int
) -> RowsAfter:
    """Return so many rows after a row's (order, key), of one section or of all; no others are read.

    Raises voting.queries.UnknownBoard.
    """
    voting.queries.board(tenant=tenant, slug=board)
    where = Q() if section is None else Q(section=section)
    if after is not None:
        order, key = after
        where &= Q(order__gt=order) | Q(order=order, key__gt=key)
    state = _state(tenant, board)
    while True:
        rows = row_store.read(tenant=tenant, board=board, where=where, limit=limit + 1)
        now = _state(tenant, board)
        if _version(now) == _version(state):
            break
        state = now
    return RowsAfter(position=state.position, rows=rows[:limit], has_more=len(rows) > limit)


def model_rows(*, tenant: Tenant, model_slug: str) -> list[ModelRows]:
    """Return the rows of one model by board, in the order of the boards; empty when on none."""
    by_board: dict[str, list[Row]] = {}
    for record in LeaderboardRow.objects.filter(tenant=tenant, model_slug=model_slug).order_by(
        "board", "order"
    ):
        by_board.setdefault(record.board, []).append(as_row(record))
    states = {
        state.board: state for state in BoardState.objects.filter(tenant=tenant, board__in=by_board)
    }
    return [
        ModelRows(
            info=info,
            position=states[info.slug].position,
            as_of=states[info.slug].updated_at,
            rows=by_board[info.slug],
        )
        for info in voting.queries.boards(tenant=tenant)
        if info.slug in by_board
    ]


def positions(*, tenant: Tenant) -> list[tuple[str, int, datetime | None]]:
    """Return (board, position, as of) of every board that has been computed."""
    return list(
        BoardState.objects.filter(tenant=tenant)
        .order_by("board")
        .values_list("board", "position", "updated_at")
    )


def snapshot_message(*, tenant: Tenant, board: str) -> tuple[int, str]:
    """Return (position, websocket message) of a whole board as stored."""
    state, rows = _stored(tenant, board)
    models = {model.slug: model for model in benchmarks.queries.models(tenant=tenant)}
    message = {
        "type": "snapshot",
        "position": state.position,
        "rows": rows,
        "leads": of_leads(rows, models),
        "as_of": iso(state.updated_at),
        "vote_count": state.vote_count,
        "model_count": state.model_count,
    }
    return state.position, encode(message)


def encode(message: Mapping[str, Any]) -> str:
    """Return a websocket message as compact JSON."""
    return to_json(message).decode()


def as_row(record: LeaderboardRow) -> Row:
    """Return a stored row as everybody shows it."""
    return {
        "key": record.key,
        "order": record.order,
        "section": record.section,  # type: ignore[typeddict-item]  # text in the table
        "tier": record.tier,
        "rank_best": record.rank_best,
        "rank_worst": record.rank_worst,
        "model": {"slug": record.model_slug, "name": record.model_name},
        "deployment": record.deployment_label,
        "cells": record.cells,
    }


def _state(tenant: Tenant, board: str) -> BoardState:
    # Asked for by every reader.
    found = records(BoardState, "tenant_id = %s AND board = %s", [tenant.pk, board])
    return found[0] if found else BoardState(tenant=tenant, board=board)


def _stored(tenant: Tenant, board: str) -> _Stored:
    state = _state(tenant, board)
    return tables.get((tenant.pk, board), _version(state), lambda: _read(tenant, board, state))


def _read(tenant: Tenant, board: str, state: BoardState) -> Sized[_Stored]:
    """Read rows until no rebuild has come between them and the state that they belong to."""
    while True:
        rows = row_store.read(tenant=tenant, board=board)
        now = _state(tenant, board)
        if _version(now) == _version(state):
            size_bytes = _CELL_BYTES * sum(len(row["cells"]) for row in rows)
            return Sized(_Stored(state, rows), size_bytes)
        state = now


def _version(state: BoardState) -> Version:
    # Not the revision alone: a state that was deleted counts from one again.
    return (state.pk, state.revision, state.position, state.inputs, *state.column_keys)
