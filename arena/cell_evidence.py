"""The events that one cell of a board rests on, each once, in the order of the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

import benchmarks.queries
import voting.queries
from arena.api.public_events import PUBLIC_TYPES, PublicEvent, public_events
from arena.eventstore.queries import digests, events_after
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from leaderboards.cells import Cell
from leaderboards.columns import Column
from leaderboards.queries import BoardTable
from leaderboards.rows import Row
from leaderboards.sources import pair_rows
from voting.counting import Counts
from voting.queries import PairRow

_BATCH: Final = 1_000
_VOTE_TYPES: Final = frozenset(event.__name__ for event in voting.queries.VOTE_EVENTS)
_OF_VOTES: Final = ("elo", None)
"""The dimensions whose measured figures are made of votes."""

Ground = Literal["votes", "runs", "claim", "nothing"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one cell rests on, up to `position`; `runs` newest first."""

    tenant: Tenant
    board: str
    model: str
    position: int
    ground: Ground
    claim: int | None
    runs: tuple[UUID, ...]

    def events(self, *, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the events after a position, a batch in memory at a time."""
        if self.ground == "votes":
            yield from self._votes(after)
        elif self.claim is not None and self.claim > after:
            yield from events_after(
                tenant=self.tenant, position=self.claim - 1, until=self.claim, limit=1,
                types=PUBLIC_TYPES,
            )  # fmt: skip
        else:
            yield from (event for event in self._run_events() if event.position > after)

    def _votes(self, after: int) -> Iterator[StoredEvent]:
        while batch := events_after(
            tenant=self.tenant, position=after, until=self.position, limit=_BATCH, types=_VOTE_TYPES
        ):
            yield from (event for event in batch if self._is_counted(event))
            after = batch[-1].position

    def _is_counted(self, event: StoredEvent) -> bool:
        """Ask the fold itself: what it counts for the model on the board, and nothing else."""
        counts = Counts()
        counts.add([event])
        return any(
            pair.board == self.board and self.model in (pair.model_a, pair.model_b)
            for pair in counts.pairs
        )

    def _run_events(self) -> list[StoredEvent]:
        """Return the public events of the runs: what is private of a run stays with its owner."""
        found = [
            event
            for run_id in self.runs
            for event in benchmarks.queries.runs.history(tenant=self.tenant, run_id=run_id)
            if event.type in PUBLIC_TYPES and event.position <= self.position
        ]
        return sorted(found, key=lambda event: event.position)

    def public(self, events: list[StoredEvent]) -> list[PublicEvent]:
        """Return events with their hashes, without their private fields."""
        positions = [event.position for event in events]
        chain = digests(tenant=self.tenant, positions=positions)
        return public_events(stored=events, digests=chain)

    def pairs(self, *, is_past: bool) -> list[PairRow]:
        """Return the counts that the model's votes were folded into, one row an ordered pair."""
        if self.ground != "votes":
            return []
        if is_past:
            counts = voting.queries.counts_as_of(tenant=self.tenant, position=self.position)
            rows = pair_rows(counts, self.board)
        else:
            rows = voting.queries.pair_counts(tenant=self.tenant, board=self.board).rows
        return [row for row in rows if self.model in (row.model_a, row.model_b)]


def evidence_of(
    *, tenant: Tenant, table: BoardTable, row: Row, column: Column, is_past: bool
) -> Evidence:
    """Return what a cell rests on."""
    cell = row["cells"][column.key]
    ground = _ground(cell, column)
    runs: tuple[UUID, ...] = ()
    if ground == "runs":
        speeds = (
            benchmarks.queries.catalogue_as_of(tenant=tenant, position=table.position).speeds
            if is_past
            else benchmarks.queries.measured_speeds(tenant=tenant)
        )
        speed = speeds.get(row["key"].partition(":")[2])
        runs = speed.run_ids if speed else ()
    return Evidence(
        tenant=tenant,
        board=table.info.slug,
        model=row["model"]["slug"],
        position=table.position,
        ground=ground,
        claim=cell["position"],
        runs=runs,
    )


def _ground(cell: Cell, column: Column) -> Ground:
    if cell["position"] is not None:
        return "claim"
    if cell["counted"] == "runs":
        return "runs"
    return "votes" if column.dimension in _OF_VOTES else "nothing"
