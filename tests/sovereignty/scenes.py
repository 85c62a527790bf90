"""Deployments with facts, made through commands as members and moderators would."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.commands import (
    Statement,
    register_deployment,
    register_model,
    review_fact,
    submit_fact,
)
from tests.sovereignty.archetypes import facts_of

SUBMITTER: Final = "00000000-0000-4000-8000-000000000001"
REVIEWER: Final = "00000000-0000-4000-8000-000000000002"
DIGEST: Final = "ab" * 32
SOURCE: Final = "https://example.org/terms"


def place(tenant: Tenant, name: str = "Alpha", *, operator: str = "Alpha Cloud") -> str:
    """Register a model and its deployment at an operator; return the deployment's slug."""
    model = register_model(tenant=tenant, name=name, actor="test")
    return register_deployment(tenant=tenant, model_slug=model, operator=operator, actor="test")


def statement(**changes: Any) -> Statement:
    """Return an archived statement that prompts stay in Germany."""
    fields: dict[str, Any] = {
        "criterion": "A1", "value": "region_pin", "countries": ("DE",), "evidence": "E2",
        "source_url": SOURCE, "source_sha256": DIGEST, "stated_on": date(2026, 11, 1),
        "interest": "none",
    }  # fmt: skip
    return Statement(**fields | changes)


def submitted(tenant: Tenant, deployment: str, **changes: Any) -> UUID:
    """Submit a fact and return its id."""
    return submit_fact(
        tenant=tenant, deployment_slug=deployment, statement=statement(**changes), actor=SUBMITTER
    )


def accepted(tenant: Tenant, deployment: str, **changes: Any) -> UUID:
    """Submit a fact, let somebody else accept it, and return its id."""
    fact_id = submitted(tenant, deployment, **changes)
    review_fact(
        tenant=tenant, deployment_slug=deployment, fact_id=fact_id, verdict="accepted",
        reason="The archived copy says so.", actor=REVIEWER,
    )  # fmt: skip
    return fact_id


def as_archetype(tenant: Tenant, deployment: str, name: str, *, stated_on: date) -> None:
    """Give a deployment the facts of a hypothetical one."""
    for fact in facts_of(name, stated_on=stated_on):
        accepted(
            tenant, deployment, criterion=fact.criterion, value=fact.value,
            countries=fact.countries, evidence=fact.evidence, stated_on=stated_on,
        )  # fmt: skip
