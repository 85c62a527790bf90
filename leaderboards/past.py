"""A board as it was at a moment, computed from the log on request.

A computation reads every vote up to its position. So that readers of the past cannot take the
machine from those of the present, one runs at a time in an arena, the last few are kept by the
process, and a moment is refused that has more than EVENTS_MAX events or BATTLE_VOTES_MAX votes of
battles before it.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from threading import BoundedSemaphore, Lock
from typing import Final

import benchmarks.queries
import voting.queries
from arena.eventstore.locks import LockTaken, waiting_lock
from arena.eventstore.queries import digests
from arena.tenancy.models import Tenant
from benchmarks.queries import PastCatalogue
from leaderboards import history, rows, sources
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.columns import COLUMNS
from leaderboards.facets.place import CRITERIA, Known
from leaderboards.moments import BadMoment, Moment, moment_of
from leaderboards.queries import BoardTable
from leaderboards.rebuild import ANCHOR, column_readings, recorded_at
from leaderboards.rows import Row
from leaderboards.sources import Sources
from voting.counting import Counts

EVENTS_MAX: Final = 2_500_000
"""Positions up to which boards are computed on request: the database counts votes that were brought
in from elsewhere, 1 µs each; the whole board of 1.67 million takes 4 s."""
BATTLE_VOTES_MAX: Final = 250_000
"""Votes of battles that are counted on request, in 5 s of a core: 20 µs each, for their style."""
KEPT: Final = 8
"""Boards of the past that a process keeps in memory."""
WAIT_S: Final = 3
"""Seconds that a request waits for others that compute the past of the arena."""
_AT_ONCE: Final = 2
"""Requests of one process that compute or wait, each with a connection of the few there are."""
_BUSY: Final = "Other boards of the past are being computed. Ask again in some seconds."
_Key = tuple[int, str, int, str, str]


class PastIsBusy(Exception):
    """Somebody else computes the past of this arena, and has for a while."""


@dataclass(frozen=True, kw_only=True)
class PastBoard:
    """A board at a moment, with all it was computed from."""

    moment: Moment
    table: BoardTable
    sources: Sources
    catalogue: PastCatalogue
    known: Known
    """What facets may ask for."""
    votes: Mapping[str, int]
    """Those counted on every board of the arena that had any."""


_kept: OrderedDict[_Key, PastBoard] = OrderedDict()
_guard = Lock()
_places = BoundedSemaphore(_AT_ONCE)


def board_at(*, tenant: Tenant, board: str, text: str) -> PastBoard:
    """Return the board at the moment that a text names.

    Raises BadMoment, PastIsBusy and voting.queries.UnknownBoard.
    """
    moment = moment_of(tenant=tenant, board=board, text=text)
    return board_as_of(tenant=tenant, board=board, moment=moment)


def board_as_of(*, tenant: Tenant, board: str, moment: Moment) -> PastBoard:
    """Return the board that a reader saw once every event up to a position was counted.

    The formula is that of this code. Raises BadMoment for a moment that takes too long to compute,
    PastIsBusy and voting.queries.UnknownBoard.
    """
    if moment.position > EVENTS_MAX:
        raise _too_far(moment, f"positions up to {EVENTS_MAX:,} are computed")
    # The hash stands for the whole log up to there: what it keeps can never be stale.
    (chain,) = digests(tenant=tenant, positions=[moment.position]).values()
    key = (tenant.pk, board, moment.position, chain.hash.hex(), moment.on.isoformat())
    if (found := _look_up(key)) is not None:
        return found
    with alone(tenant):
        found = _look_up(key) or _computed(tenant, board, moment)
    with _guard:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


@contextmanager
def alone(tenant: Tenant) -> Iterator[None]:
    """Let nobody else compute the past of the arena meanwhile; raises PastIsBusy."""
    if not _places.acquire(blocking=False):
        raise PastIsBusy(_BUSY)
    try:
        with waiting_lock("leaderboards.past", tenant.pk, wait_s=WAIT_S):
            yield
    except LockTaken as error:
        raise PastIsBusy(_BUSY) from error
    finally:
        _places.release()


def _look_up(key: _Key) -> PastBoard | None:
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _computed(tenant: Tenant, board: str, moment: Moment) -> PastBoard:
    position = moment.position
    votes = voting.queries.battle_votes_as_of(
        tenant=tenant, position=position, most=BATTLE_VOTES_MAX + 1
    )
    if votes > BATTLE_VOTES_MAX:
        raise _too_far(moment, f"up to {BATTLE_VOTES_MAX:,} votes of battles are counted")
    info = voting.queries.board_as_of(tenant=tenant, slug=board, position=position)
    catalogue = benchmarks.queries.catalogue_as_of(tenant=tenant, position=position)
    counts = voting.queries.counts_as_of(tenant=tenant, position=position)
    inputs = sources.read_as_of(
        tenant=tenant,
        board=board,
        past=catalogue,
        counts=counts,
        position=position,
        on=moment.on,
        readings=column_readings(),
    )
    table = BoardTable(
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
        version=("as of", position, moment.on),
    )
    return PastBoard(
        moment=moment,
        table=table,
        sources=inputs,
        catalogue=catalogue,
        known=_known(inputs, catalogue, _read_at(table, moment)),
        votes=_votes(counts),
    )


def _too_far(moment: Moment, limit: str) -> BadMoment:
    return BadMoment(
        f"position {moment.position} is too far into the log to compute a board of the past on "
        f"request; {limit}. Its history has every fit."
    )


def _votes(counts: Counts) -> Mapping[str, int]:
    votes: Counter[str] = Counter()
    for pair, outcomes in counts.pairs.items():
        votes[pair.board] += sum(outcomes)
    return votes


def _known(inputs: Sources, catalogue: PastCatalogue, at: datetime) -> Known:
    return Known(
        models=inputs.models,
        deployments=inputs.deployments,
        speeds=inputs.speeds,
        answers=benchmarks.queries.sovereignty.answered(catalogue.facts, criteria=CRITERIA),
        at=at,
    )


def _read_at(table: BoardTable, moment: Moment) -> datetime:
    """Return when the board is read: as its last event came, or at the end of a later day."""
    if table.as_of is not None and table.as_of.date() == moment.on:
        return table.as_of
    return datetime.combine(moment.on, time.max, UTC)


def _as_kept(row: Row) -> Row:
    """Return the row with its cells in the order of the table of rows: jsonb puts short keys first.

    So the past reads byte for byte as the present did.
    """
    cells = sorted(row["cells"].items(), key=lambda item: (len(item[0]), item[0]))
    return {**row, "cells": dict(cells)}
