"""Rebuild equals advance, for every projection that is registered, on a log that uses them all."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db import models

from arena.eventstore import projection as projection_module
from arena.eventstore.projection import advance, projections, rebuild
from arena.tenancy.models import Tenant
from benchmarks import commands as benchmarks
from voting import commands as voting

pytestmark = pytest.mark.django_db(transaction=True)
VOLATILE = {"id", "pk"}


def fill(tenant: Tenant, *, seed: int, rounds: int, between: Callable[[], None]) -> None:
    """Write a log through the commands, calling `between` after each small step."""
    rng = random.Random(seed)
    voting.open_board(
        tenant=tenant, slug="text", name="Text", question="Which answer is better?",
        licence="CC-BY-4.0", attribution="", actor="test",
    )  # fmt: skip
    slugs = [f"model-{index}" for index in range(8)]
    for slug in slugs:
        benchmarks.register_model(tenant=tenant, slug=slug, name=slug.title(), actor="test")
        between()
    benchmarks.register_deployment(
        tenant=tenant, slug="model-0-int4", model_slug="model-0", quantization="INT4",
        engine="vllm", node_count=2, operator="self-hosted", actor="test",
    )  # fmt: skip
    for index in range(rounds):
        model_a, model_b = rng.sample(slugs, 2)
        voting.record_vote(
            tenant=tenant, board="text", model_a=model_a, model_b=model_b,
            winner=rng.choice(["model_a", "model_b", "tie", "both_bad"]),
            anonymous=rng.random() > 0.1, voter=f"voter-{index % 5}", actor="test",
            event_id=uuid.UUID(int=rng.getrandbits(128)),
            voted_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(10_000)),
        )  # fmt: skip
        if index % 5 == 0:
            benchmarks.state_external_value(
                tenant=tenant, deployment_slug="model-0-int4",
                metric=rng.choice(["elo", "decode_tokens_per_second"]),
                value=rng.choice([None, rng.uniform(1, 2000)]), unit="points",
                source_name=rng.choice(["A", "B"]), note="not ranked", actor="test",
                stated_on=date(2026, 1, 1) + timedelta(days=rng.randrange(100)),
            )  # fmt: skip
        between()


def rows(tenant: Tenant, table: type[models.Model]) -> list[dict[str, Any]]:
    """Return the rows of a tenant without their surrogate keys, in a stable order."""
    found = serializers.serialize("python", table._default_manager.filter(tenant=tenant))
    stripped = [
        {key: value for key, value in item["fields"].items() if key not in VOLATILE}
        for item in found
    ]
    return sorted(stripped, key=repr)


@pytest.mark.parametrize("seed", range(3))
def test_a_rebuilt_table_equals_the_one_that_was_advanced(
    tenant: Tenant, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(projections())
    assert names
    rng = random.Random(seed)

    def advance_some() -> None:
        for name in rng.sample(names, rng.randrange(len(names) + 1)):
            advance(tenant=tenant, name=name)

    fill(tenant, seed=seed, rounds=60, between=advance_some)
    for name in names:
        advance(tenant=tenant, name=name)
    advanced = {
        table: rows(tenant, table) for item in projections().values() for table in item.tables
    }
    assert all(advanced.values()), "a projection without rows proves nothing; extend fill()"
    monkeypatch.setattr("arena.eventstore.reader.BATCH", 7)
    assert projection_module.reader.BATCH == 7
    for name in names:
        rebuild(tenant=tenant, name=name)
    for table, before in advanced.items():
        assert rows(tenant, table) == before, table
