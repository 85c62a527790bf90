"""A board as it was at a position of the log, computed from the log on request; nothing is kept."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import voting.queries
from arena.eventstore.queries import events_after, log_head
from arena.tenancy.models import Tenant
from leaderboards import history, rows, sources
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.columns import COLUMNS
from leaderboards.queries import BoardTable, board_table
from leaderboards.rebuild import ANCHOR, recorded_at
from leaderboards.rows import Row

_POSITION: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class BadMoment(ValueError):
    """The text names no moment at which the board could be read; the message gives the range."""


def board_as_of(*, tenant: Tenant, board: str, position: int) -> BoardTable:
    """Return the board that a reader saw once every event up to a position was counted.

    The formula is that of this code. Raises voting.queries.UnknownBoard.
    """
    info = voting.queries.board_as_of(tenant=tenant, slug=board, position=position)
    inputs = sources.read_as_of(tenant=tenant, board=board, position=position)
    return BoardTable(
        info=info,
        position=position,
        previous_position=position,
        as_of=recorded_at(tenant, position),
        vote_count=inputs.vote_count,
        model_count=len(inputs.votes),
        formula_version=FORMULA_VERSION,
        anchor=ANCHOR,
        report=history.report(inputs.board_fit),
        columns=COLUMNS,
        rows=[_as_kept(row) for row in rows.build(inputs)],
    )


def _as_kept(row: Row) -> Row:
    """Return the row with its cells in the order of the table of rows: jsonb puts short keys first.

    So the past reads byte for byte as the present did.
    """
    cells = sorted(row["cells"].items(), key=lambda item: (len(item[0]), item[0]))
    return {**row, "cells": dict(cells)}


def table_at(*, tenant: Tenant, board: str, moment: str) -> BoardTable:
    """Return the board at a moment, as it is now for an empty text.

    Raises BadMoment and voting.queries.UnknownBoard.
    """
    if not moment:
        return board_table(tenant=tenant, board=board)
    position = position_of(tenant=tenant, board=board, moment=moment)
    return board_as_of(tenant=tenant, board=board, position=position)


def position_of(*, tenant: Tenant, board: str, moment: str) -> int:
    """Return the position that a text names: itself, or the newest one by a date or time.

    A date is its end in UTC; a time without a zone is UTC. Raises BadMoment with the range there
    is, and voting.queries.UnknownBoard.
    """
    first = voting.queries.board(tenant=tenant, slug=board).position
    last = log_head(tenant=tenant).position
    if _POSITION.fullmatch(moment):
        position = int(moment)
    elif (before := _instant(moment)) is not None:
        position = _newest_before(tenant, before, last=last)
        if before > _recorded(tenant, last) + timedelta(days=1):
            position = last + 1
    else:
        raise BadMoment(_refusal(tenant, moment, first, last))
    if not first <= position <= last:
        raise BadMoment(_refusal(tenant, moment, first, last))
    return position


def _refusal(tenant: Tenant, moment: str, first: int, last: int) -> str:
    days = [_recorded(tenant, position).date().isoformat() for position in (first, last)]
    return (
        f"as_of={moment[:40]}: not a moment of this board. Give a position from {first} to {last}, "
        f"or an ISO 8601 date or time from {days[0]} to {days[1]}."
    )


def _instant(text: str) -> datetime | None:
    """Return the instant up to which events count; None for what is no ISO 8601 date or time."""
    try:
        if len(text) == len("2026-01-01"):
            # The very last day has no day after it.
            return datetime.combine(date.fromisoformat(text), time.min, UTC) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _newest_before(tenant: Tenant, instant: datetime, *, last: int) -> int:
    """Return the newest position recorded before an instant, 0 without one, by bisection.

    Times grow with positions, since one lock numbers and stamps; twenty steps do for a million.
    """
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        if _recorded(tenant, middle) < instant:
            low = middle
        else:
            high = middle - 1
    return low


def _recorded(tenant: Tenant, position: int) -> datetime:
    (event,) = events_after(tenant=tenant, position=position - 1, limit=1, types=None)
    return event.recorded_at
