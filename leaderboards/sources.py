"""Everything a board is computed from, read once a rebuild from the apps below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ExternalValueInfo, MeasuredSpeed, ModelInfo
from benchmarks.sovereignty import Assessment, default_profile
from leaderboards.board_fit import BoardFit, fit_board
from leaderboards.cost import facts as cost_facts
from leaderboards.cost.facts import CostFacts
from leaderboards.ratings import Fit
from voting.queries import BoardInfo, PairRow

PROJECTIONS = (
    "boards", "pair_counts", "models", "deployments", "external_values", "seed_claims", "runs",
    "deployment_prices", "deployment_power", "hardware_prices", "sovereignty_facts", "model_facts",
)  # fmt: skip
"""The projections read here: a board is as old as the one that is furthest behind."""


class Subject(NamedTuple):
    """What one row is about: a model, in one deployment where one is known."""

    model: str
    deployment: str | None


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The inputs of one board; models and deployments by slug."""

    tenant: Tenant
    board: str
    board_fit: BoardFit
    votes: Mapping[str, int]
    """Counted votes a model took part in on this board; only models that have any."""
    both_bad: Mapping[str, int]
    """Those of its votes in which neither answer was any good."""
    last_vote_at: Mapping[str, datetime]
    vote_count: int
    models: Mapping[str, ModelInfo]
    deployments: Mapping[str, DeploymentInfo]
    claims: Mapping[tuple[str, str], ExternalValueInfo]
    """The newest claim by (deployment, metric)."""
    speeds: Mapping[str, MeasuredSpeed]
    """Of the published runs of each deployment that has any."""
    costs: Mapping[str, CostFacts]
    """What is on record about the costs of each deployment."""
    sovereignty: Mapping[str, Assessment]
    """For the default profile, today, of each deployment that has a reviewed fact."""
    boards_of: Mapping[str, set[str]]
    """The boards on which each deployment battles."""
    lists_claims: bool
    """Whether models that have nothing but claims or runs stand on this board, too."""

    @property
    def fit(self) -> Fit:
        """Return the ratings of the board, those with too few votes included."""
        return self.board_fit.fit


def read(*, tenant: Tenant, board: str) -> Sources:
    """Read and fit; raises voting.queries.UnknownBoard."""
    info = voting.queries.board(tenant=tenant, slug=board)
    rows = voting.queries.pair_counts(tenant=tenant, board=board).rows
    models = {model.slug: model for model in benchmarks.queries.models(tenant=tenant)}
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    votes: dict[str, int] = {}
    both_bad: dict[str, int] = {}
    last_vote_at: dict[str, datetime] = {}
    for row in rows:
        for model in (row.model_a, row.model_b):
            votes[model] = votes.get(model, 0) + _votes(row)
            both_bad[model] = both_bad.get(model, 0) + row.both_bad
            last_vote_at[model] = max(row.last_vote_at, last_vote_at.get(model, row.last_vote_at))
    return Sources(
        tenant=tenant,
        board=board,
        board_fit=fit_board(
            rows,
            voting.queries.styled_counts(tenant=tenant, board=board),
            policy=info.policy,
            makers=makers(models.values()),
        ),
        votes=votes,
        both_bad=both_bad,
        last_vote_at=last_vote_at,
        vote_count=sum(map(_votes, rows)),
        models=models,
        deployments={item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)},
        speeds=speeds,
        costs=cost_facts.read(tenant=tenant, speeds=speeds),
        sovereignty=benchmarks.queries.sovereignty.assessments(
            tenant=tenant, profile=default_profile(), on=today()
        ),
        boards_of=voting.queries.boards_of_deployments(tenant=tenant),
        claims=newest(
            [
                *benchmarks.queries.external_values(tenant=tenant),
                *benchmarks.queries.seed_values(tenant=tenant),
            ]
        ),
        # Claims belong to no board: without this rule they would fill every category and language.
        lists_claims=info.slug == voting.queries.boards(tenant=tenant)[0].slug,
    )


def fingerprint(*, tenant: Tenant, info: BoardInfo) -> str:
    """Text that changes with every event that could change a row of the board, and every day."""
    catalogue = benchmarks.queries.last_change(tenant=tenant)
    votes = voting.queries.vote_count(tenant=tenant, board=info.slug)
    # The day, too: a price may hold from today on that was stated long ago.
    return f"{today()} {votes.position} {info.policy.position} {catalogue}"


def today() -> date:
    """The day, UTC, on which facts about sovereignty are believed or have expired."""
    return timezone.now().date()


def is_of_today(inputs: str) -> bool:
    """Whether a fingerprint was taken today."""
    return inputs.startswith(f"{today()} ")


def makers(models: Iterable[ModelInfo]) -> dict[str, str]:
    """The maker of each model that has a known one."""
    return {model.slug: model.developer for model in models if model.developer}


def newest(values: Iterable[ExternalValueInfo]) -> dict[tuple[str, str], ExternalValueInfo]:
    """Per deployment and metric the claim stated last, whoever stated it."""
    result: dict[tuple[str, str], ExternalValueInfo] = {}
    for value in sorted(values, key=lambda value: (value.stated_on, value.position)):
        result[value.deployment_slug, value.metric] = value
    return result


def _votes(row: PairRow) -> int:
    return row.wins_a + row.wins_b + row.ties + row.both_bad
