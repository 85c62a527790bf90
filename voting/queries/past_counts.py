"""Count the votes up to a moment, from the events themselves."""

from typing import Final

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from voting.counting import ALIKE_BY, EVENTS, Counts
from voting.events import VoteRecorded
from voting.fielded import of_filed

_OF_BATTLES: Final = tuple(event.__name__ for event in EVENTS if event is not VoteRecorded)


def battle_votes_as_of(*, tenant: Tenant, position: int, most: int) -> int:
    """Return how many events `counts_as_of` counts one by one, `most` where there are more."""
    return reader.count_of_types(tenant_id=tenant.pk, types=_OF_BATTLES, until=position, most=most)


def counts_as_of(*, tenant: Tenant, position: int) -> Counts:
    """Count the votes of every board up to a position, from the events themselves.

    Recorded votes are counted alike ones at once, votes in battles one by one.
    """
    counts = Counts()
    counts.add_alike(
        reader.read_alike(
            tenant_id=tenant.pk, kind=VoteRecorded, until=position, by=ALIKE_BY, greatest="voted_at"
        )
    )
    after = 0
    while batch := reader.read_after(
        tenant_id=tenant.pk, position=after, until=position, types=_OF_BATTLES
    ):
        counts.add(batch, of_filed(tenant_id=tenant.pk, events=batch))
        after = batch[-1].position
    return counts
