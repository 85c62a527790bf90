"""The calculator's page and JSON: published figures, prefilled machines, floors, bad input."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power, price_deployment, price_hardware, register_deployment
from leaderboards.templatetags.numbers import number
from tests.leaderboards import scenes
from tests.leaderboards.cost.calculating import calculated, page
from tests.leaderboards.test_measured_speed import published

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
SPARK = "input=0&output=500000&price=3999&watts=140&speed=41&tariff=0.3&months=36"
DAY = date(2026, 5, 1)


def hosted(tenant: Tenant, model: str, usd: float, *, operator: str = "Example Cloud") -> str:
    slug = register_deployment(tenant=tenant, model_slug=model, operator=operator, actor="test")
    price_deployment(
        tenant=tenant, deployment_slug=slug, input_usd_micros_per_million_tokens=0,
        output_usd_micros_per_million_tokens=round(usd * 1e6), source_name="Price list",
        source_url="https://example.org/prices", effective_on=DAY, actor="test",
    )  # fmt: skip
    return slug


@pytest.mark.parametrize(
    ("price", "offer", "full", "even", "payback"),
    [
        (3999, 25, "7.69", "4.5", "10.8"), (4700, 25, "8.99", "5.3", "12.7"),
        (3999, 75, "7.69", "1.5", "3.6"), (4700, 75, "8.99", "1.7", "4.2"),
    ],
)  # fmt: skip
def test_the_published_figures(
    client: Client, tenant: Tenant, price: int, offer: int, full: str, even: str, payback: str
) -> None:
    query = f"{SPARK.replace('3999', str(price))}&cloud_output={offer}"
    told = calculated(client, query)
    assert f"{told['mine']['full_per_million']:.2f}" == full
    assert f"{told['mine']['electricity_per_million']:.3f}" == "0.285"
    [offered] = told["candidates"]
    assert f"{offered['against_mine']['break_even_millions']:.1f}" == even
    assert f"{offered['against_mine']['payback_months']:.1f}" == payback
    shown = page(client, query)
    assert f"<b>{even} M output tokens a month</b>" in shown
    assert f"<b>{payback} months</b>" in shown
    assert f"{full} USD/M output tokens" in shown


def test_the_curve_is_drawn_and_stands_in_a_table(client: Client, tenant: Tenant) -> None:
    query = f"{SPARK}&cloud_output=25"
    shown, told = page(client, query), calculated(client, query)
    assert shown.count('class="curve own"') == 8
    assert "bought 0.00 USD, your machine 111.08 USD" in shown
    assert len(told["curve"]) == 9
    last = told["curve"][-1]
    assert last["hosted"] == pytest.approx(25 * last["millions"])
    assert last["own"] == pytest.approx(3999 / 36 + 0.2846 * last["millions"], rel=1e-3)
    for step in told["curve"]:
        assert f'<th scope="row" class="num">{number(step["millions"], 1)}</th>' in shown
    assert "style=" not in shown.partition("<main")[2]


def test_beyond_what_one_stream_writes_there_is_no_cost(client: Client, tenant: Tenant) -> None:
    told = calculated(client, f"{SPARK.replace('500000', '3000000')}&cloud_output=25")
    assert told["mine"]["capacity_millions"] == pytest.approx(106.27, abs=0.01)
    assert told["curve"][-1]["own"] is None
    assert told["mine"]["fits"] is True
    too_much = calculated(client, SPARK.replace("500000", "4000000"))
    assert too_much["mine"]["fits"] is False
    assert "one stream cannot do it" in page(client, SPARK.replace("500000", "4000000"))


def test_without_a_machine_the_page_says_what_is_missing(client: Client, tenant: Tenant) -> None:
    shown = page(client)
    assert "– the machine is not known: hardware, power, writing." in shown
    assert "Nothing with a known cost is above the floor." in shown
    assert calculated(client, "watts=140&speed=41&price=9")["missing"] == (
        "how fast it reads a prompt is not measured: state it, or ask for no input tokens"
    )


def test_the_energy_of_a_task(client: Client, tenant: Tenant, advance_all: AdvanceAll) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    advance_all(tenant)
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    assert row["cells"]["task_energy"]["missing"].startswith("its power is neither measured")
    slug = row["key"].removeprefix("deployment:")
    declare_power(
        tenant=tenant, deployment_slug=slug, watts=100, scope="wall", source_name="A meter",
        stated_on=DAY, actor="test",
    )  # fmt: skip
    advance_all(tenant)
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    # 1,000 tokens read at 80 tok/s and 500 written at 50: 22.5 s at 100 W are 0.625 Wh.
    energy = row["cells"]["task_energy"]
    assert (energy["value"], energy["unit"]) == (pytest.approx(0.625), "Wh")
    assert energy["conditions"] == {"power": "wall"}
    opened = client.get(f"/boards/text/cells/deployment:{slug}/task_energy/")
    assert opened.context["grounds"].steps[-1].result == pytest.approx(0.625)
    month = client.get("/boards/text/?unit=month&tasks=100&columns=task_energy")
    cell = month.context["table"].rows[0]["cells"]["task_energy"]
    assert (cell["value"], cell["unit"]) == (pytest.approx(3_000 * 0.625), "Wh/month")


def test_a_measured_deployment_prefills_the_machine(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    advance_all(tenant)
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    slug = row["key"].removeprefix("deployment:")
    assert row["cells"]["task_cost"]["missing"] == (
        "its power is neither measured nor declared, and its hardware not rated"
    )
    declare_power(
        tenant=tenant, deployment_slug=slug, watts=100, scope="wall", source_name="A meter",
        stated_on=DAY, actor="test",
    )  # fmt: skip
    advance_all(tenant)
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    assert row["cells"]["task_cost"]["missing"] == "the price of its hardware is not on record"
    # 1,000 tokens read at 16 / 0.2 s = 80 tok/s and 500 written at 50: 22.5 s at 100 W.
    power = row["cells"]["task_electricity"]
    assert power["value"] == pytest.approx(22.5 * 100 / 3.6e6 * 0.3, abs=2e-6)
    assert (power["sample"], power["counted"], power["unit"]) == (1, "prices", "USD")
    price_hardware(
        tenant=tenant, deployment_slug=slug, usd_micros=3_999_000_000, months=36,
        source_name="A shop", stated_on=DAY, actor="test",
    )  # fmt: skip
    advance_all(tenant)
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    cost = row["cells"]["task_cost"]["value"]
    assert cost == pytest.approx(power["value"] + 3999 * 22.5 / (36 * 30 * 86400 * 0.25), abs=2e-6)
    cell = f"/boards/text/cells/deployment:{slug}/task_cost/"
    assert f'href="{cell}"' in client.get("/boards/text/").content.decode()
    opened = client.get(cell)
    assert f'href="/calculator/?deployment={slug}"' in opened.content.decode()
    assert opened.context["grounds"].steps[-1].result == pytest.approx(cost, abs=2e-6)
    shown = page(client, f"deployment={slug}")
    assert "wall, declared by A meter" in shown
    assert f'<a href="/runs/?deployment={slug}">runs</a>' in shown
    assert "stated by A shop" in shown
    assert "median of 1 run" in shown
    told = calculated(client, f"deployment={slug}&input=0&output=1000")
    assert {figure["name"]: figure["value"] for figure in told["machine"]}["price"] == 3999
    assert [task["mix"] for task in told["tasks"]] == ["chat", "agent", "rag-8k", "reasoning"]
    assert told["tasks"][0]["cost"]["value"] == cost
    euro = client.get("/boards/text/?currency=EUR&rate=0.5&tariff=0.6&mix=agent")
    cell = euro.context["table"].rows[0]["cells"]["task_electricity"]
    assert cell["unit"] == "EUR"
    assert cell["value"] == pytest.approx((50_000 / 80 + 10_000 / 50) * 100 / 3.6e6 * 0.6, rel=1e-3)
    text = euro.content.decode()
    assert 'data-follows="no"' in text
    assert "Agent in EUR" in text
    assert "currency=EUR&amp;rate=0.5&amp;tariff=0.6" in text


def test_a_floor_keeps_who_is_below_it_out_and_says_how_many(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    best, second, *_ = scenes.league(tenant, size=4, votes_per_pair=30)
    [unrated] = scenes.models(tenant, "Unvoted")
    slugs = {model: hosted(tenant, model, usd) for model, usd in
             ((best, 10.0), (second, 5.0), (unrated, 1.0))}  # fmt: skip
    advance_all(tenant)
    everyone = calculated(client, "input=0&output=1000000")
    assert [item["deployment"] for item in everyone["candidates"]] == [
        slugs[unrated], slugs[second], slugs[best],
    ]  # fmt: skip
    assert [item["a_month"] for item in everyone["candidates"]] == [30, 150, 300]
    ratings = {item["model_slug"]: item["rating"] for item in everyone["candidates"]}
    assert ratings[unrated] is None
    floor = round((ratings[best]["value"] + ratings[second]["value"]) / 2)
    high = calculated(client, f"input=0&output=1000000&elo={floor}&price=3999&watts=140&speed=41")
    assert [item["deployment"] for item in high["candidates"]] == [slugs[best]]
    assert (high["below_floor"], high["unrated"]) == (1, 1)
    assert high["candidates"][0]["against_mine"]["break_even_millions"] > 0
    shown = page(client, f"input=0&output=1000000&elo={floor}")
    assert "left out: 1 below it, 1 that the board does not rate" in shown
    rows = {
        row["model"]["slug"]: row for row in client.get("/api/v1/boards/text/rows").json()["items"]
    }
    cell = rows[best]["cells"]["task_cost"]
    assert cell["value"] == pytest.approx(500 * 10 / 1e6)
    assert rows[best]["cells"]["task_electricity"]["missing"].startswith("somebody else's machine")
    price = rows[best]["cells"]["output_usd_per_million_tokens"]
    assert (price["value"], price["source_name"], price["as_of"]) == (
        10,
        "Price list",
        "2026-05-01",
    )


BAD = [
    ("tariff=free", "tariff: free is not allowed; 0 to 100,000 USD a kWh is."),
    ("tariff=-1", "tariff: -1 is not allowed"),
    ("tariff=nan", "tariff: nan is not allowed"),
    ("currency=BTC", "currency: BTC is not allowed; USD, EUR, GBP"),
    ("currency=EUR", "rate: is missing; say how many EUR one USD is"),
    ("rate=2", "rate: 2 is not allowed; a US dollar is 1 USD."),
    ("months=0", "months: 0 is not allowed; 1 to 240 months is."),
    ("months=1.5", "months: 1.5 is not allowed; a whole number of months is."),
]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        *BAD,
        ("output=0", "output: 0 is not allowed"),
        ("input=1e99", "input: 1e99 is not allowed; 0 to 1,000,000,000,000 tokens a day is."),
        ("cloud_output=5", "cloud_input: is missing"),
        ("cloud_input=5", "cloud_output: is missing"),
        ("board=none", "board: none is not allowed; text are."),
        ("deployment=none", "deployment: none is not registered"),
        ("speed=0", "speed: 0 is not allowed"),
    ],
)
def test_bad_input_is_refused_with_what_is_allowed(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, query: str, message: str
) -> None:
    scenes.open_text_board(tenant)
    advance_all(tenant)
    response = client.get(f"/calculator/?{query}")
    assert response.status_code == 400
    assert message in response.content.decode().replace("&#x27;", "'")
    assert client.get(f"/api/v1/calculator?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "message"),
    [
        *BAD,
        ("mix=poem", "mix: poem is not allowed; chat, agent, rag-8k, reasoning are."),
        ("utilisation=0", "utilisation: 0 is not allowed; 1 to 100 per cent is."),
    ],
)
def test_a_board_refuses_them_too(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, query: str, message: str
) -> None:
    scenes.open_text_board(tenant)
    advance_all(tenant)
    response = client.get(f"/boards/text/?{query}")
    assert response.status_code == 400
    assert message in response.content.decode()


def test_the_answer_has_an_address_that_gives_it_again(client: Client, tenant: Tenant) -> None:
    query = f"{SPARK}&cloud_output=25&currency=EUR&rate=0.9"
    told = calculated(client, query)
    again = calculated(client, told["asked"]["query"])
    assert again == told
    shown = page(client, query)
    assert f"/calculator/?{told['asked']['query']}".replace("&", "&amp;") in shown


def test_the_mixes_can_be_read(client: Client, tenant: Tenant) -> None:
    told = client.get("/api/v1/mixes").json()
    assert told["version"] == 1
    assert told["mixes"][0]["output_tokens"] == 500


LARGEST = "output=1&input=1e12&cloud_input=1e9&cloud_output=1e9"


@pytest.mark.parametrize("address", ["/calculator/", "/calculator.csv", "/procurement/"])
def test_little_output_is_refused_and_the_largest_figures_are_told(
    client: Client, tenant: Tenant, address: str
) -> None:
    for little in ("1e-320", "1e-6", "0"):
        refused = client.get(f"{address}?{SPARK.replace('500000', little)}&cloud_output=25")
        assert refused.status_code == 400
        assert "1 to 1,000,000,000,000 tokens a day is" in refused.content.decode()
    for machine in ("", "&price=1e12&watts=1e6&speed=0.001&prefill=0.001&tariff=1e5"):
        assert client.get(f"{address}?{LARGEST}{machine}").status_code == 200


def test_the_interface_refuses_little_output(client: Client, tenant: Tenant) -> None:
    refused = client.get("/api/v1/calculator?output=1e-320&input=0")
    assert refused.status_code in (400, 422)
    assert client.get(f"/api/v1/calculator?{LARGEST}").status_code == 200


def test_a_figure_that_is_not_finite_is_a_dash() -> None:
    assert [number(value, 2) for value in (float("nan"), float("inf"))] == ["–", "–"]
