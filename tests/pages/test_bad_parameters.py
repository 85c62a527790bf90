"""What the address of any view cannot hold is refused everywhere alike, with what it can hold."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]
VIEWS = (
    "/boards/text/",
    "/boards/text/pareto/",
    "/boards/text/scores/",
    "/boards/text/embed/",
    "/boards/text/badge.svg",
    *(f"/boards/text.{ending}" for ending in ("csv", "json", "parquet", "md", "tex")),
)
ROWS = "/api/v1/boards/text/rows"
CALCULATOR = ("/calculator/", "/api/v1/calculator")
FACETS = {
    "section=nothing": "rated, preliminary, unrated, measured, claims",
    "quantization=FP3": "not-stated",
    "engine=Ollama": "vLLM, not-stated",
    "hardware=Abacus": "not-stated",
    "nodes=7": "not-stated",
    "operator=Nobody": "not-stated",
    "developer=Nobody": "not-stated",
    "licence=Mine": "not-stated",
    "licence_class=mine": "osi, use_restricted, community, non_commercial, closed, not-stated",
    "open_weights=maybe": "yes, no, not-stated",
    "processing=moon": "own_hardware, single_tenancy, region_pin",
    "jurisdiction=Moon": "not-stated",
    "retention=ever": "zero, hours_24, days_30, year_1, longer",
    "training=always": "excluded, off_by_default, opt_out, trained_on",
    "trust=T0": "T1, T2, T3, T4, not-stated",
    "max_price=-1": "0 to 100,000 USD/M output tokens",
    "min_votes=many": "0 to 1,000,000,000 votes",
    "min_runs=1e99": "0 to 1,000,000 runs",
    "max_age_days=inf": "0 to 36,500 days ago",
}
COLUMNS = {"columns=speed": "rating, controlled_rating"}
SHAPES = {
    "sort=speed": "model, rating, controlled_rating",
    "profile=moon": "eu-organisation",
    "tiers=maybe": "on, off",
    "density=dense": "cosy, compact",
    "mix=soup": "chat, agent, rag-8k, reasoning",
    "currency=XXX": "USD, EUR",
    "currency=EUR": "rate=0.9",
    "currency=EUR&rate=0": "0.0001 to 100,000",
    "tariff=free": "0 to 100,000",
    "months=0": "1 to 240",
    "utilisation=101": "1 to 100",
    "unit=year": "task, million, month",
    "tasks=0": "1 to 1,000,000,000",
    "as_of=999999999": "position",
}
OWN = {
    "/boards/text/pareto/": {
        "x=speed": "rating, controlled_rating",
        "y=speed": "rating, controlled_rating",
        "log=z": "x, y",
        "figures=some": "measured, all, claims",
    },
    "/boards/text/scores/": {
        "preset=best": "aggregate",
        "weights=z:1": "q, g and e",
        "weights=q:0": "above zero",
        "per=euro": "memory, watt",
        "figures=some": "measured, all, claims",
    },
    "/boards/text/history/": {"before=monday": "whole number from 1"},
    "/oembed": {"url=http://testserver/boards/text/&maxwidth=wide": "1 to 99999"},
}
CASES = [
    *((path, query, allowed) for path in (*VIEWS, ROWS) for query, allowed in FACETS.items()),
    *((path, query, allowed) for path in (*VIEWS, ROWS) for query, allowed in COLUMNS.items()),
    *((path, query, allowed) for path in VIEWS for query, allowed in SHAPES.items()),
    *((path, query, allowed) for path, own in OWN.items() for query, allowed in own.items()),
    *(
        (path, query, allowed)
        for path in CALCULATOR
        for query, allowed in {
            "currency=XXX": "EUR",
            "currency=EUR": "rate",
            "months=0": "1",
        }.items()
    ),
]


def test_every_address_refuses_what_it_cannot_hold_and_says_what_it_can(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    """One test for all, since the arena behind it takes longer than all the questions."""
    slugs = scenes.league(tenant, size=3, votes_per_pair=3)
    register_deployment(tenant=tenant, model_slug=slugs[0], actor=scenes.ACTOR, engine="vLLM")
    advance_all(tenant)
    wrong = []
    for path, query, allowed in CASES:
        response = client.get(f"{path}?{query}")
        body = response.content.decode(errors="replace")
        if response.status_code != 400 or allowed not in body:
            wrong.append(f"{path}?{query}: {response.status_code}, {body[-300:]}")
        if path.startswith("/api/") and response["Content-Type"] != "application/problem+json":
            wrong.append(f"{path}?{query}: {response['Content-Type']}")
    assert not wrong
    for path in (*VIEWS, ROWS):
        assert client.get(f"{path}?engine=vLLM&columns=rating,votes").status_code == 200, path


@pytest.mark.parametrize(
    "code", ["1", "2abc", "1____", "1" + "A" * 3_000, "1S0kE", "nothing", "1K04tKstMTtUryNGvAgA"]
)
def test_what_is_no_code_of_a_permalink_leads_nowhere(
    client: Client, tenant: Tenant, code: str
) -> None:
    response = client.get(f"/p/{code}/")
    assert response.status_code == 404
