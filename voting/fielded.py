"""Which deployments answered in battles whose votes were filed anew."""

from collections.abc import Iterable
from typing import NamedTuple

from arena.eventstore import reader
from arena.eventstore.reader import StoredEvent
from voting.events import VoteCast, VoteRecategorised

_CAST = VoteCast.__name__
_FILED = VoteRecategorised.__name__


class Fielded(NamedTuple):
    """The deployments of one battle, by slug: left and right."""

    a: str
    b: str


def of_filed(*, tenant_id: int, events: Iterable[StoredEvent]) -> dict[str, Fielded]:
    """Return them by stream, for the battles whose votes are filed anew among the events.

    An event that files a vote anew does not repeat who answered: the vote itself, which stands
    before it in the same stream, does.
    """
    streams = {stored.stream for stored in events if stored.type == _FILED}
    if not streams:
        return {}
    return {
        stored.stream: Fielded(vote.deployment_a, vote.deployment_b)
        for history in reader.read_streams(tenant_id=tenant_id, streams=streams).values()
        for stored in history
        if stored.type == _CAST
        for vote in (reader.fact_of(stored, VoteCast),)
    }
