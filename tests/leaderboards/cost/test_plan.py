"""A plan of two deployments: its arithmetic by hand, its page, its JSON, and bad input."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power, price_hardware
from leaderboards.calculator.floors import Standing
from leaderboards.calculator.inputs import Work
from leaderboards.calculator.plan import break_even_share, portion, together, weakest
from leaderboards.cost.mixes import mixes
from tests.leaderboards import scenes
from tests.leaderboards.cost.calculating import calculated, page
from tests.leaderboards.procurement.scene import hosted
from tests.leaderboards.test_measured_speed import published
from tests.sovereignty.scenes import as_archetype

AdvanceAll = Callable[[Tenant], None]
WORK = Work(
    input_tokens=1_500_000, cached_tokens=300_000, output_tokens=500_000, reasoning_tokens=0
)
MACHINE = "input=1500000&output=500000&price=3999&watts=140&speed=41&prefill=1000&months=36"
OFFER = f"{MACHINE}&cloud_input=5&cloud_output=25"
DAY = date(2026, 11, 1)


def test_a_part_has_the_proportions_of_the_work_or_of_a_mix() -> None:
    assert portion(WORK, 0.7, None) == Work(
        input_tokens=1_050_000, cached_tokens=210_000, output_tokens=350_000, reasoning_tokens=0
    )
    # 1.4 of 2 million tokens are 6,666.67 tasks of the agent, 210,000 tokens each.
    files = portion(WORK, 0.7, mixes().by_key["agent"])
    assert files.input_tokens == pytest.approx(1_333_333, abs=1)
    assert files.cached_tokens == pytest.approx(1_000_000, abs=1)
    assert files.output_tokens == pytest.approx(53_333, abs=1)
    assert files.reasoning_tokens == pytest.approx(13_333, abs=1)
    both = together(portion(WORK, 0.3, None), files)
    assert both.input_tokens + both.written_tokens == pytest.approx(2_000_000)


def test_the_share_from_which_on_a_second_place_pays() -> None:
    # 111.08 / (600 - 4.79) = 18.7 %.
    share = break_even_share(hardware=3999 / 36, there=600, here=4.79)
    assert share == pytest.approx(0.18663, abs=1e-5)
    assert break_even_share(hardware=0, there=600, here=300) == 0
    assert break_even_share(hardware=100, there=90, here=10) is None, "more than all of it"
    assert break_even_share(hardware=0, there=5, here=5) is None, "nothing is saved"


def test_a_plan_is_as_sovereign_as_its_weaker_part() -> None:
    def place(low: Any, high: Any, score: float) -> Standing:
        return Standing(level=low, level_high=high, score=score, score_high=99,
                        coverage_percent=50, known=9)  # fmt: skip

    desk, cloud = place("S4", "S4", 93), place("S1", "S3", 41)
    assert (weakest(desk, cloud).level, weakest(desk, cloud).level_high) == ("S1", "S3")
    assert (weakest(desk, None).level, weakest(desk, None).level_high) == ("S0", "S4")
    assert weakest(desk, desk).level == "S4"


@pytest.mark.django_db
def test_the_published_figures_split_between_an_offer_and_a_machine(
    client: Client, tenant: Tenant
) -> None:
    told = calculated(client, f"{OFFER}&share=70")
    plan = told["plan"]
    # 450,000 in at 5 and 150,000 out at 25 a million are 6 a day.
    assert plan["first"]["month"]["full"] == pytest.approx(180)
    # 1,050 s + 8,536.6 s of 140 W are 0.373 kWh a day.
    assert plan["second"]["month"]["hours_a_day"] == pytest.approx(2.6629, abs=1e-4)
    assert plan["second"]["month"]["electricity"] == pytest.approx(3.3553, abs=1e-4)
    assert plan["month"]["running"] == pytest.approx(183.3553, abs=1e-4)
    assert plan["month"]["full"] == pytest.approx(294.4386, abs=1e-4)
    assert plan["first"]["alone"]["full"] == pytest.approx(600)
    assert plan["second"]["alone"]["full"] == pytest.approx(115.8766, abs=1e-4)
    assert (plan["from_percent"], plan["to_percent"]) == (pytest.approx(18.663, abs=1e-3), None)
    assert plan["month"]["hours_a_day"] is None, "nobody measured the offer"
    assert told["asked"]["query"].endswith("share=70")
    assert calculated(client, told["asked"]["query"]) == told
    shown = page(client, f"{OFFER}&share=70")
    assert "<b>more than 18.7 %</b>" in shown
    assert "<b>294.44</b>" in shown
    assert "share=70" in shown.partition('class="share"')[2]
    assert "share=" not in shown.partition('href="/procurement/?')[2].partition('"')[0]
    # Whether a hundredth less or more than 18.663 % moves, decides.
    for percent, is_cheaper in ((18.65, False), (18.67, True)):
        near = calculated(client, f"{OFFER}&share={percent}")["plan"]
        assert (near["month"]["full"] < near["first"]["alone"]["full"]) is is_cheaper
    files = calculated(client, f"{OFFER}&share=70&first_mix=reasoning&second_mix=agent")["plan"]
    # 6,666.67 tasks of the agent: 333,333 tokens read and 66,667 written take 1,959.3 s.
    assert files["second"]["month"]["hours_a_day"] == pytest.approx(0.54427, abs=1e-4)
    assert files["first"]["mix"] == "reasoning"
    assert calculated(client, OFFER)["plan"] is None


@pytest.mark.django_db
def test_a_machine_that_is_too_slow_has_no_cost_and_no_share(
    client: Client, tenant: Tenant
) -> None:
    heavy = OFFER.replace("output=500000", "output=9000000")
    plan = calculated(client, f"{heavy}&share=70")["plan"]
    assert plan["second"]["missing"].startswith("too slow: one stream needs 43.0 hours")
    assert plan["month"] is None
    assert "– a part has no cost" in page(client, f"{heavy}&share=70")
    assert calculated(client, f"{heavy}&share=30")["plan"]["month"] is not None
    # The hardware pays from 98 % of the work on, and one stream can do 39 %.
    dear = heavy.replace("price=3999", "price=240000")
    assert calculated(client, f"{dear}&share=30")["plan"]["from_percent"] is None
    bare = calculated(client, "share=30")["plan"]
    assert bare["first"]["missing"].startswith("no price of tokens is on record above the floors")
    assert bare["second"]["missing"] == "the machine is not known: hardware, power, writing"


@pytest.mark.django_db(transaction=True)
def test_two_deployments_on_record_keep_their_elo_and_the_weaker_level(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    best, second, *_ = scenes.league(tenant, size=3, votes_per_pair=9)
    cloud, desk = hosted(tenant, best, 10.0), scenes.deployment(tenant, second)
    other = hosted(tenant, second, 2.0, operator="Other Cloud")
    as_archetype(tenant, cloud, "us_api_default", stated_on=DAY)
    as_archetype(tenant, desk, "own_spark_proven", stated_on=DAY)
    declare_power(tenant=tenant, deployment_slug=desk, watts=280, scope="wall",
                  source_name="A meter", stated_on=DAY, actor="test")  # fmt: skip
    price_hardware(tenant=tenant, deployment_slug=desk, usd_micros=7_200_000_000, months=36,
                   source_name="A shop", stated_on=DAY, actor="test")  # fmt: skip
    advance_all(tenant)
    asked = f"input=0&output=1000000&first={cloud}&second={desk}&share=40&elo=900&level=S3"
    plan = calculated(client, asked)["plan"]
    first, other_part = plan["first"]["place"], plan["second"]["place"]
    assert first["rating"]["value"] > other_part["rating"]["value"]
    assert (first["sovereignty"]["level"], other_part["sovereignty"]["level"]) == ("S1", "S4")
    assert plan["sovereignty"]["level"] == "S1"
    assert [reason["code"] for reason in first["missed"]] == ["level_below"]
    assert other_part["missed"] == []
    assert plan["first"]["month"]["bought"] == pytest.approx(30 * 0.6 * 10)
    assert plan["second"]["missing"] == "the machine is not known: writing"
    shown = page(client, asked)
    assert "– each part keeps its own" in shown
    assert "– a part is below one" in shown
    assert f'href="/deployments/{desk}/"' in shown
    both = calculated(client, f"input=0&output=1000000&first={cloud}&second={other}")["plan"]
    assert both["month"]["full"] == pytest.approx(30 * (5 + 1))
    assert (both["from_percent"], both["to_percent"]) == (0, None)
    told = page(client, f"input=0&output=1000000&first={cloud}&second={other}")
    assert "At any share it costs less than Model 000 alone." in told
    assert "No share costs less than Model 001 alone." in told
    # The cheapest tokens are the second part already, so the first are those after them.
    assert calculated(client, f"second={other}")["plan"]["first"]["place"]["deployment"] == cloud
    twice = client.get(f"/calculator/?first={cloud}&second={cloud}")
    assert twice.status_code == 400
    assert f"second: {cloud} is the first as well; a plan has two." in twice.content.decode()
    euro = calculated(
        client, f"input=0&output=1000000&first={cloud}&second={other}&currency=EUR&rate=0.5"
    )
    assert euro["plan"]["month"]["full"] == pytest.approx(90)


@pytest.mark.django_db(transaction=True)
def test_measured_places_tell_how_long_the_plan_takes(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    advance_all(tenant)
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    slug = row["key"].removeprefix("deployment:")
    asked = f"input=0&output=1000000&price=36&watts=100&speed=25&first={slug}&share=25"
    bare = calculated(client, asked)["plan"]
    assert bare["first"]["missing"] == "the machine is not known: hardware, power"
    assert bare["hours_side_by_side"] is None
    declare_power(tenant=tenant, deployment_slug=slug, watts=100, scope="wall",
                  source_name="A meter", stated_on=DAY, actor="test")  # fmt: skip
    price_hardware(tenant=tenant, deployment_slug=slug, usd_micros=72_000_000, months=36,
                   source_name="A shop", stated_on=DAY, actor="test")  # fmt: skip
    advance_all(tenant)
    plan = calculated(client, asked)["plan"]
    # 750,000 at 50 a second are 15,000 s, 250,000 at 25 are 10,000 s.
    hours = [plan[name]["month"]["hours_a_day"] for name in ("first", "second")]
    assert hours == [pytest.approx(15_000 / 3600, rel=1e-3), pytest.approx(10_000 / 3600)]
    assert plan["hours_side_by_side"] == max(hours)
    assert plan["month"]["hours_a_day"] == sum(hours)
    assert plan["month"]["hardware"] == 72 / 36 + 1
    assert "one after the other 6.94." in page(client, asked)


BAD = {
    "share=0": "share: 0 is not allowed; 1 to 99 per cent is.",
    "share=100": "share: 100 is not allowed",
    "share=half": "share: half is not allowed",
    "first=none": "first: none is not registered",
    "second=none": "second: none is not registered",
    "second_mix=poem": "second_mix: poem is not allowed; chat, agent, rag-8k, reasoning are.",
}


@pytest.mark.django_db
def test_bad_splits_are_refused_with_what_is_allowed(client: Client, tenant: Tenant) -> None:
    for query, message in BAD.items():
        response = client.get(f"/calculator/?{query}")
        assert response.status_code == 400, query
        assert message in response.content.decode()
        assert client.get(f"/api/v1/calculator?{query}").status_code == 400, query


def test_nothing_pays_beyond_what_one_stream_writes(client: Client, tenant: Tenant) -> None:
    machine = "input=0&price=3999&watts=140&speed=41&tariff=0.3&months=36"
    cheap = f"{machine}&output=500000&cloud_output=0.5"
    told = calculated(client, cheap)
    [offered] = told["candidates"]
    assert told["mine"]["capacity_millions"] == pytest.approx(106.3, abs=0.1)
    assert offered["against_mine"]["break_even_millions"] is None
    assert "no volume pays that one stream can write" in page(client, cheap)
    busy = f"{machine}&output=4000000&cloud_output=25"
    [offered] = calculated(client, busy)["candidates"]
    assert offered["against_mine"]["payback_months"] is None
    shown = page(client, busy)
    assert "so the machine does not replace it" in shown.replace("&#x27;", "'")
    assert "the machine is paid after" not in shown
