"""A board with battles in every state, made through commands; nobody calls a model."""

import uuid
from datetime import date
from typing import Final
from uuid import UUID

from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import (
    declare_power,
    price_deployment,
    register_deployment,
    register_model,
    state_external_value,
)
from benchmarks.events import METRIC_UNITS, ExternalValueStated
from tests.leaderboards import scenes
from voting import voters
from voting.commands import (
    Answer,
    Ballot,
    Prompt,
    Terms,
    cast_vote,
    enter_contestant,
    record_answers,
    start_battle,
    void_battle,
)
from voting.events import Mode, VoidReason, Winner
from workers.commands import register_endpoint

NAMES: Final = ("Wolf 7B", "Heron 3B")
TODAY: Final = date(2026, 1, 2)
ACTOR: Final = "test"


def contestants(tenant: Tenant, *, board: str = "text") -> list[str]:
    """Open a board on which two models battle; only the first has a price, power and a claim."""
    scenes.open_text_board(tenant, slug=board)
    first = deployment(
        tenant, NAMES[0], quantization="NVFP4", engine="vllm", hardware="GB10", node_count=2,
        operator="self-hosted",
    )  # fmt: skip
    price_deployment(
        tenant=tenant, deployment_slug=first, input_usd_micros_per_million_tokens=100_000,
        output_usd_micros_per_million_tokens=400_000, source_name="price list",
        effective_on=TODAY, actor=ACTOR,
    )  # fmt: skip
    declare_power(
        tenant=tenant, deployment_slug=first, watts=360, scope="wall", source_name="owner",
        stated_on=TODAY, actor=ACTOR,
    )  # fmt: skip
    claim = ExternalValueStated(
        deployment_slug=first, metric="sovereign", value=1.0, unit=METRIC_UNITS["sovereign"],
        note="", source_name="a study", source_url=None, stated_on=TODAY,
    )  # fmt: skip
    state_external_value(tenant=tenant, value=claim, actor=ACTOR)
    slugs = [first, deployment(tenant, NAMES[1])]
    for slug in slugs:
        enter_contestant(tenant=tenant, board=board, deployment_slug=slug, actor=ACTOR)
    return slugs


def deployment(tenant: Tenant, name: str, **facts: str | int) -> str:
    """Register a model and one deployment of it, and connect it."""
    model = register_model(tenant=tenant, name=name, actor=ACTOR)
    slug = register_deployment(
        tenant=tenant,
        model_slug=model,
        actor=ACTOR,
        **facts,  # type: ignore[arg-type]  # quantization, engine, hardware, node_count, operator
    )
    register_endpoint(
        tenant=tenant, deployment_slug=slug, base_url="https://models.example.org/v1",
        upstream_model="model", actor=ACTOR,
    )  # fmt: skip
    return slug


def browser(tenant: Tenant) -> tuple[Client, str]:
    """Return a browser that has a voter's number, and the voter's pseudonym."""
    voter, cookie = voters.new_voter(tenant=tenant)
    client = Client()
    client.cookies[voters.cookie_name(tenant)] = cookie
    return client, voter


def started(
    tenant: Tenant,
    voter: str,
    *,
    prompt: str = "Why is the sky blue?",
    mode: Mode = "battle",
    deployments: tuple[str, ...] = (),
) -> UUID:
    """Start a battle whose answers are still to come."""
    battle_id = uuid.uuid4()
    start_battle(
        tenant=tenant,
        battle_id=battle_id,
        board="text",
        mode=mode,
        voter=voter,
        prompt=Prompt(text=prompt),
        terms=Terms(
            consent_version=voters.CONSENT_VERSION,
            publish_prompt=False,
            speed_hidden=True,
            source="web",
        ),
        actor=voter,
        deployments=deployments,
    )
    return battle_id


def answered(
    tenant: Tenant,
    voter: str,
    *,
    a: str = "Left **answer**.",
    b: str = "Right answer.",
    mode: Mode = "battle",
    deployments: tuple[str, ...] = (),
) -> UUID:
    """Start a battle and give it complete answers of 101 tokens in 2 s, 250 ms to the first."""
    battle_id = started(tenant, voter, mode=mode, deployments=deployments)
    record_answers(
        tenant=tenant, battle_id=battle_id, turn=1, a=answer(a),
        b=None if mode == "direct" else answer(b), actor=ACTOR,
    )  # fmt: skip
    return battle_id


def answer(text: str, *, output_tokens: int | None = 101) -> Answer:
    """Return a complete answer."""
    return Answer(
        text=text,
        prompt_tokens=20,
        output_tokens=output_tokens,
        time_to_first_token_ms=250,
        generation_ms=2_000,
        finish_reason="stop",
    )


def voted(tenant: Tenant, voter: str, winner: Winner = "model_a") -> UUID:
    """Return a battle with this vote."""
    battle_id = answered(tenant, voter)
    cast_vote(
        tenant=tenant, battle_id=battle_id, voter=voter, ballot=Ballot(winner=winner), actor=voter
    )
    return battle_id


def void(tenant: Tenant, voter: str, reason: VoidReason) -> UUID:
    """Return a battle that side b made void."""
    battle_id = started(tenant, voter)
    void_battle(tenant=tenant, battle_id=battle_id, reason=reason, side="b", actor=ACTOR)
    return battle_id
