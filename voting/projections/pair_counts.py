"""Fold votes into counts per board and ordered pair."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from voting.events import VoteRecorded
from voting.models import PairCount

_OUTCOMES = {"model_a": 0, "model_b": 1, "tie": 2, "both_bad": 3}
# One statement a batch: per-row writes would make a rebuild fifty times slower.
_ADD = """
INSERT INTO voting_paircount AS t
    (tenant_id, board, model_a, model_b, wins_a, wins_b, ties, both_bad, last_vote_at)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                         %s::bigint[], %s::bigint[], %s::timestamptz[])
ON CONFLICT (tenant_id, board, model_a, model_b) DO UPDATE SET
    wins_a = t.wins_a + excluded.wins_a, wins_b = t.wins_b + excluded.wins_b,
    ties = t.ties + excluded.ties, both_bad = t.both_bad + excluded.both_bad,
    last_vote_at = greatest(t.last_vote_at, excluded.last_vote_at)
"""

_Pair = tuple[str, str, str]


@projection(name="pair_counts", events=[VoteRecorded], tables=[PairCount])
def fold_pair_counts(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Count the votes whose models were hidden, per board and ordered pair."""
    counts: dict[_Pair, list[int]] = {}
    recorded: dict[_Pair, datetime] = {}
    cast: dict[_Pair, str] = {}
    for stored in events:
        vote = _vote(stored)
        if not vote["anonymous"]:
            continue
        pair = (vote["board"], vote["model_a"], vote["model_b"])
        if pair not in counts:
            counts[pair] = [0, 0, 0, 0]
        counts[pair][_OUTCOMES[vote["winner"]]] += 1
        if voted_at := vote["voted_at"]:
            # Stored times are UTC of one width, so their texts sort as they do.
            cast[pair] = max(cast.get(pair, ""), voted_at)
        else:
            recorded[pair] = max(recorded.get(pair, stored.recorded_at), stored.recorded_at)
    if counts:
        _add(tenant, counts, {pair: _latest(pair, recorded, cast) for pair in counts})


def _vote(stored: StoredEvent) -> dict[str, Any]:
    """Return the stored values of a vote; typed events would make a rebuild a third slower."""
    if stored.type_version == VoteRecorded.VERSION:
        return stored.data
    return VoteRecorded.upcast(stored.data, stored.type_version)


def _latest(pair: _Pair, recorded: dict[_Pair, datetime], cast: dict[_Pair, str]) -> datetime:
    times = [recorded[pair]] if pair in recorded else []
    if pair in cast:
        times.append(datetime.fromisoformat(cast[pair]))
    return max(times)


def _add(tenant: Tenant, counts: dict[_Pair, list[int]], latest: dict[_Pair, datetime]) -> None:
    pairs = [list(column) for column in zip(*counts, strict=True)]
    numbers = [list(column) for column in zip(*counts.values(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [tenant.pk, *pairs, *numbers, list(latest.values())])
