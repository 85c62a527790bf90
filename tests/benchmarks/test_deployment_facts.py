"""Prices, power, families and aliases: stated once, kept by day, read as of a day."""

from datetime import date
from typing import Any

import pytest

from arena.eventstore.domain import DomainError
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from benchmarks import queries
from benchmarks.commands import (
    declare_power,
    price_deployment,
    register_deployment,
    register_model,
)
from benchmarks.events import PowerScope
from tests.voting.importing import log

pytestmark = pytest.mark.django_db


@pytest.fixture
def slug(tenant: Tenant) -> str:
    """Return a deployment."""
    model = register_model(tenant=tenant, name="Parrot 1B", actor="test")
    return register_deployment(tenant=tenant, model_slug=model, engine="vllm", actor="test")


def price(tenant: Tenant, slug: str, usd_micros: int, day: date, **more: Any) -> None:
    facts = {"source_name": "price list"} | more
    price_deployment(
        tenant=tenant,
        deployment_slug=slug,
        input_usd_micros_per_million_tokens=usd_micros,
        output_usd_micros_per_million_tokens=2 * usd_micros,
        effective_on=day,
        actor="test",
        **facts,
    )


def draw(tenant: Tenant, slug: str, watts: int, scope: PowerScope, day: date) -> None:
    declare_power(
        tenant=tenant, deployment_slug=slug, watts=watts, scope=scope, source_name="meter",
        stated_on=day, actor="test",
    )  # fmt: skip


def paid(tenant: Tenant, on: date) -> int | None:
    found = queries.prices(tenant=tenant, on=on)
    return next((item.input_usd_micros_per_million_tokens for item in found.values()), None)


def test_a_price_holds_from_its_day_on(tenant: Tenant, slug: str) -> None:
    price(tenant, slug, 300, date(2026, 3, 1))
    price(tenant, slug, 100, date(2026, 1, 1))
    price(tenant, slug, 900, date(2999, 1, 1))
    price(tenant, slug, 200, date(2026, 3, 1))
    advance(tenant=tenant, name="deployment_prices")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert [paid(tenant, day) for day in days] == [None, 100, 100, 200]
    today = queries.prices(tenant=tenant)[slug]
    assert (today.input_usd_micros_per_million_tokens, today.effective_on) == (200, days[3])
    assert (today.output_usd_micros_per_million_tokens, today.source_name) == (400, "price list")


def test_what_is_stated_already_is_not_stated_again(tenant: Tenant, slug: str) -> None:
    before = len(log(tenant))
    for _ in range(2):
        price(tenant, slug, 100, date(2026, 1, 1))
        price(tenant, slug, 900, date(2999, 1, 1))
        draw(tenant, slug, 240, "wall", date(2026, 1, 1))
        draw(tenant, slug, 120, "gpu", date(2026, 1, 1))
    assert len(log(tenant)) == before + 4
    price(tenant, slug, 101, date(2026, 1, 1))
    price(tenant, slug, 100, date(2026, 1, 1))
    assert len(log(tenant)) == before + 6


def test_the_wall_is_told_before_the_gpus_and_the_newest_day_first(
    tenant: Tenant, slug: str
) -> None:
    draw(tenant, slug, 120, "gpu", date(2026, 3, 1))
    advance(tenant=tenant, name="deployment_power")
    assert queries.power(tenant=tenant)[slug].scope == "gpu"
    draw(tenant, slug, 250, "wall", date(2026, 2, 1))
    draw(tenant, slug, 240, "wall", date(2026, 1, 1))
    advance(tenant=tenant, name="deployment_power")
    told = queries.power(tenant=tenant)[slug]
    assert (told.watts, told.scope, told.stated_on) == (250, "wall", date(2026, 2, 1))


def test_a_deployment_with_facts_is_still_the_same_deployment(tenant: Tenant, slug: str) -> None:
    price(tenant, slug, 100, date(2026, 1, 1))
    again = register_deployment(tenant=tenant, model_slug="parrot-1b", engine="vllm", actor="test")
    assert again == slug
    for name in ("models", "deployments"):
        advance(tenant=tenant, name=name)
    assert queries.deployment(tenant=tenant, slug=slug).engine == "vllm"
    with pytest.raises(queries.UnknownDeployment, match="'nobody'"):
        queries.deployment(tenant=tenant, slug="nobody")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"usd_micros": -1}, "a price is -1 USD micros"),
        ({"usd_micros": 10**12 + 1}, "a price is"),
        ({"source_name": " "}, "source: the name is empty"),
        ({"slug": "nobody"}, "no deployment 'nobody'"),
    ],
)
def test_what_is_no_price(tenant: Tenant, slug: str, wrong: dict[str, Any], message: str) -> None:
    facts: dict[str, Any] = {"slug": slug, "usd_micros": 1, "day": date(2026, 1, 1)}
    with pytest.raises(DomainError, match=message):
        price(tenant, **(facts | wrong))


@pytest.mark.parametrize("watts", [0, -5, 1_000_001])
def test_what_is_no_power(tenant: Tenant, slug: str, watts: int) -> None:
    with pytest.raises(DomainError, match="want 1 to 1000000"):
        draw(tenant, slug, watts, "wall", date(2026, 1, 1))


def test_family_and_aliases_are_facts_of_a_model(tenant: Tenant) -> None:
    for _ in range(2):
        register_model(tenant=tenant, name="Parrot 1B", family="Parrot", actor="test",
                       aliases=["Polly", " polly ", "Parrot One"])  # fmt: skip
    register_model(tenant=tenant, name="Parrot 1B", licence="MIT", actor="test")
    assert len(log(tenant)) == 2
    advance(tenant=tenant, name="models")
    info = queries.model(tenant=tenant, slug="parrot-1b")
    assert (info.family, info.aliases) == ("Parrot", ("Polly", "Parrot One"))
    register_model(tenant=tenant, name="Parrot 1B", aliases=[], actor="test")
    advance(tenant=tenant, name="models")
    assert queries.model(tenant=tenant, slug="parrot-1b").aliases == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"family": "two\nlines"}, "family: the name holds"),
        ({"aliases": [""]}, "alias: the name is empty"),
        ({"aliases": [str(n) for n in range(51)]}, "51 aliases are stated, at most 50"),
    ],
)
def test_what_is_no_family_or_alias(tenant: Tenant, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        register_model(tenant=tenant, name="Parrot 1B", actor="test", **wrong)
