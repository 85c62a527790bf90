"""The events that one cell of a board rests on, each once, in the order of the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import benchmarks.queries
import voting.queries
from arena.api.public_events import PUBLIC_TYPES, PublicEvent, public_events
from arena.eventstore.queries import digests, events_after, events_at
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from leaderboards.grounds import Grounds
from voting.counting import Counts

_BATCH: Final = 1_000
_VOTE_TYPES: Final = frozenset(event.__name__ for event in voting.queries.VOTE_EVENTS)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one cell rests on, up to `position`."""

    tenant: Tenant
    board: str
    model: str
    position: int
    grounds: Grounds

    def events(self, *, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the events after a position, a batch in memory at a time."""
        if self.grounds.kind == "votes":
            yield from self._votes(after)
        else:
            yield from (event for event in self._single() if event.position > after)

    def _votes(self, after: int) -> Iterator[StoredEvent]:
        while batch := events_after(
            tenant=self.tenant, position=after, until=self.position, limit=_BATCH, types=_VOTE_TYPES
        ):
            yield from (event for event in batch if self._is_counted(event))
            after = batch[-1].position

    def _is_counted(self, event: StoredEvent) -> bool:
        """Ask the fold itself: what it counts for the model on the board, and nothing else."""
        if self.model not in (event.data["model_a"], event.data["model_b"]):
            return False
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
