"""A board with two hosted models, one of them with reviewed facts, and a shortlist of them."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from arena.tenancy.models import Tenant
from benchmarks.commands import price_deployment, register_deployment, state_reply
from tests.leaderboards import scenes
from tests.sovereignty.scenes import accepted

AdvanceAll = Callable[[Tenant], None]
DAY: Final = date(2026, 5, 1)
QUERY: Final = "input=0&output=1000000"
QUESTION_OF_A2: Final = (
    "Which test or configuration shows that nothing leaves the machines that process prompts?"
)


class Shortlisted(NamedTuple):
    """Deployments of the scene."""

    known: str
    """Best rated; a region in Germany and a claim of no training are on record."""
    unknown: str
    """Second best; nothing is on record."""


def hosted(tenant: Tenant, model: str, usd: float, *, operator: str = "Example Cloud") -> str:
    """Register a deployment that sells output tokens at so many US dollars a million."""
    slug = register_deployment(tenant=tenant, model_slug=model, operator=operator, actor="test")
    price_deployment(
        tenant=tenant, deployment_slug=slug, input_usd_micros_per_million_tokens=0,
        output_usd_micros_per_million_tokens=round(usd * 1e6), source_name="Price list",
        source_url="https://example.org/prices", effective_on=DAY, actor="test",
    )  # fmt: skip
    return slug


def shortlisted(tenant: Tenant, advance_all: AdvanceAll) -> Shortlisted:
    """Fill the arena and return its two deployments."""
    best, second, *_ = scenes.league(tenant, size=3, votes_per_pair=10)
    known, unknown = hosted(tenant, best, 10.0), hosted(tenant, second, 5.0)
    accepted(tenant, known, note="Clause 4.2 (α, ≤ 30 days)")
    accepted(
        tenant, known, criterion="D1", value="excluded", countries=(), evidence="E1",
        source_sha256=None,
    )  # fmt: skip
    state_reply(
        tenant=tenant, operator="Example Cloud", text="We disagree with D1.", source_url=None,
        stated_on=DAY, actor="test",
    )  # fmt: skip
    advance_all(tenant)
    return Shortlisted(known, unknown)
