"""A board with three rated models, a bought and an own deployment, prices, facts and a claim."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power, price_deployment, price_hardware, register_deployment
from tests.leaderboards import scenes
from tests.sovereignty.scenes import accepted, as_archetype

AdvanceAll = Callable[[Tenant], None]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Slugs of the models, best first, and of the deployments of the first two."""

    models: list[str]
    bought: str
    own: str

    @property
    def query(self) -> str:
        """Return the query that compares both deployments and the third model."""
        rows = (f"deployment:{self.bought}", f"deployment:{self.own}", f"model:{self.models[2]}")
        return "&".join(["board=text", *(f"row={key}" for key in rows)])


def furnish(tenant: Tenant, advance_all: AdvanceAll) -> Scene:
    """Fill an arena and let every projection catch up."""
    models = scenes.league(tenant, size=4, votes_per_pair=30)
    scenes.open_text_board(tenant, slug="code")
    bought = register_deployment(
        tenant=tenant, model_slug=models[0], operator="Example Cloud", actor="test"
    )
    own = scenes.deployment(tenant, models[1])
    for day, usd in ((1, 8), (20, 6)):
        price_deployment(
            tenant=tenant, deployment_slug=bought, input_usd_micros_per_million_tokens=2_000_000,
            output_usd_micros_per_million_tokens=usd * 1_000_000, source_name="Price list",
            source_url="https://example.org/prices", effective_on=date(2026, 5, day), actor="test",
        )  # fmt: skip
    price_hardware(
        tenant=tenant, deployment_slug=own, usd_micros=8_000_000_000, months=36,
        source_name="A shop", stated_on=date(2026, 5, 1), actor="test",
    )  # fmt: skip
    declare_power(
        tenant=tenant, deployment_slug=own, watts=240, scope="wall", source_name="A meter",
        stated_on=date(2026, 5, 1), actor="test",
    )  # fmt: skip
    scenes.claim(tenant, own, "decode_tokens_per_second", 41.0)
    lately = timezone.now().date() - timedelta(days=30)
    as_archetype(tenant, bought, "unknown_terms", stated_on=lately)
    accepted(tenant, bought, criterion="C1", value="days_30", countries=(), stated_on=lately)
    accepted(tenant, bought, criterion="C1", value="hours_24", countries=(), stated_on=lately)
    advance_all(tenant)
    return Scene(models=models, bought=bought, own=own)
