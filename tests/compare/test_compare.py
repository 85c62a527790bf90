"""Rows of a board beside each other, on the page and through the interface."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from leaderboards import current_fit
from leaderboards.differences import difference
from tests.compare.scene import AdvanceAll, Scene, furnish
from tests.leaderboards import scenes
from voting.queries import board


@pytest.fixture
def scene(tenant: Tenant, advance_all: AdvanceAll) -> Scene:
    return furnish(tenant, advance_all)


def shown(client: Client, query: str) -> str:
    response = client.get(f"/comparison/?{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def told(client: Client, query: str) -> Any:
    response = client.get(f"/api/v1/compare?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def test_pairs_have_the_difference_of_the_fit_with_interval_p_and_votes(
    client: Client, tenant: Tenant, scene: Scene
) -> None:
    pairs = told(client, scene.query)["pairs"]
    assert len(pairs) == 3
    fit = current_fit.current_fit(tenant=tenant, info=board(tenant=tenant, slug="text")).fit
    wanted = difference(fit, scene.models[0], scene.models[1])
    found = pairs[0]["difference"]
    assert found["elo"] == pytest.approx(wanted.elo)
    assert (found["lower"], found["upper"]) == pytest.approx((wanted.lower, wanted.upper))
    assert found["first_share"] == pytest.approx(2 / 3, abs=0.001)
    assert (pairs[0]["met"]["wins"], pairs[0]["met"]["losses"], pairs[0]["met"]["n"]) == (
        20,
        10,
        30,
    )
    assert pairs[0]["met"]["share"] == pytest.approx(2 / 3)
    assert pairs[1]["met"]["n"] == 0
    raw = sorted(pair["difference"]["p_value"] for pair in pairs)
    assert min(pair["p_adjusted"] for pair in pairs) == pytest.approx(3 * raw[0])
    page = shown(client, scene.query)
    assert f"{wanted.elo:.1f}" in page
    assert "A is ahead" in page
    assert "no vote of this board between the two counts" in page


def test_the_votes_of_a_pair_are_its_evidence(client: Client, scene: Scene) -> None:
    one, other = scene.models[:2]
    page = client.get(f"/log/?type=votes&board=text&model={one}&against={other}").content.decode()
    assert page.count("VoteRecorded</td>") == 30
    apart = client.get(f"/log/?type=votes&board=text&model={one}&against={scene.models[3]}")
    assert "No event matches" in apart.content.decode()


def test_deployments_of_one_model_share_its_rating(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    other = scenes.deployment(tenant, scene.models[0])
    advance_all(tenant)
    [pair] = told(client, f"board=text&row=deployment:{scene.bought}&row=deployment:{other}")[
        "pairs"
    ]
    assert (pair["difference"], pair["met"]) == (None, None)
    assert pair["missing"] == "one rating: these deployments share it"


def test_every_column_is_held_against_the_first_row(client: Client, scene: Scene) -> None:
    columns = {column["column"]: column for column in told(client, scene.query)["columns"]}
    first, second, third = columns["rating"]["figures"]
    assert (first["difference"], second["verdict"], third["verdict"]) == (None, "worse", "worse")
    speeds = columns["decode_tokens_per_second"]["figures"]
    assert [figure["missing"] for figure in speeds] == ["", *2 * ["a figure is missing"]]
    assert [figure["cell"]["value"] for figure in speeds] == [None, 41.0, None]
    page = shown(client, scene.query)
    assert ", worse" in page
    assert "claim, An article" in page


def test_claims_are_not_subtracted_from_measurements_nor_from_other_sources(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    scenes.claim(tenant, scene.bought, "decode_tokens_per_second", 90.0, source_name="Another")
    advance_all(tenant)
    columns = {column["column"]: column for column in told(client, scene.query)["columns"]}
    figures = columns["decode_tokens_per_second"]["figures"]
    assert figures[1]["missing"] == "claims of different sources: not subtracted"


def test_costs_are_those_of_my_work(client: Client, scene: Scene) -> None:
    query = f"{scene.query}&mix=chat&currency=EUR&rate=0.5&tariff=0.4&tasks=100"
    found = told(client, query)
    usual = told(client, scene.query)
    mixes = {line["mix"]: line["costs"] for line in found["costs"]}
    plain = {line["mix"]: line["costs"] for line in usual["costs"]}
    cost = mixes["chat"][0]
    assert cost["cost"]["unit"] == "EUR"
    assert cost["cost"]["value"] == pytest.approx(plain["chat"][0]["cost"]["value"] / 2)
    assert cost["a_month"] == pytest.approx(cost["cost"]["value"] * 3_000)
    assert mixes["chat"][1]["cost"]["missing"] == "no published run has measured its speed"
    page = shown(client, query)
    assert found["query"] in page.replace("&amp;", "&")
    assert page.count('name="tasks"') == 2, "the field, and what adding a row keeps"
    assert 'size="8" value="100"' in page


def test_a_month_of_tasks_is_told_beside_each_mix(client: Client, scene: Scene) -> None:
    query = f"{scene.query}&mix=chat&unit=month"
    found = told(client, query)
    cost = next(line["costs"][0] for line in found["costs"] if line["mix"] == "chat")
    assert cost["a_month"] == pytest.approx(cost["cost"]["value"] * 30_000)
    assert found["query"].endswith("&unit=month&tasks=1000")
    assert told(client, f"{query}&tasks=200")["query"].endswith("&unit=month&tasks=200")


def test_facts_that_differ_stand_beside_each_other(client: Client, scene: Scene) -> None:
    facts = {line["title"]: line for line in told(client, scene.query)["facts"]}
    assert facts["Quantization"]["differs"]
    assert [fact["text"] for fact in facts["Quantization"]["facts"]] == ["", "FP8", ""]
    assert facts["Operator"]["facts"][0]["position"]
    assert not facts["Developer"]["differs"]
    criteria = told(client, scene.query)["criteria"]
    kept = next(line for line in criteria if line["criterion"] == "C1")
    assert [part["answer"] for part in kept["parts"]] == ["at most 24 hours", None, None]
    assert "Facts that differ" in shown(client, scene.query)


def test_rows_are_added_removed_and_led_by_links(client: Client, scene: Scene) -> None:
    page = shown(client, f"{scene.query}&tariff=0.5")
    keys = (f"deployment:{scene.own}", f"model:{scene.models[2]}")
    without = "&amp;".join([*(f"row={quote(key, safe='')}" for key in keys), "tariff=0.5"])
    assert f'?board=text&amp;{without}">Remove A</a>' in page
    assert "Hold the others against B" in page
    assert f'<option value="model:{scene.models[3]}">' in page
    two = f"row=model:{scene.models[2]}&row=model:{scene.models[3]}"
    assert "Remove" not in shown(client, two)


REFUSED = [
    ("board=text&row=model:model-002", "row: 1 given; 2 to 6 rows of one board are compared."),
    ("board=text&" + "&".join(["row=model:model-002"] * 7), "row: 7 given; 2 to 6 rows"),
    ("board=text&row=model:model-002&row=model:model-002", "model:model-002 is there twice"),
    ("board=text&row=model:model-002&row=model:none", "model:none is not on text; deployment:"),
    ("board=none&row=model:model-002&row=model:model-003", "none is not allowed; text, code"),
    ("board=code&row=model:model-002&row=model:model-003", "is not on code; it has no rows."),
    (
        "board=text&row=model:model-002&row=model:model-003&mix=none",
        "mix: none is not allowed; chat",
    ),
    ("board=text&row=model:model-002&row=model:model-003&currency=EUR", "rate: is missing"),
    ("board=text&row=model:model-002&row=model:model-003&profile=none", "profile: "),
    ("board=text&row=model:model-002&row=model:model-003&tasks=-1", "tasks: -1 is not allowed"),
]


def test_what_cannot_be_compared_is_refused_with_what_can(client: Client, scene: Scene) -> None:
    for query, reason in REFUSED:
        page = client.get(f"/comparison/?{query}")
        assert page.status_code == 400
        assert reason in page.content.decode()
        answer = client.get(f"/api/v1/compare?{query}")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"


def test_rows_are_picked_on_a_page_without_script(client: Client, scene: Scene) -> None:
    page = shown(client, "")
    assert page.count('type="checkbox" name="row"') == 4
    assert f'value="deployment:{scene.bought}"' in page
    assert shown(client, "q=cloud").count('type="checkbox"') == 1
    assert "No row yet" in shown(client, "board=code")
    assert client.get("/comparison/?board=none").status_code == 400


def test_an_arena_without_boards_has_nothing_to_compare(client: Client, tenant: Tenant) -> None:
    assert "No board yet" in shown(client, "")
    assert client.get("/comparison/?row=a&row=b").status_code == 400


def test_a_fit_is_made_once_for_each_state_of_the_votes(
    tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    def now() -> current_fit.CurrentFit:
        return current_fit.current_fit(tenant=tenant, info=board(tenant=tenant, slug="text"))

    before = now()
    assert now() is before
    scenes.vote(tenant, scene.models[0], scene.models[1], "model_b")
    advance_all(tenant)
    assert now().position > before.position
