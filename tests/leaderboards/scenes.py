"""Boards with votes and claims, made through commands as a user would."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_models, state_external_value
from benchmarks.events import METRIC_UNITS, ExternalValueStated, Metric
from voting.commands import NewVote, open_board, record_vote, record_votes
from voting.events import VoteRecorded, Winner

ACTOR = "test"
FIRST_VOTE_AT = datetime(2026, 1, 1, tzinfo=UTC)


def open_text_board(tenant: Tenant, *, slug: str = "text") -> str:
    """Open a board and return its slug."""
    open_board(
        tenant=tenant,
        slug=slug,
        name=slug.title(),
        question="Which answer do people prefer?",
        licence="CC-BY-4.0",
        attribution="",
        actor=ACTOR,
    )
    return slug


def models(tenant: Tenant, *names: str) -> list[str]:
    """Register models and return their slugs."""
    slugs = register_models(tenant=tenant, names=names, actor=ACTOR)
    return [slugs[name] for name in names]


def vote(
    tenant: Tenant, model_a: str, model_b: str, winner: Winner = "model_a", *, board: str = "text"
) -> int:
    """Record one vote and return its position."""
    return record_vote(
        tenant=tenant,
        board=board,
        model_a=model_a,
        model_b=model_b,
        winner=winner,
        actor=ACTOR,
        event_id=uuid.uuid4(),
        voted_at=FIRST_VOTE_AT,
    ).position


def league(
    tenant: Tenant, *, board: str = "text", size: int = 4, votes_per_pair: int = 12
) -> list[str]:
    """Open a board on which the model before beats the one after 2 to 1; return the slugs."""
    open_text_board(tenant, slug=board)
    slugs = models(tenant, *(f"Model {number:03}" for number in range(size)))
    outcomes: list[Winner] = ["model_a", "model_a", "model_b"]
    votes = [
        NewVote(
            uuid.uuid4(),
            VoteRecorded(
                board=board,
                model_a=stronger,
                model_b=weaker,
                winner=outcomes[number % 3],
                voted_at=FIRST_VOTE_AT + timedelta(minutes=number),
            ),
        )
        for stronger, weaker in itertools.pairwise(slugs)
        for number in range(votes_per_pair)
    ]
    record_votes(tenant=tenant, votes=votes, actor=ACTOR)
    return slugs


def claim(
    tenant: Tenant,
    deployment: str,
    metric: Metric,
    value: float | None,
    *,
    note: str = "",
    source_name: str = "An article",
    stated_on: date = date(2026, 5, 1),
) -> None:
    """State a value of somebody else's for a deployment."""
    state_external_value(
        tenant=tenant,
        value=ExternalValueStated(
            deployment_slug=deployment,
            metric=metric,
            value=value,
            unit=METRIC_UNITS[metric],
            note=note,
            source_name=source_name,
            source_url="https://example.org/article",
            stated_on=stated_on,
        ),
        actor=ACTOR,
    )


def deployment(tenant: Tenant, model: str) -> str:
    """Register a deployment of a model on one machine of its user."""
    return register_deployment(
        tenant=tenant,
        model_slug=model,
        actor=ACTOR,
        quantization="FP8",
        hardware="DGX Spark",
        node_count=2,
        operator="self-hosted",
    )
