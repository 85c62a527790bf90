"""A log of lanes, badges, model facts and names that uses every event of them, in any order."""

import random
from collections.abc import Callable
from datetime import date

from arena.tenancy.models import Tenant
from benchmarks import commands as benchmarks
from benchmarks.events import LaneScored, LaneScoreKind, ModelFactsStated, NameDecision

KINDS: list[LaneScoreKind] = ["claim", "measured"]
DECISIONS: tuple[NameDecision, ...] = ("merged", "registered", "rejected")


def decide(
    tenant: Tenant, models: list[str], rng: random.Random, between: Callable[[], None]
) -> None:
    """State facts of models, score lanes, award and withdraw badges, decide what names mean."""
    for index in range(12):
        facts = ModelFactsStated(
            slug=models[index % 3], total_parameters=rng.randrange(10**9, 10**12),
            input_modalities=rng.choice([(), ("text",)]), source_name="A",
            stated_on=date(2026, 1, 1 + index * 7 % 5),
        )  # fmt: skip
        benchmarks.state_model_facts(tenant=tenant, facts=facts, actor="test")
        lane = f"v{index % 4}::bench-v{index % 2}::article"
        benchmarks.register_lane(tenant=tenant, lane=lane, title="lane", actor="test")
        between()
        score = LaneScored(
            lane=lane, kind=rng.choice(KINDS), quality=rng.uniform(0, 9), quality_unit="points",
            runs=1, source_name="A", stated_on=date(2026, 1, 1 + index * 5 % 7),
        )  # fmt: skip
        benchmarks.score_lane(tenant=tenant, score=score, actor="test")
        change = rng.choice([award, withdraw])
        change(tenant, lane)
        between()
    for index, decision in enumerate(DECISIONS):
        name, slug = f"discovered:809{index}", f"discovered-809{index}"
        benchmarks.register_or_see(
            tenant=tenant, names=[name], origin="import", actor="test", dry_run=False
        )
        for hardware in ("one", "two"):
            benchmarks.register_deployment(
                tenant=tenant, model_slug=slug, hardware=hardware, actor="test"
            )
            between()
            benchmarks.decide_name(
                tenant=tenant, slug=slug, decision=decision, reason="same_weights",
                into=models[0] if decision == "merged" else None, decided_by="owner", actor="test",
            )  # fmt: skip
            between()


def award(tenant: Tenant, lane: str) -> None:
    """Award a badge to a lane, which may hold it."""
    benchmarks.award_badge(
        tenant=tenant, kind="lane", subject=lane, badge="teacher", reason="stated_by_source",
        stated_on=date(2026, 1, 1), by="import", actor="test",
    )  # fmt: skip


def withdraw(tenant: Tenant, lane: str) -> None:
    """Withdraw the badge, which the lane may not hold."""
    benchmarks.withdraw_badge(
        tenant=tenant, kind="lane", subject=lane, badge="teacher", reason="by_mistake",
        by="owner", actor="test",
    )  # fmt: skip
