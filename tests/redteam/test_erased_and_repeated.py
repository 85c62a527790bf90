"""Erasing reaches Redis too, and the terms of a repeated request are never quietly the old ones."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from arena import redis_client
from arena.eventstore.domain import IdempotencyConflict
from arena.tenancy.models import Tenant
from tests import battles
from voting.commands import Prompt, erase_battle, start_battle
from voting.streaming import stream
from voting.streaming.turn import Turn

AdvanceAll = Callable[[Tenant], None]
SECRET = "what only the voter should read"


@pytest.fixture(autouse=True)
def _contestants(tenant: Tenant, advance_all: AdvanceAll) -> None:
    battles.contest(tenant, ["Wolf", "Heron"])
    advance_all(tenant)


@pytest.mark.django_db(transaction=True)
def test_erasing_a_battle_deletes_its_answers_from_redis_for_good(tenant: Tenant) -> None:
    battle_id = battles.started(tenant)
    turn = Turn(tenant=tenant, battle_id=battle_id, number=1, sides=("a", "b"), hides_speed=False)
    turn.sides["a"].add(SECRET)
    redis, key = redis_client.client(), stream.entries_key(tenant.pk, battle_id)

    def pass_on(*, begin: bool) -> None:
        pipeline = redis.pipeline(transaction=False)
        if begin:
            stream.add_begin(pipeline, turn)
        delta = turn.delta()
        assert delta is not None
        stream.add_delta(pipeline, turn, delta)
        pipeline.execute()

    pass_on(begin=True)
    held = str(redis.xrange(key))

    erase_battle(tenant=tenant, battle_id=battle_id, reason="erasure", actor=battles.ACTOR)
    # The process that answers has not heard of it yet.
    pass_on(begin=False)

    assert SECRET in held
    assert not redis.exists(key)


@pytest.mark.parametrize(
    "other",
    [
        {"terms": replace(battles.TERMS, publish_prompt=False)},
        {"prompt": Prompt(text="Why?", system="Answer in verse.")},
        {"mode": "direct", "deployments": ("wolf",)},
        {"board": "code"},
    ],
)
def test_the_same_id_with_other_terms_is_no_repetition(
    tenant: Tenant, other: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {
        "tenant": tenant, "battle_id": uuid.uuid4(), "board": "text", "mode": "battle",
        "voter": battles.VOTER, "prompt": Prompt(text="Why?"), "terms": battles.TERMS,
        "actor": battles.ACTOR,
    }  # fmt: skip
    first = start_battle(**facts)

    assert start_battle(**facts) == first
    with pytest.raises(IdempotencyConflict):
        start_battle(**facts | other)
