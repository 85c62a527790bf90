"""Compute a board anew and store what changed: the only writer of the board's tables."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tenacity import retry, retry_if_exception, stop_after_attempt

import arena.eventstore.queries
import voting.queries
from arena.eventstore.snapshots import is_overtaken, snapshot
from arena.tenancy.models import Tenant
from benchmarks.queries import PointReading
from leaderboards import history, row_store, rows, sources
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.columns import COLUMNS
from leaderboards.labels import Label, of_leads
from leaderboards.models import BoardState
from leaderboards.ratings import MEAN_RATING
from leaderboards.rows import Row
from leaderboards.sources import Sources
from leaderboards.speed.measured import readings

_ATTEMPTS: Final = 11
ANCHOR: Final = f"mean rating of the rated models = {MEAN_RATING:g}"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a rebuild changed: positions, rows to put in place of those of the same key.

    A row in which nothing changed that is shown is not among `rows`, though it is stored.
    `previous_position` equals `position` when the rows were corrected without a new event: a
    projection was rebuilt, or a column was added.
    """

    previous_position: int
    position: int
    as_of: datetime | None
    vote_count: int
    model_count: int
    rows: list[Row]
    removed: list[str]
    leads: Mapping[str, Label] | None = None
    """Who leads a size class now, by the key of the row; None where nothing was computed."""


@retry(retry=retry_if_exception(is_overtaken), stop=stop_after_attempt(_ATTEMPTS), reraise=True)
def rebuild(*, tenant: Tenant, board: str) -> Change | None:
    """Bring one board up to its inputs in one transaction; None when nothing has moved.

    Rows are a pure function of the inputs, which are all read of one moment, so that a board and
    its fit are those of their position. Readers see the old board until the new one is complete.
    Where another rebuild has written since that moment, it begins again. Raises
    voting.queries.UnknownBoard.
    """
    with snapshot():
        state = _lock(tenant, board)
        position = input_position(tenant=tenant)
        info = voting.queries.board(tenant=tenant, slug=board)
        fingerprint = sources.fingerprint(tenant=tenant, info=info)
        if state.position < position and state.inputs == fingerprint and _is_of_this_code(state):
            return _moved_on(state, position)
        started = time.perf_counter()
        inputs = sources.read(tenant=tenant, board=board, readings=column_readings())
        history.store(
            tenant=tenant,
            board=board,
            position=position,
            inputs=inputs,
            duration_ms=(time.perf_counter() - started) * 1000,
        )
        old = {row["key"]: row for row in row_store.read(tenant=tenant, board=board)}
        new = rows.build(inputs)
        changed = [row for row in new if old.get(row["key"]) != row]
        removed = sorted(old.keys() - {row["key"] for row in new})
        if not (changed or removed or is_behind(state, position=position)):
            return None
        row_store.write(tenant=tenant, board=board, rows=changed, removed=removed)
        previous_position = state.position
        state.inputs = fingerprint
        _save(state, position, inputs)
    return Change(
        previous_position=previous_position,
        position=position,
        as_of=state.updated_at,
        vote_count=state.vote_count,
        model_count=state.model_count,
        rows=[row for row in changed if not rows.look_alike(old.get(row["key"]), row)],
        removed=removed,
        leads=of_leads(new, inputs.models),
    )


def is_behind(state: BoardState | None, *, position: int) -> bool:
    """Whether a board has yet to be computed from these inputs, by this code, today."""
    return (
        state is None
        or state.position != position
        or not _is_of_this_code(state)
        or not sources.is_of_today(state.inputs)
    )


def _is_of_this_code(state: BoardState) -> bool:
    return state.formula_version == FORMULA_VERSION and state.column_keys == _column_keys()


def boards_behind(*, tenant: Tenant) -> list[str]:
    """The boards of the tenant whose state is not that of their inputs."""
    position = input_position(tenant=tenant)
    state_of = {state.board: state for state in BoardState.objects.filter(tenant=tenant)}
    return [
        board.slug
        for board in voting.queries.boards(tenant=tenant)
        if is_behind(state_of.get(board.slug), position=position)
    ]


def input_position(*, tenant: Tenant) -> int:
    """The position that all inputs of a board are the fold of."""
    return arena.eventstore.queries.folded_position(tenant=tenant, names=sources.PROJECTIONS)


def _lock(tenant: Tenant, board: str) -> BoardState:
    """Lock the board's state row, waiting, so that two rebuilds come one after the other."""
    BoardState.objects.bulk_create([BoardState(tenant=tenant, board=board)], ignore_conflicts=True)
    return BoardState.objects.select_for_update().get(tenant=tenant, board=board)


def _moved_on(state: BoardState, position: int) -> Change:
    """The log has grown by events that change nothing on this board."""
    state.previous_position, state.position = state.position, position
    state.revision += 1
    state.updated_at = recorded_at(state.tenant, position)
    state.save()
    return Change(
        previous_position=state.previous_position,
        position=position,
        as_of=state.updated_at,
        vote_count=state.vote_count,
        model_count=state.model_count,
        rows=[],
        removed=[],
    )


def _save(state: BoardState, position: int, inputs: Sources) -> None:
    state.previous_position = state.position
    state.position = position
    state.revision += 1
    state.updated_at = recorded_at(inputs.tenant, position)
    state.vote_count = inputs.vote_count
    state.model_count = len(inputs.votes)
    state.formula_version = FORMULA_VERSION
    state.column_keys = _column_keys()
    state.anchor = ANCHOR
    state.report = history.report(inputs.board_fit)
    state.save()


def recorded_at(tenant: Tenant, position: int) -> datetime | None:
    """When the event at a position was recorded; the clock of a rebuild would not be pure."""
    events = arena.eventstore.queries.events_after(
        tenant=tenant, position=position - 1, limit=1, types=None
    )
    return events[0].recorded_at if position and events else None


def column_readings() -> list[PointReading]:
    """Return what the columns want of runs."""
    return readings(column.cells for column in COLUMNS)


def _column_keys() -> list[str]:
    return [column.key for column in COLUMNS]
