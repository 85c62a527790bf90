"""What the address of any view cannot hold is refused everywhere alike, with what it can hold."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

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
CELL = "/boards/text/cells/model:model-001/rating/"
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
    "/boards/text/history/": {
        "before=monday": "whole number from 1",
        "before=0": "whole number from 1",
    },
    "/boards/text/changes/": {"from=monday": "ISO 8601", "to=999999999": "position"},
    "/boards/text/quality/": {
        "suite=bar": "mmlu-pro",
        "measures=height": "format, reference, judge, human",
        "sort=speed": "suite, -suite, model",
        "page=2": "1 to 1",
        "as_of=monday": "position",
    },
    CELL: {"part=half": "page, drawer", "after=monday": "whole number from 0"},
    "/log/": {
        "type=VoteUndone": "votes, ",
        "board=nowhere": "text",
        "model=nobody": "model-000, model-001, model-002",
        "model=model-000&against=nobody": "model-000, model-001, model-002",
        "before=0": "whole number from 1",
    },
    "/models/model-000/": {"board=nowhere": "text"},
    "/models/model-000/badge.svg": {"board=nowhere": "text"},
    "/deployments/model-000--vllm/": {"profile=moon": "eu-organisation"},
    "/sovereignty/": {"profile=moon": "eu-organisation"},
    "/sovereignty/sensitivity/": {"profile=moon": "eu-organisation"},
    "/sovereignty/of/model-000--vllm/": {"profile=moon": "eu-organisation"},
    "/claims/": {"source=nobody": "none yet"},
    "/badges/": {"kind=vote": "lane, model, deployment", "badge=best": "flagship, promoted"},
    "/runs/": {
        "state=odd": "queued, leased, running, done, failed",
        "profile=odd": "nine-v1.1",
        "model=nobody": "none yet",
        "deployment=nowhere": "none yet",
        "whose=theirs": "mine",
        "before=monday": "the link to older runs",
    },
    "/comparison/": {
        "board=nowhere": "text",
        "row=model:nobody&row=model:model-000": "row",
        "row=model:model-000": "2 to 6",
    },
    "/calculator/": {"elo=many": "-10,000 to 10,000", "level=S9": "S0, S1, S2, S3, S4"},
    "/battle/": {"board=nowhere": "text"},
    "/my/": {"page=0": "whole number from 1"},
    "/api/v1/boards/text/plane": {
        "x=speed": "rating",
        "figures=some": "measured",
        "as_of=monday": "position",
        "x_from=many": "number",
        "engine=Ollama": "vLLM",
    },
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
            "board=nowhere": "text",
            "deployment=nowhere": "the page of each model",
            "level=S9": "S4",
            "profile=moon": "eu-organisation",
        }.items()
    ),
]


def reason(body: str) -> str:
    """Return what a page or a problem says went wrong, without its frame."""
    main = re.sub(r"<[^>]+>", " ", body.partition("<main")[2] or body)
    return " ".join(main.split())[:300]


def test_every_address_refuses_what_it_cannot_hold_and_says_what_it_can(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, settings: Settings
) -> None:
    """One test for all, since the arena behind it takes longer than all the questions."""
    settings.ARENA_RATE_ANONYMOUS = 1_000_000
    slugs = scenes.league(tenant, size=3, votes_per_pair=3)
    register_deployment(tenant=tenant, model_slug=slugs[0], actor=scenes.ACTOR, engine="vLLM")
    advance_all(tenant)
    wrong = []
    for path, query, allowed in CASES:
        response = client.get(f"{path}?{query}")
        body = response.content.decode(errors="replace")
        if response.status_code != 400 or allowed not in body:
            wrong.append(f"{path}?{query}: {response.status_code}, {reason(body)}")
        if path.startswith("/api/") and response["Content-Type"] != "application/problem+json":
            wrong.append(f"{path}?{query}: {response['Content-Type']}")
    assert not wrong, "\n".join(wrong)
    for path in (*VIEWS, ROWS):
        assert client.get(f"{path}?engine=vLLM&columns=rating,votes").status_code == 200, path
        nowhere = path.replace("text", "nowhere")
        assert client.get(f"{nowhere}?engine=vLLM").status_code == 404, nowhere


@pytest.mark.parametrize(
    "code", ["1", "2abc", "1____", "1" + "A" * 3_000, "1S0kE", "nothing", "1K04tKstMTtUryNGvAgA"]
)
def test_what_is_no_code_of_a_permalink_leads_nowhere(
    client: Client, tenant: Tenant, code: str
) -> None:
    response = client.get(f"/p/{code}/")
    assert response.status_code == 404
