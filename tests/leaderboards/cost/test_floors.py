"""The calculator's floors, cached and reasoning tokens, quality tax, and where costs point."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena.worked_example import worked_fit
from benchmarks.commands import (
    price_deployment,
    register_deployment,
    register_model,
    register_models,
)
from leaderboards.calculator.quality_tax import Top, tax
from leaderboards.cells import Cell, measured
from leaderboards.cost.hosted import TokenPrices, monthly_cost
from tests.leaderboards import scenes
from tests.leaderboards.cost.calculating import calculated, page
from tests.leaderboards.procurement.scene import lines_of
from tests.sovereignty.scenes import as_archetype
from voting.commands import set_rating_policy

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
DAY = date(2026, 11, 1)
SPARK = "input=0&output=500000&price=3999&watts=140&speed=41"


def cell(value: float, half: float) -> Cell:
    return measured(
        value, unit="Elo", as_of=None, sample=10, lower=value - half, upper=value + half
    )


def test_cached_and_reasoning_tokens_have_prices_of_their_own() -> None:
    prices = TokenPrices(input=2.5, output=10, cached=1.25, reasoning=5)
    a_day = {"input_tokens_per_day": 1e6, "output_tokens_per_day": 1e5}
    assert monthly_cost(prices, days=30, **a_day) == pytest.approx(30 * 3.5)
    cached = monthly_cost(prices, days=30, cached_tokens_per_day=8e5, **a_day)
    assert cached == pytest.approx(30 * (0.5 + 1.0 + 1.0))
    thought = monthly_cost(prices, days=30, reasoning_tokens_per_day=2e5, **a_day)
    assert thought == pytest.approx(30 * (3.5 + 1.0))
    plain = TokenPrices(input=2.5, output=10)
    assert monthly_cost(plain, days=30, cached_tokens_per_day=8e5, **a_day) == 30 * 3.5


def test_the_gap_to_the_best_closed_model_takes_what_both_share_in_uncertainty() -> None:
    fit = worked_fit()
    found = tax(fit, "C", Top(model_slug="B", name="B", rating=cell(0, 0)))
    assert found
    # B is 79.6 above C, with 229.2 and not the 244.0 of two independent ratings.
    assert found.gap == pytest.approx(79.6, abs=0.05)
    assert (found.upper - found.lower) / 2 == pytest.approx(229.2, abs=0.05)
    assert found.win_percent == pytest.approx(100 / (1 + 10 ** (found.gap / 400)))
    assert found.win_lower == pytest.approx(100 / (1 + 10 ** (found.upper / 400)))
    assert found.win_upper == pytest.approx(100 / (1 + 10 ** (found.lower / 400)))
    top = Top(model_slug="B", name="B", rating=cell(0, 0))
    assert tax(fit, "B", top) is None
    assert tax(fit, "nobody", top) is None
    assert tax(fit, "C", None) is None
    assert tax(None, "C", top) is None


def test_a_day_of_thought_takes_the_machine_longer(client: Client, tenant: Tenant) -> None:
    plain = calculated(client, SPARK)["mine"]
    thought = calculated(client, f"{SPARK}&reasoning=500000")["mine"]
    assert thought["hours_a_day"] == pytest.approx(2 * plain["hours_a_day"])
    read = f"{SPARK.replace('input=0', 'input=1000000')}&prefill=1000"
    some = calculated(client, read)["mine"]["hours_a_day"]
    most_cached = calculated(client, f"{read}&cached=900000")["mine"]["hours_a_day"]
    assert some - most_cached == pytest.approx(900 / 3600)


@pytest.mark.parametrize(
    ("offer", "way"),
    [(25, "self-host"), (7.7, "both for a week"), (9, "both for a week"), (5, "cloud")],
)
def test_costs_point_to_a_way(client: Client, tenant: Tenant, offer: float, way: str) -> None:
    query = f"{SPARK}&cloud_output={offer}"
    told = calculated(client, query)["advice"]
    assert told["way"] == way
    assert told["ratio"] == pytest.approx(7.69 / offer, rel=0.01)
    assert f"Costs alone say <b>{way}</b>" in page(client, query)
    exact = calculated(client, f"{query}&tolerance=0")["advice"]["way"]
    assert exact == ("self-host" if offer > 7.69 else "cloud")


def test_a_machine_too_slow_points_to_the_cloud(client: Client, tenant: Tenant) -> None:
    query = f"{SPARK.replace('500000', '9000000')}&cloud_output=75"
    told = calculated(client, query)["advice"]
    assert (told["way"], told["reason"]) == ("cloud", "one stream cannot do a day's work in a day")


def test_the_floor_of_sovereignty_says_who_misses_it(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    models = list(
        register_models(tenant=tenant, names=["Own", "Terms", "Silent"], actor="t").values()
    )
    slugs = [
        register_deployment(tenant=tenant, model_slug=model, operator="Cloud", actor="t")
        for model in models
    ]
    own, terms, silent = slugs
    day = date(2026, 11, 1)
    as_archetype(tenant, own, "own_spark_proven", stated_on=day)
    as_archetype(tenant, terms, "us_api_default", stated_on=day)
    advance_all(tenant)

    def left_out(query: str) -> dict[str, list[str]]:
        told = calculated(client, query)
        missed = {item["deployment"]: [r["code"] for r in item["reasons"]]
                  for item in told["left_out"]}  # fmt: skip
        assert {item["deployment"] for item in told["candidates"]} == set(slugs) - missed.keys()
        return missed

    assert left_out("") == {}
    assert left_out("level=S0") == {}
    assert left_out("level=S3") == {terms: ["level_below"], silent: ["unassessed"]}
    assert left_out("score=60&level=S4") == {
        terms: ["level_below", "score_below"], silent: ["unassessed"]
    }  # fmt: skip
    assert left_out("score=99.5") == {
        own: ["score_below"], terms: ["score_below"], silent: ["unassessed"]
    }  # fmt: skip
    told = calculated(client, "level=S3")
    [candidate] = told["candidates"]
    assert candidate["sovereignty"]["level"] == "S4"
    assert told["asked"]["query"].endswith("profile=eu-organisation&level=S3&tolerance=20")
    shown = page(client, "level=S3&score=50&profile=us-organisation")
    assert "no fact about its sovereignty has been reviewed" in shown
    assert "Deployments of level S3 or better and a score of at least 50 of 100" in shown
    assert '<option value="us-organisation" selected>' in shown


def test_the_tax_is_told_against_the_best_closed_model(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant, size=3, votes_per_pair=9)
    closed, opened = slugs[0], slugs[1]
    register_model(tenant=tenant, name="Model 000", weights_open=False, actor="t")
    for slug in (closed, opened):
        deployment = register_deployment(tenant=tenant, model_slug=slug, operator="C", actor="t")
        price_deployment(
            tenant=tenant, deployment_slug=deployment, input_usd_micros_per_million_tokens=0,
            output_usd_micros_per_million_tokens=1_000_000, source_name="List", source_url=None,
            effective_on=date(2026, 5, 1), actor="t",
        )  # fmt: skip
    advance_all(tenant)
    told = calculated(client, "input=0")
    assert told["top_closed"]["model_slug"] == closed
    by_model = {item["model_slug"]: item for item in told["candidates"]}
    gap = by_model[opened]["tax"]
    assert gap["gap"] == pytest.approx(
        by_model[closed]["rating"]["value"] - by_model[opened]["rating"]["value"], abs=0.02
    )
    assert gap["lower"] < gap["gap"] < gap["upper"]
    rows = "&".join(f"row=deployment:{item['deployment']}" for item in told["candidates"])
    [pair] = client.get(f"/api/v1/compare?board=text&{rows}").json()["pairs"]
    width = pair["difference"]["upper"] - pair["difference"]["lower"]
    assert gap["upper"] - gap["lower"] == pytest.approx(width), "as the comparison has it"
    assert gap["win_lower"] < gap["win_percent"] < gap["win_upper"] < 100
    assert by_model[closed]["tax"] is None
    assert "the best rated model with closed weights" in page(client, "input=0")


def test_what_is_not_on_the_shortlist_is_counted_by_reason_and_whole_in_the_csv(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.open_text_board(tenant)
    named = scenes.models(tenant, "One", "Two", "Three", "Four")
    slugs = [
        register_deployment(tenant=tenant, model_slug=model, operator=operator, actor="t")
        for model in named
        for operator in ("Example Cloud", "Other Cloud")
    ]
    for slug in slugs[:4]:
        price_deployment(
            tenant=tenant, deployment_slug=slug, input_usd_micros_per_million_tokens=0,
            output_usd_micros_per_million_tokens=1_000_000, source_name="List", source_url=None,
            effective_on=DAY, actor="t",
        )  # fmt: skip
    as_archetype(tenant, slugs[0], "us_api_default", stated_on=DAY)
    advance_all(tenant)
    monkeypatch.setattr("leaderboards.calculator.fallen.SHOWN", 2)
    monkeypatch.setattr("leaderboards.calculator.views.SHORTLISTED", 3)
    shown = page(client, "input=0")
    assert "<summary><b>4</b> no price of tokens is on record</summary>" in shown
    assert "2 more are in the" in shown
    assert "The cheapest of 4; all are in the" in shown
    floored = page(client, "input=0&level=S3")
    assert "<summary><b>7</b> no fact about its sovereignty has been reviewed</summary>" in floored
    assert "<summary><b>1</b> level below S3</summary>" in floored
    assert "level below S3: S1" in floored
    assert "<details open" not in floored.partition("<main")[2].partition("</main>")[0]
    response = client.get("/calculator.csv?input=0&level=S3")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert {line["status"] for line in lines_of(response.content)} == {"left out"}
    lines = lines_of(client.get("/calculator.csv?input=0").content)
    assert [line["status"] for line in lines] == ["shortlist"] * 4 + ["no cost"] * 4
    assert (lines[0]["cost_a_month"], lines[0]["price_as_of"]) == ("15.0", str(DAY))
    assert lines[-1]["reasons"] == "no price of tokens is on record"
    assert client.get("/calculator.csv?level=S9").status_code == 400
    pack = " ".join(client.get("/procurement/?input=0&level=S3").content.decode().split())
    assert "8 deployments, counted by the first reason." in pack
    assert "<summary><b>1</b> level below S3</summary>" in pack


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("level=S5", "level: S5 is not allowed; S0, S1, S2, S3, S4 are."),
        ("score=101", "score: 101 is not allowed; 0 to 100 of 100 is."),
        ("profile=mars", "profile: mars is not allowed; eu-organisation, eu-public-body"),
        ("input=10&cached=11", "cached: 11 is not allowed; cached tokens are among the 10"),
        ("reasoning=-1", "reasoning: -1 is not allowed"),
        ("utilisation=0", "utilisation: 0 is not allowed; 1 to 100 per cent is."),
        ("tolerance=1000", "tolerance: 1000 is not allowed; 0 to 100 per cent is."),
    ],
)
def test_bad_floors_are_refused_with_what_is_allowed(
    client: Client, tenant: Tenant, query: str, message: str
) -> None:
    response = client.get(f"/calculator/?{query}")
    assert response.status_code == 400
    assert message in response.content.decode()
    assert client.get(f"/api/v1/calculator?{query}").status_code == 400


def test_a_rating_of_too_few_votes_is_no_measure_and_meets_no_floor(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    policy = replace(scenes.rank_everybody("text"), preliminary_below=30)
    set_rating_policy(tenant=tenant, policy=policy, actor="test")
    ranked, best, few = (
        register_model(tenant=tenant, name=name, weights_open=is_open, actor="test")
        for name, is_open in (("Open A", True), ("Closed B", False), ("Closed Few", False))
    )
    for number in range(45):
        scenes.vote(tenant, ranked, best, "model_a" if number % 3 == 0 else "model_b")
    for winner in ("model_a", "model_a", "tie"):
        scenes.vote(tenant, few, best, winner)
    place = scenes.deployment(tenant, few)
    advance_all(tenant)
    told = calculated(client, "board=text")
    assert told["top_closed"]["model_slug"] == best
    left_out = calculated(client, "board=text&elo=900")["left_out"]
    (reason,) = {item["deployment"]: item["reasons"] for item in left_out}[place]
    assert reason["code"] == "unrated"
    assert reason["words"] == "the board text does not rank the model yet: 3 votes"
