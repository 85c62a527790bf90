"""A small arena through commands: real votes, three models that cannot be rated, four claims."""

import uuid
from datetime import date, timedelta
from itertools import islice
from typing import Final

from django.utils import timezone

from arena.tenancy.models import Tenant
from benchmarks.commands import (
    register_deployment,
    register_model,
    register_models,
    state_external_values,
    state_scores,
    state_seed_claims,
)
from benchmarks.events import (
    METRIC_UNITS,
    SEED_METRIC_UNITS,
    ExternalValueStated,
    Metric,
    SeedClaimStated,
    SeedMetric,
)
from tests import llmfao
from tests.benchmarks.scores import score
from tests.leaderboards.scenes import rank_everybody
from tests.sovereignty.scenes import as_archetype, submitted
from voting.commands import NewVote, open_board, record_votes, set_rating_policy
from voting.events import VoteRecorded

BOARD: Final = "text"
ACTOR: Final = "test"
SOURCE: Final = "Three-column comparison"
ASSESSED: Final = (
    "gpt-oss-120b--mxfp4--vllm--gb10--2-nodes--self-hosted",
    "mistral-small-4-119b--nvfp4--sglang--gb10--1-nodes--self-hosted",
)
_BATCH: Final = 1_000
_METRICS: Final[tuple[Metric, ...]] = (
    "elo",
    "decode_tokens_per_second",
    "output_usd_per_million_tokens",
    "sovereign",
)
_CLAIMS: Final = (
    # model, quantization, engine, nodes, operator, Elo, tok/s, $/M, sovereign
    ("Claude Opus 4.7", None, None, None, "cloud", 1503, None, 75, False),
    ("Qwen3.5-0.8B", "BF16", "sglang", 1, "self-hosted", None, 106.69, 0.01, True),
    ("gpt-oss-120b", "MXFP4", "vllm", 2, "self-hosted", 1410, 75.96, 0.06, True),
    ("Mistral Small 4 119B", "NVFP4", "sglang", 1, "self-hosted", 1420, 41, 0.05, True),
)


def fill(tenant: Tenant, *, votes: int) -> None:
    """Open the board, record the first `votes` of the real votes and state the claims."""
    open_board(
        tenant=tenant,
        slug=BOARD,
        name="Text",
        question="Which model's answer do people prefer when they do not know who wrote it?",
        licence="CC-BY-4.0",
        attribution="LLMFAO contributors",
        actor=ACTOR,
    )
    set_rating_policy(tenant=tenant, policy=rank_everybody(BOARD), actor=ACTOR)
    _record(tenant, votes)
    _state_claims(tenant)
    _assess(tenant)
    told = [score(ASSESSED[0]), score(ASSESSED[1], value=0.0, source_url=None)]
    state_scores(tenant=tenant, scores=told, actor=ACTOR)


def _assess(tenant: Tenant) -> None:
    """Give two deployments reviewed facts that are in force, one of them one more that waits."""
    lately = timezone.now().date() - timedelta(days=1)
    for place, archetype in zip(ASSESSED, ("own_spark_proven", "unknown_terms"), strict=True):
        as_archetype(tenant, place, archetype, stated_on=lately)
    submitted(tenant, ASSESSED[0], stated_on=lately)


def _record(tenant: Tenant, count: int) -> None:
    real = [(vote.model_a, vote.model_b, vote.winner) for vote in islice(llmfao.votes(), count)]
    lost = [("Parrot 1B", real[0][0], "model_b"), ("Parrot 1B", real[0][1], "model_b")]
    apart = [("Island 7B", "Islet 7B", "tie")]
    every = [*real, *lost, *apart]
    slugs = register_models(
        tenant=tenant, names={name for a, b, _ in every for name in (a, b)}, actor=ACTOR
    )
    new = [
        NewVote(
            uuid.uuid5(uuid.NAMESPACE_OID, f"{number}"),
            VoteRecorded(
                board=BOARD,
                model_a=slugs[a],
                model_b=slugs[b],
                winner=winner,  # type: ignore[arg-type]  # the four words of the source
            ),
        )
        for number, (a, b, winner) in enumerate(every)
    ]
    for start in range(0, len(new), _BATCH):
        record_votes(tenant=tenant, votes=new[start : start + _BATCH], actor=ACTOR)


def _state_claims(tenant: Tenant) -> None:
    for name, quantization, engine, nodes, operator, *figures in _CLAIMS:
        model = register_model(tenant=tenant, name=name, actor=ACTOR, weights_open=bool(engine))
        deployment = register_deployment(
            tenant=tenant,
            model_slug=model,
            quantization=quantization,
            engine=engine,
            hardware="GB10" if engine else None,
            node_count=nodes,
            operator=operator,
            actor=ACTOR,
        )
        state_external_values(
            tenant=tenant,
            actor=ACTOR,
            values=[
                ExternalValueStated(
                    deployment_slug=deployment,
                    metric=metric,
                    value=None if value is None else float(value),
                    unit=METRIC_UNITS[metric],
                    approximate=value in (1410, 1420, 41, 0.05),
                    note="cloud only" if value is None and not engine else "",
                    source_name=SOURCE,
                    source_url=None,
                    stated_on=date(2026, 5, 12),
                )
                for metric, value in zip(_METRICS, figures, strict=True)
            ],
        )
        _state_seeds(tenant, deployment)


def _state_seeds(tenant: Tenant, deployment: str) -> None:
    """State a score, and a wait that cannot be: neither has a column on the board."""
    figures: tuple[tuple[SeedMetric, float, float | None], ...] = (
        ("quality_score", 28.0, 30.0),
        ("ttft_ms", 0.0, None),
    )
    state_seed_claims(
        tenant=tenant,
        actor=ACTOR,
        claims=[
            SeedClaimStated(
                seed="000",
                section="Cockpit",
                deployment_slug=deployment,
                metric=metric,
                value=value,
                unit=SEED_METRIC_UNITS[metric],
                out_of=out_of,
                setting=f"rubric of {metric}",
                source_name="A mirror",
                stated_on=date(2026, 6, 11),
            )
            for metric, value, out_of in figures
        ],
    )
