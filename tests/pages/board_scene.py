"""A board with rated models, a published run, claims, a machine and what it draws."""

from collections.abc import Callable
from datetime import date

from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]
CLAIMED = {
    # Elo, tok/s, memory by the catalogue: one DGX Spark has 128 GB, two have 256.
    "Model Alpha": (1430.0, 95.0),
    "Model Bravo": (1410.0, 76.0),
    "Model Charlie": (1420.0, 41.0),
    "Model Delta": (None, 106.0),
}


def claimed_board(tenant: Tenant, advance_all: AdvanceAll) -> dict[str, str]:
    """Fill a board with claims only; return the deployment of each model by its name.

    Alpha beats Bravo and Charlie on both axes, Delta has no rating. Alpha's machine has a power.
    """
    scenes.open_text_board(tenant)
    slugs = dict(zip(CLAIMED, scenes.models(tenant, *CLAIMED), strict=True))
    deployments = {name: scenes.deployment(tenant, slug) for name, slug in slugs.items()}
    for name, (elo, speed) in CLAIMED.items():
        note = "" if elo else "not ranked there"
        scenes.claim(tenant, deployments[name], "elo", elo, note=note)
        scenes.claim(tenant, deployments[name], "decode_tokens_per_second", speed)
    declare_power(
        tenant=tenant, deployment_slug=deployments["Model Alpha"], watts=200, scope="wall",
        source_name="a meter", stated_on=date(2026, 5, 1), actor=scenes.ACTOR,
    )  # fmt: skip
    advance_all(tenant)
    return deployments
