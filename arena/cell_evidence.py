"""The events that one cell of a board rests on, each once, in the order of the log."""

from dataclasses import dataclass
from typing import Final

import benchmarks.queries
import voting.queries
from arena.api.public_events import PUBLIC_TYPES, PublicEvent, public_events
from arena.eventstore.queries import digests, events_at, events_naming
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from leaderboards.grounds import Grounds
from voting.counting import Counts

SCANNED_MAX: Final = 500_000
"""Positions that the database looks at for one page or file, in a second."""
READ_MAX: Final = 20_000
"""Votes of the model that are read for one page or file: not all count on a part of a board."""
_BATCH: Final = 500
_WINDOW: Final = 5_000
_VOTE_TYPES: Final = frozenset(event.__name__ for event in voting.queries.VOTE_EVENTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidencePage:
    """Some events of a cell; the next ones stand after `following`, None where none can be."""

    events: list[StoredEvent]
    following: int | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one cell rests on, up to `position`."""

    tenant: Tenant
    board: str
    model: str
    position: int
    grounds: Grounds

    def page(self, *, after: int, size: int) -> EvidencePage:
        """Return so many events after a position, and where the next ones are to be looked for."""
        if self.grounds.kind == "votes":
            return self._votes(after, size)
        found = [event for event in self._single() if event.position > after]
        following = found[size - 1].position if len(found) > size else None
        return EvidencePage(events=found[:size], following=following)

    def _votes(self, after: int, size: int) -> EvidencePage:
        found: list[StoredEvent] = []
        until, read, window = min(self.position, after + SCANNED_MAX), 0, _WINDOW
        while after < until and read < READ_MAX:
            high = min(until, after + window)
            batch = self._naming(after, high)
            for event in filter(self._is_counted, batch):
                if len(found) == size:
                    return EvidencePage(events=found, following=found[-1].position)
                found.append(event)
            read += len(batch)
            # A wide search is quick where little is found, and slow to repeat where much is.
            if len(batch) == _BATCH:
                after, window = batch[-1].position, _WINDOW
            else:
                after, window = high, window * 10
        return EvidencePage(events=found, following=after if after < self.position else None)

    def _naming(self, after: int, until: int) -> list[StoredEvent]:
        """Return votes with the model that stand on the board or on one that it is a part of."""
        return events_naming(
            tenant=self.tenant,
            position=after,
            until=until,
            limit=_BATCH,
            types=_VOTE_TYPES,
            having=("board", voting.queries.opened(self.board)),
            naming=(("model_a", "model_b"), self.model),
        )

    def _is_counted(self, event: StoredEvent) -> bool:
        """Ask the fold itself: what it counts for the model on the board, and nothing else."""
        counts = Counts()
        counts.add([event])
        return any(
            pair.board == self.board and self.model in (pair.model_a, pair.model_b)
            for pair in counts.pairs
        )

    def _single(self) -> list[StoredEvent]:
        """Return stated events, and of runs those that are public: the rest is their owner's."""
        found = {
            event.position: event
            for event in events_at(
                tenant=self.tenant, positions=self.grounds.positions, types=PUBLIC_TYPES
            )
        }
        for run in self.grounds.runs:
            for event in benchmarks.queries.runs.history(tenant=self.tenant, run_id=run.run_id):
                if event.type in PUBLIC_TYPES and event.position <= self.position:
                    found[event.position] = event
        return [found[position] for position in sorted(found)]

    def public(self, events: list[StoredEvent]) -> list[PublicEvent]:
        """Return events with their hashes, without their private fields."""
        positions = [event.position for event in events]
        chain = digests(tenant=self.tenant, positions=positions)
        return public_events(stored=events, digests=chain)
