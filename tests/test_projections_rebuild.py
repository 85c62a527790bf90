"""Rebuild equals advance, for every projection and the boards, on a log that uses them all."""

import json
import random
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from arena.eventstore.projection import advance, projections, rebuild
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from benchmarks import commands as benchmarks
from benchmarks.events import (
    METRIC_UNITS,
    ExternalValueStated,
    FactVerdict,
    Metric,
    PowerScope,
    SeedClaimStated,
)
from benchmarks.queries.runs import payload
from leaderboards.models import BoardState, LeaderboardRow
from tests.benchmarks import runs
from tests.stored_tables import board_rows, compute_boards, reading, rows
from tests.voting.battle_log import fight
from tests.workers import fleet
from voting import commands
from voting.events import Winner
from workers import commands as workers

pytestmark = pytest.mark.django_db(transaction=True)
WINNERS: tuple[Winner, ...] = ("model_a", "model_b", "tie", "both_bad")
SCOPES: tuple[PowerScope, ...] = ("wall", "gpu")
VERDICTS: tuple[FactVerdict, ...] = ("accepted", "accepted", "rejected")
METRICS: tuple[Metric, ...] = ("elo", "decode_tokens_per_second")


def fill(tenant: Tenant, *, seed: int, rounds: int, between: Callable[[], None]) -> None:
    """Write a log through the commands, calling `between` after each small step."""
    rng = random.Random(seed)
    commands.open_board(
        tenant=tenant,
        slug="text",
        name="Text",
        question="Which answer is better?",
        licence="CC-BY-4.0",
        attribution="",
        actor="test",
    )
    slugs = []
    for index in range(8):
        slugs.append(benchmarks.register_model(tenant=tenant, name=f"Model {index}", actor="test"))
        between()
    deployment = benchmarks.register_deployment(
        tenant=tenant,
        model_slug=slugs[0],
        quantization="INT4",
        engine="vllm",
        node_count=2,
        operator="self-hosted",
        actor="test",
    )
    connect(tenant, deployment, rng, between)
    assess(tenant, deployment, rng, between)
    for index in range(3):
        measure(tenant, rng, index, between)
    fight(tenant, rng, battles=rounds // 2, between=between)
    for index in range(rounds):
        model_a, model_b = rng.sample(slugs, 2)
        commands.record_vote(
            tenant=tenant,
            board="text",
            model_a=model_a,
            model_b=model_b,
            winner=rng.choice(WINNERS),
            anonymous=rng.random() > 0.1,
            voter=f"voter-{index % 5}",
            actor="test",
            event_id=uuid.UUID(int=rng.getrandbits(128)),
            voted_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(10_000)),
        )
        if index % 5 == 0:
            benchmarks.state_external_value(
                tenant=tenant, value=claim(deployment, index, rng), actor="test"
            )
            benchmarks.state_seed_claims(
                tenant=tenant, claims=[seed_claim(deployment, index, rng)], actor="test"
            )
        between()


def connect(
    tenant: Tenant, deployment: str, rng: random.Random, between: Callable[[], None]
) -> None:
    """Price the deployment, state its power and make it an endpoint, several times over."""
    for index in range(6):
        benchmarks.price_deployment(
            tenant=tenant,
            deployment_slug=deployment,
            input_usd_micros_per_million_tokens=rng.randrange(1_000_000),
            output_usd_micros_per_million_tokens=rng.randrange(1_000_000),
            source_name="A",
            effective_on=date(2026, 1, 1 + index % 3),
            cached_input_usd_micros_per_million_tokens=rng.choice([None, 7]),
            actor="test",
        )
        benchmarks.price_hardware(
            tenant=tenant,
            deployment_slug=deployment,
            usd_micros=rng.randrange(1, 10**10),
            months=36,
            source_name="A",
            stated_on=date(2026, 1, 1 + index % 3),
            actor="test",
        )
        benchmarks.declare_power(
            tenant=tenant,
            deployment_slug=deployment,
            watts=rng.randrange(1, 500),
            scope=rng.choice(SCOPES),
            source_name="A",
            stated_on=date(2026, 1, 1 + index % 3),
            actor="test",
        )
        workers.register_endpoint(
            tenant=tenant,
            deployment_slug=deployment,
            base_url="https://9.9.9.9/v1",
            upstream_model="m",
            max_concurrent=rng.randrange(1, 9),
            actor="test",
        )
        between()
        if index % 3 == 1:
            workers.retire_endpoint(
                tenant=tenant, deployment_slug=deployment, reason="rest", actor="test"
            )
            between()


def assess(
    tenant: Tenant, deployment: str, rng: random.Random, between: Callable[[], None]
) -> None:
    """Submit facts, accept, reject and supersede some, and let the operator reply."""
    for index in range(8):
        fact_id = benchmarks.submit_fact(
            tenant=tenant, deployment_slug=deployment, actor="one",
            statement=benchmarks.Statement(
                criterion="A2", value=rng.choice(["tested", "none"]), evidence="E1",
                source_url="https://example.org/", stated_on=date(2026, 1, 1 + index),
                interest="none",
            ),
        )  # fmt: skip
        between()
        if index % 4 != 3:
            benchmarks.review_fact(
                tenant=tenant, deployment_slug=deployment, fact_id=fact_id,
                verdict=rng.choice(VERDICTS), reason="read it", actor="two",
            )  # fmt: skip
            between()
    benchmarks.state_reply(
        tenant=tenant, operator="self-hosted", text="No.", stated_on=date(2026, 1, 9), actor="two"
    )


def measure(tenant: Tenant, rng: random.Random, index: int, between: Callable[[], None]) -> None:
    """Let a runner join and measure a run at the third attempt; one is then published."""
    runner_id = fleet.runner(tenant, name=f"spark {index}", approved=rng.random() < 0.5).runner_id
    between()
    wanted = runs.manifest("tg128-c1", "b")
    run_id = runs.ask(tenant, manifest=wanted)
    between()
    for code in ("engine_not_ready", "engine_died"):
        lease = runs.claim(tenant, run_id, runner_id)
        between()
        benchmarks.fail_run(
            tenant=tenant, run_id=run_id, runner_id=runner_id, fence=lease.fence, code=code,
            is_final=False, actor="test",
        )  # fmt: skip
    lease = runs.claim(tenant, run_id, runner_id)
    points = runs.measure(tenant, lease, runner_id, wanted, tokens_per_second=rng.uniform(40, 60))
    between()
    private = signing.new_private_key()
    benchmarks.complete_run(
        tenant=tenant, run_id=run_id, runner_id=runner_id, fence=lease.fence, actor="test",
        envelope=runs.signed(runs.report_of(lease, runner_id, wanted, points), private),
        signer=benchmarks.Signer(
            runner_id=runner_id, public_key=signing.public_key(private), origin="owner"
        ),
    )  # fmt: skip
    between()
    if index:
        shown = payload(tenant=tenant, run_id=run_id, attribution="named")
        benchmarks.publish_run(
            tenant=tenant, run_id=run_id, attribution="named", licence="CC-BY-4.0",
            payload_sha256=shown.sha256, actor="test",
        )  # fmt: skip
        benchmarks.invalidate_run(tenant=tenant, run_id=run_id, reason="why not", actor="test")
    cancelled = runs.ask(tenant, "a")
    runs.claim(tenant, cancelled, runner_id)
    benchmarks.cancel_run(tenant=tenant, run_id=cancelled, reason="no", actor="test")
    between()


def claim(deployment: str, index: int, rng: random.Random) -> ExternalValueStated:
    """Return a claim of its own day, out of order, sometimes without a value."""
    metric = rng.choice(METRICS)
    return ExternalValueStated(
        deployment_slug=deployment,
        metric=metric,
        value=rng.choice([None, rng.uniform(1, 2000)]),
        unit=METRIC_UNITS[metric],
        source_name=rng.choice(["A", "B"]),
        note="not ranked",
        stated_on=date(2026, 1, 1) + timedelta(days=index * 37 % 101),
    )


def seed_claim(deployment: str, index: int, rng: random.Random) -> SeedClaimStated:
    """Return a number of a seed text, about a deployment or about something else."""
    about = rng.random() < 0.5
    return SeedClaimStated(
        seed="004",
        section="Best results",
        deployment_slug=deployment if about else None,
        subject="" if about else "a suite",
        metric="quality_score",
        value=rng.randrange(31),
        unit="points",
        out_of=30,
        setting=f"suite {index}",
        source_name="A log",
        stated_on=date(2026, 1, 1),
    )


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
        if rng.random() < 0.05:
            compute_boards(tenant)

    fill(tenant, seed=seed, rounds=60, between=advance_some)
    for name in names:
        advance(tenant=tenant, name=name)
    compute_boards(tenant)
    boards = board_rows(tenant)
    advanced = {
        table: rows(tenant, table) for item in projections().values() for table in item.tables
    }
    assert all(advanced.values()), "a projection without rows proves nothing; extend fill()"
    monkeypatch.setattr("arena.eventstore.reader.REBUILD_BATCH", 7)
    with reading(tenant, advanced) as differences:
        for name in names:
            rebuild(tenant=tenant, name=name)
    assert differences == []
    for table, before in advanced.items():
        assert rows(tenant, table) == before, table
    for model in (LeaderboardRow, BoardState):
        model._default_manager.filter(tenant=tenant).delete()
    compute_boards(tenant)
    assert board_rows(tenant) == boards
    assert {json.loads(row)["board"] for row in boards} > {"text"}
