"""Boards with votes and claims, made through commands as a user would."""

import itertools
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_models, state_external_value
from benchmarks.events import METRIC_UNITS, ExternalValueStated, Metric
from voting.commands import NewVote, open_board, record_vote, record_votes, set_rating_policy
from voting.events import RatingPolicySet, VoteRecorded, Winner

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
    set_rating_policy(tenant=tenant, policy=rank_everybody(slug), actor=ACTOR)
    return slug


def rank_everybody(board: str) -> RatingPolicySet:
    """Return the policy of a board on which one vote is enough to be ranked."""
    return RatingPolicySet(
        board=board,
        ties="half",
        both_bad="half",
        reweight_below=None,
        preliminary_below=1,
        reason="few votes",
    )


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
    slugs = models(tenant, *names(size))
    outcomes: list[Winner] = ["model_a", "model_a", "model_b"]
    _record(
        tenant,
        board,
        (
            (stronger, weaker, outcomes[number % 3], number)
            for stronger, weaker in itertools.pairwise(slugs)
            for number in range(votes_per_pair)
        ),
    )
    return slugs


def tournament(tenant: Tenant, *, board: str = "text", size: int, rounds: int) -> list[str]:
    """Open a board on which every two models met `rounds` times; return the slugs, best first.

    The one further ahead wins the more often, the further ahead it is.
    """
    open_text_board(tenant, slug=board)
    slugs = models(tenant, *names(size))
    _record(
        tenant,
        board,
        (
            (slugs[a], slugs[b], "model_a" if (a + b + 5 * round_) % 8 < 4 + (b - a) * 4 / size
             else "model_b", round_)
            for a, b in itertools.combinations(range(size), 2)
            for round_ in range(rounds)
        ),
    )  # fmt: skip
    return slugs


def names(size: int) -> list[str]:
    """The names of the models of a league or a tournament."""
    return [f"Model {number:03}" for number in range(size)]


def _record(tenant: Tenant, board: str, outcomes: Iterable[tuple[str, str, Winner, int]]) -> None:
    votes = [
        NewVote(
            uuid.uuid4(),
            VoteRecorded(
                board=board,
                model_a=model_a,
                model_b=model_b,
                winner=winner,
                voted_at=FIRST_VOTE_AT + timedelta(minutes=minute),
            ),
        )
        for model_a, model_b, winner, minute in outcomes
    ]
    record_votes(tenant=tenant, votes=votes, actor=ACTOR)


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


def deployment(
    tenant: Tenant, model: str, *, quantization: str = "FP8", hardware: str = "DGX Spark"
) -> str:
    """Register a deployment of a model on two machines of its user."""
    return register_deployment(
        tenant=tenant,
        model_slug=model,
        actor=ACTOR,
        quantization=quantization,
        hardware=hardware,
        node_count=2,
        operator="self-hosted",
    )
