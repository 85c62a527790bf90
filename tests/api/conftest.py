"""Two arenas with the same boards, models, claims and votes, and clients with keys."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from arena.accounts.commands.api_keys import create_api_key
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_models, state_external_value
from benchmarks.events import ExternalValueStated
from tests.leaderboards.scenes import rank_everybody
from voting.commands import open_board, record_vote, set_rating_policy
from voting.events import Winner

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

MODELS = ("Alpha", "Beta", "Gamma", "Delta")
WINNERS: tuple[Winner, ...] = ("model_a", "model_b", "tie", "both_bad")
Advance = Callable[[Tenant], None]


@dataclass(frozen=True)
class Keys:
    """Raw keys of one arena, by what they may do."""

    vote: str
    read: str


def furnish(tenant: Tenant) -> None:
    """Fill an arena with two boards, four models, a claim and twenty-four votes."""
    for slug in ("code", "text"):
        open_board(
            tenant=tenant,
            slug=slug,
            name=slug.title(),
            question=f"Which model answers {slug} better?",
            licence="CC-BY-4.0",
            attribution="The voters",
            actor="test",
        )
        set_rating_policy(tenant=tenant, policy=rank_everybody(slug), actor="test")
    register_models(tenant=tenant, names=MODELS, actor="test")
    deployment = register_deployment(
        tenant=tenant, model_slug="alpha", quantization="Q4", operator="self-hosted", actor="test"
    )
    claim = ExternalValueStated(
        deployment_slug=deployment,
        metric="decode_tokens_per_second",
        value=42.5,
        unit="tok/s",
        source_name="A magazine",
        stated_on=date(2026, 11, 1),
    )
    state_external_value(tenant=tenant, value=claim, actor="test")
    for number in range(24):
        record_vote(
            tenant=tenant,
            board="text",
            model_a=MODELS[number % 4].lower(),
            model_b=MODELS[(number + 1 + number // 8) % 4].lower(),
            winner=WINNERS[number * 7 % 4],
            voter=f"pseudonym-{number % 3}",
            actor="test",
            event_id=uuid.uuid4(),
        )


@pytest.fixture
def arena(tenant: Tenant, advance_all: Advance) -> Tenant:
    """Return the public arena with data."""
    furnish(tenant)
    advance_all(tenant)
    return tenant


@pytest.fixture
def private_arena(other_tenant: Tenant, advance_all: Advance) -> Tenant:
    """Return the private arena with the same data."""
    furnish(other_tenant)
    advance_all(other_tenant)
    return other_tenant


def make_keys(tenant: Tenant) -> Keys:
    """Make one key for each scope that the interface knows."""
    return Keys(
        *(
            create_api_key(tenant=tenant, by=None, name=scope, scopes=[scope]).raw
            for scope in ("vote", "read")
        )
    )


@pytest.fixture
def keys(arena: Tenant) -> Keys:
    """Return keys of the public arena."""
    return make_keys(arena)


@pytest.fixture
def private_keys(private_arena: Tenant) -> Keys:
    """Return keys of the private arena."""
    return make_keys(private_arena)


def bearer(raw: str) -> dict[str, str]:
    """Return the header that carries a key."""
    return {"Authorization": f"Bearer {raw}"}


VOTE = {"board": "text", "model_a": "alpha", "model_b": "beta", "winner": "model_a"}


def post_vote(
    client: Client, key: str, body: object = VOTE, *, idempotency_key: str | None = None
) -> "_MonkeyPatchedWSGIResponse":
    """Post a vote, under a fresh Idempotency-Key unless one is given."""
    return client.post(
        "/api/v1/votes",
        body,
        content_type="application/json",
        headers={**bearer(key), "Idempotency-Key": idempotency_key or str(uuid.uuid4())},
    )
