"""Everything a board is computed from, read once a rebuild from the apps below."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import (
    DeploymentInfo,
    ExternalValueInfo,
    MeasuredPoint,
    MeasuredSpeed,
    ModelInfo,
    PastCatalogue,
    PointReading,
)
from benchmarks.sovereignty import Assessment, default_profile
from leaderboards import build_votes
from leaderboards.board_fit import BoardFit, fit_board
from leaderboards.build_scores import BuildVotes
from leaderboards.cost import facts as cost_facts
from leaderboards.cost.facts import CostFacts
from leaderboards.quality import facts as quality_facts
from leaderboards.quality.facts import Scores
from leaderboards.quality.figures import Preferences
from leaderboards.ratings import Fit
from voting.counting import Counts
from voting.queries import BoardInfo, PairRow, StyledRow

PROJECTIONS = (
    "boards", "contestants", "pair_counts", "models", "deployments", "external_values",
    "seed_claims", "runs", "deployment_prices", "deployment_power", "hardware_prices",
    "sovereignty_facts", "model_facts", "scores",
)  # fmt: skip
"""The projections read here: a board is of the position that all of them are the fold of."""


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
    preferences: Mapping[str, Preferences]
    """How often people preferred each model on this board, and how often not."""
    last_vote_at: Mapping[str, datetime]
    vote_count: int
    models: Mapping[str, ModelInfo]
    deployments: Mapping[str, DeploymentInfo]
    claims: Mapping[tuple[str, str], ExternalValueInfo]
    """The newest claim by (deployment, metric)."""
    speeds: Mapping[str, MeasuredSpeed]
    """Of the published runs of each deployment that has any."""
    points: Mapping[str, Sequence[MeasuredPoint]]
    """What those and other runs that count measured of each deployment, at the points asked for."""
    scores: Scores
    """On suites, of deployments and of models."""
    costs: Mapping[str, CostFacts]
    """What is on record about the costs of each deployment."""
    sovereignty: Mapping[str, Assessment]
    """For the default profile, today, of each deployment that has a reviewed fact."""
    boards_of: Mapping[str, set[str]]
    """The boards on which each deployment battles."""
    battle_board: str
    """Whose battles give the votes: this board, or the one that it is a part of."""
    pairs: Sequence[PairRow]
    """The counts that the board was fitted from."""
    lists_claims: bool
    """Whether models that have nothing but claims or runs stand on this board, too."""

    @property
    def fit(self) -> Fit:
        """Return the ratings of the board, those with too few votes included."""
        return self.board_fit.fit


def read(*, tenant: Tenant, board: str, readings: Iterable[PointReading]) -> Sources:
    """Read and fit, `readings` what columns want of runs; raises voting.queries.UnknownBoard."""
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    deployments = {item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)}
    return _of(
        tenant,
        voting.queries.board(tenant=tenant, slug=board),
        rows=voting.queries.pair_counts(tenant=tenant, board=board).rows,
        styled=voting.queries.styled_counts(tenant=tenant, board=board),
        of_builds=build_votes.read(tenant=tenant, board=board, deployments=deployments),
        models={model.slug: model for model in benchmarks.queries.models(tenant=tenant)},
        deployments=deployments,
        speeds=speeds,
        points=benchmarks.queries.measured_points(tenant=tenant, readings=readings),
        scores=quality_facts.of_records(benchmarks.queries.scores(tenant=tenant)),
        costs=cost_facts.read(tenant=tenant, speeds=speeds),
        sovereignty=benchmarks.queries.sovereignty.assessments(
            tenant=tenant, profile=default_profile(), on=today()
        ),
        boards_of=voting.queries.boards_of_deployments(tenant=tenant),
        values=[
            *benchmarks.queries.external_values(tenant=tenant),
            *benchmarks.queries.seed_values(tenant=tenant),
        ],
    )


def read_as_of(
    *,
    tenant: Tenant,
    board: str,
    past: PastCatalogue,
    counts: Counts,
    position: int,
    on: date,
    readings: Iterable[PointReading],
) -> Sources:
    """Read from the log itself what `read` gave at a position on a day, and fit.

    `past` is the catalogue at that position, `counts` are the votes up to there. Raises
    voting.queries.UnknownBoard when the board was not open then, or the part of one had no vote.
    """
    info = voting.queries.board_as_of(tenant=tenant, slug=board, position=position)
    rows = pair_rows(counts, board)
    if info.part is not None and not rows:
        raise voting.queries.UnknownBoard(f"no vote counted on {board!r} at position {position}")
    return _of(
        tenant,
        info,
        rows=rows,
        styled=styled_rows(counts, board),
        of_builds=build_votes.of_counts(counts, board=board, deployments=past.deployments),
        models=past.models,
        deployments=past.deployments,
        speeds=past.speeds,
        # A run's points are never measured again once it is complete, so they need no past.
        points=benchmarks.queries.measured_points(
            tenant=tenant, readings=readings, runs=past.counted_runs
        ),
        scores=quality_facts.of_records(past.scores),
        costs=cost_facts.of_records(
            past.deployments.values(),
            prices=past.prices(on=on),
            power=past.power,
            bought=past.hardware_prices,
            speeds=past.speeds,
            points=benchmarks.queries.headlines(tenant=tenant, speeds=past.speeds),
        ),
        sovereignty=benchmarks.queries.sovereignty.assessed(
            past.facts, profile=default_profile(), on=on
        ),
        boards_of=voting.queries.boards_of_deployments_as_of(tenant=tenant, position=position),
        values=past.values,
    )


def pair_rows(counts: Counts, board: str) -> list[PairRow]:
    """The counts of one board per pair, as `voting.queries.pair_counts` gives them."""
    return [
        PairRow(pair.model_a, pair.model_b, *_four(votes), counts.last_vote_at(pair))
        for pair, votes in sorted(counts.pairs.items())
        if pair.board == board and any(votes)
    ]


def styled_rows(counts: Counts, board: str) -> list[StyledRow]:
    """The counts of one board per pair and style, as `voting.queries.styled_counts` gives them.

    A stratum that every vote has left keeps its row, as it does in the table.
    """
    return [
        StyledRow(pair.model_a, pair.model_b, pair.stratum, *_four(votes))
        for pair, votes in sorted(counts.styled.items())
        if pair.board == board
    ]


def _of(
    tenant: Tenant,
    info: BoardInfo,
    *,
    rows: Sequence[PairRow],
    styled: Sequence[StyledRow],
    of_builds: Sequence[BuildVotes],
    models: Mapping[str, ModelInfo],
    deployments: Mapping[str, DeploymentInfo],
    speeds: Mapping[str, MeasuredSpeed],
    points: Mapping[str, Sequence[MeasuredPoint]],
    scores: Scores,
    costs: Mapping[str, CostFacts],
    sovereignty: Mapping[str, Assessment],
    boards_of: Mapping[str, set[str]],
    values: Iterable[ExternalValueInfo],
) -> Sources:
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
        board=info.slug,
        board_fit=fit_board(
            rows, styled, of_builds, policy=info.policy, makers=makers(models.values())
        ),
        votes=votes,
        both_bad=both_bad,
        preferences=preferences(rows),
        last_vote_at=last_vote_at,
        vote_count=sum(map(_votes, rows)),
        models=models,
        deployments=deployments,
        speeds=speeds,
        points=points,
        scores=scores,
        costs=costs,
        sovereignty=sovereignty,
        boards_of=boards_of,
        battle_board=info.part.board if info.part else info.slug,
        claims=newest(values),
        pairs=rows,
        # Claims belong to no board: without this rule they would fill every category and language.
        lists_claims=info.slug == voting.queries.boards(tenant=tenant)[0].slug,
    )


def fingerprint(*, tenant: Tenant, info: BoardInfo) -> str:
    """Text that changes with every event that could change a row of the board, and every day."""
    catalogue = benchmarks.queries.last_change(tenant=tenant)
    votes = voting.queries.vote_count(tenant=tenant, board=info.slug)
    battling = voting.queries.contestants_position(tenant=tenant)
    # The day, too: a price may hold from today on that was stated long ago.
    return f"{today()} {votes.position} {info.policy.position} {battling} {catalogue}"


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


def preferences(rows: Iterable[PairRow]) -> dict[str, Preferences]:
    """What people preferred in the battles of each model; both bad is no preference."""
    totals: dict[str, list[int]] = {}
    for row in rows:
        for model, won, lost in (
            (row.model_a, row.wins_a, row.wins_b),
            (row.model_b, row.wins_b, row.wins_a),
        ):
            total = totals.setdefault(model, [0, 0, 0])
            for index, count in enumerate((won, row.ties, lost)):
                total[index] += count
    return {
        model: Preferences(wins=wins, ties=ties, losses=losses)
        for model, (wins, ties, losses) in totals.items()
    }


def _votes(row: PairRow) -> int:
    return row.wins_a + row.wins_b + row.ties + row.both_bad


def _four(votes: Sequence[int]) -> tuple[int, int, int, int]:
    wins_a, wins_b, ties, both_bad = votes
    return wins_a, wins_b, ties, both_bad
