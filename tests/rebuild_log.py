"""A log that every projection reads something of."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from benchmarks import commands as benchmarks
from benchmarks.commands.scores import score_id
from benchmarks.events import (
    METRIC_UNITS,
    ExternalValueStated,
    FactVerdict,
    Metric,
    PowerScope,
    SeedClaimStated,
)
from benchmarks.queries.runs import payload
from leaderboards import commands as leaderboards
from leaderboards.disputes import CellKey
from tests.benchmarks import runs
from tests.benchmarks.scores import perplexity, score, state
from tests.lanes.decisions import decide
from tests.voting.battle_log import fight
from tests.workers import fleet
from voting import commands
from voting.events import Winner
from workers import commands as workers

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
    grade(tenant, deployment, rng, between)
    for index in range(3):
        measure(tenant, rng, index, between)
    decide(tenant, slugs, rng, between)
    fight(tenant, rng, battles=rounds // 2, between=between)
    doubt(tenant, rng, between)
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


def doubt(tenant: Tenant, rng: random.Random, between: Callable[[], None]) -> None:
    """Dispute two cells, and decide every other dispute."""
    for index in range(6):
        cell = CellKey("model:model-0", ("rating", "votes")[index % 2])
        dispute_id = leaderboards.dispute_cell(
            tenant=tenant, board="text", cell=cell, reason="other", text="A doubt." * (index % 2),
            seen_position=rng.randrange(1, 9), event_position=rng.choice([None, 1]),
            reader=f"reader {index}",
        )  # fmt: skip
        between()
        if index % 2:
            leaderboards.resolve_dispute(
                tenant=tenant, board="text", cell=cell, dispute_id=dispute_id,
                resolution="confirmed", actor="test",
            )  # fmt: skip
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


def grade(tenant: Tenant, deployment: str, rng: random.Random, between: Callable[[], None]) -> None:
    """State scores of a deployment and of a model, and take every third back."""
    for index in range(9):
        day = date(2026, 1, 1 + rng.randrange(20))
        solved = score(deployment, value=float(rng.randrange(200)), stated_on=day)
        loss = perplexity(None, 7 + index / 10, model_slug="model-0", quantization="INT4")
        state(tenant, solved, loss)
        between()
        if index % 3 == 0:
            benchmarks.retract_score(
                tenant=tenant, score_id=score_id(tenant, solved), reason="why not", actor="test"
            )
            between()


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
