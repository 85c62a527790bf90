"""Everything a board is computed from, read once a rebuild from the apps below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ExternalValueInfo, ModelInfo
from leaderboards.ratings import Fit, PairCounts, fit
from voting.queries import PairRow

PROJECTIONS = ("boards", "pair_counts", "models", "deployments", "external_values")
"""The projections read here: a board is as old as the one that is furthest behind."""

_COUNTED = ("wins_a", "wins_b", "ties", "both_bad")


class Subject(NamedTuple):
    """What one row is about: a model, in one deployment where one is known."""

    model: str
    deployment: str | None


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The inputs of one board; models and deployments by slug."""

    tenant: Tenant
    board: str
    fit: Fit
    votes: Mapping[str, int]
    """Counted votes a model took part in on this board; only models that have any."""
    last_vote_at: Mapping[str, datetime]
    vote_count: int
    models: Mapping[str, ModelInfo]
    deployments: Mapping[str, DeploymentInfo]
    claims: Mapping[tuple[str, str], ExternalValueInfo]
    """The newest claim by (deployment, metric)."""


def read(*, tenant: Tenant, board: str) -> Sources:
    """Read and fit; raises voting.queries.UnknownBoard."""
    rows = voting.queries.pair_counts(tenant=tenant, board=board).rows
    votes: dict[str, int] = {}
    last_vote_at: dict[str, datetime] = {}
    for row in rows:
        for model in (row.model_a, row.model_b):
            votes[model] = votes.get(model, 0) + _votes(row)
            last_vote_at[model] = max(row.last_vote_at, last_vote_at.get(model, row.last_vote_at))
    return Sources(
        tenant=tenant,
        board=board,
        fit=fit(counts(rows)),
        votes=votes,
        last_vote_at=last_vote_at,
        vote_count=sum(map(_votes, rows)),
        models={model.slug: model for model in benchmarks.queries.models(tenant=tenant)},
        deployments={item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)},
        claims=newest(benchmarks.queries.external_values(tenant=tenant)),
    )


def counts(rows: Iterable[PairRow]) -> PairCounts:
    """The counts of a fit. Sorted, because sums of floats depend on their order."""
    ordered = sorted(rows, key=lambda row: (row.model_a, row.model_b))
    models = tuple(sorted({model for row in ordered for model in (row.model_a, row.model_b)}))
    index = {model: number for number, model in enumerate(models)}
    return PairCounts(
        models=models,
        a=np.array([index[row.model_a] for row in ordered], dtype=np.int64),
        b=np.array([index[row.model_b] for row in ordered], dtype=np.int64),
        **{
            name: np.array([getattr(row, name) for row in ordered], dtype=np.int64)
            for name in _COUNTED
        },
    )


def newest(values: Iterable[ExternalValueInfo]) -> dict[tuple[str, str], ExternalValueInfo]:
    """Per deployment and metric the claim stated last, whoever stated it."""
    result: dict[tuple[str, str], ExternalValueInfo] = {}
    for value in sorted(values, key=lambda value: (value.stated_on, value.position)):
        result[value.deployment_slug, value.metric] = value
    return result


def _votes(row: PairRow) -> int:
    return row.wins_a + row.wins_b + row.ties + row.both_bad
