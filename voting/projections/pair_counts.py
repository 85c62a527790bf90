"""Fold votes into counts per board and ordered pair: of models, of styles, of deployments."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from voting.counting import EVENTS, Counts
from voting.fielded import of_filed
from voting.models import BoardVotes, DeploymentCount, PairCount, StyledCount

# One statement a batch: per-row writes would make a rebuild fifty times slower.
_ADD_PAIRS = """
INSERT INTO voting_paircount AS t
    (tenant_id, board, model_a, model_b, wins_a, wins_b, ties, both_bad, last_vote_at)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                         %s::bigint[], %s::bigint[], %s::timestamptz[])
ON CONFLICT (tenant_id, board, model_a, model_b) DO UPDATE SET
    wins_a = t.wins_a + excluded.wins_a, wins_b = t.wins_b + excluded.wins_b,
    ties = t.ties + excluded.ties, both_bad = t.both_bad + excluded.both_bad,
    last_vote_at = greatest(t.last_vote_at, excluded.last_vote_at)
"""
_ADD_STYLED = """
INSERT INTO voting_styledcount AS t
    (tenant_id, board, model_a, model_b, stratum, wins_a, wins_b, ties, both_bad)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                         %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (tenant_id, board, model_a, model_b, stratum) DO UPDATE SET
    wins_a = t.wins_a + excluded.wins_a, wins_b = t.wins_b + excluded.wins_b,
    ties = t.ties + excluded.ties, both_bad = t.both_bad + excluded.both_bad
"""
_ADD_FIELDED = """
INSERT INTO voting_deploymentcount AS t
    (tenant_id, board, deployment_a, deployment_b, wins_a, wins_b, ties, both_bad)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                         %s::bigint[], %s::bigint[])
ON CONFLICT (tenant_id, board, deployment_a, deployment_b) DO UPDATE SET
    wins_a = t.wins_a + excluded.wins_a, wins_b = t.wins_b + excluded.wins_b,
    ties = t.ties + excluded.ties, both_bad = t.both_bad + excluded.both_bad
"""
_ADD_BOARDS = """
INSERT INTO voting_boardvotes AS t (tenant_id, board, votes, position)
SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (tenant_id, board) DO UPDATE SET
    votes = t.votes + excluded.votes, position = excluded.position
"""


@projection(
    name="pair_counts",
    events=EVENTS,
    tables=[PairCount, StyledCount, DeploymentCount, BoardVotes],
)
def fold_pair_counts(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Count the votes whose models were hidden, per board and ordered pair."""
    counts = Counts()
    counts.add(events, of_filed(tenant_id=tenant.pk, events=events))
    if not counts.pairs:
        return
    votes = dict.fromkeys(counts.positions, 0)
    for pair, numbers in counts.pairs.items():
        votes[pair.board] += sum(numbers)
    latest = [counts.last_vote_at(pair) for pair in counts.pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD_PAIRS,
            [tenant.pk, *_columns(counts.pairs), *_columns(counts.pairs.values()), latest],
        )
        for statement, rows in ((_ADD_STYLED, counts.styled), (_ADD_FIELDED, counts.fielded)):
            if rows:
                cursor.execute(statement, [tenant.pk, *_columns(rows), *_columns(rows.values())])
        cursor.execute(
            _ADD_BOARDS,
            [tenant.pk, list(votes), list(votes.values()), list(counts.positions.values())],
        )


def _columns(rows: Collection[Any]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
