"""A cell opens to the very events it rests on: as a page, and as lines to download."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from arena import cell_pages
from arena.eventstore.queries import digests, log_head
from arena.tenancy.models import Tenant
from benchmarks import commands
from tests import battles
from tests.benchmarks.scores import score, state
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published
from tests.leaderboards.test_past_records import accept, price

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
CELL = "/boards/text/cells"
PRICE = "output_usd_per_million_tokens"


def lines(client: Client, path: str, *, whole: bool = False) -> list[dict[str, Any]]:
    response = client.get(path if whole else f"{path}events.jsonl")
    assert response.status_code == 200
    body = b"".join(response).decode()
    return [json.loads(line) for line in body.splitlines()]


def run_ids(page: Any) -> set[UUID]:
    return {run.run_id for run in page.context["grounds"].runs}


def test_the_votes_of_a_rating_are_listed_once_each_and_add_up(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_pages, "PAGE_SIZE", 7)
    slugs = scenes.league(tenant)
    scenes.league(tenant, board="code")
    advance_all(tenant)
    path = f"{CELL}/model:{slugs[1]}/rating/"
    page = client.get(path)
    assert page.context["grounds"].pair_votes == page.context["view"].raw["sample"] == 24
    seen, query = [event.position for event in page.context["events"]], page.context["next_query"]
    while query:
        more = client.get(f"{path}?{query}")
        seen += [event.position for event in more.context["events"]]
        query = more.context["next_query"]
    loaded = lines(client, path)
    assert [event["position"] for event in loaded] == seen == sorted(set(seen))
    assert len(loaded) == 24
    chain = digests(tenant=tenant, positions=seen)
    for event in loaded:
        assert event["hash"] == chain[event["position"]].hash.hex()
        assert event["data"]["board"] == "text"
        assert slugs[1] in (event["data"]["model_a"], event["data"]["model_b"])
        assert "voter" not in event["data"]
    body = page.content.decode()
    assert "bradley-terry-2" in body
    assert "Later events" in body


def test_votes_that_do_not_count_are_no_evidence(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    battles.contest(tenant, ["Alpha", "Beta", "Gamma"], developers=["One", "One", "Two"])
    advance_all(tenant)
    for winner in ("model_a", "tie", "model_b"):
        battles.voted(tenant, winner, prompt="Write a Python function.")
    advance_all(tenant)
    battles.voted(tenant, "model_a", prompt="Tell me about the sea.")
    advance_all(tenant)
    for board, votes in (("text", 4), ("text--code", 3)):
        rows = client.get(f"/api/v1/boards/{board}/rows").json()["items"]
        counted = 0
        for row in rows:
            cell = row["cells"]["votes"]
            found = lines(client, f"/boards/{board}/cells/{row['key']}/votes/")
            assert len(found) == (cell["value"] or 0)
            counted += len(found)
        assert counted == 2 * votes


def test_a_claim_leads_to_the_event_that_states_it(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant)
    place = scenes.deployment(tenant, slugs[0])
    scenes.claim(tenant, place, "output_usd_per_million_tokens", 2.5)
    advance_all(tenant)
    path = f"{CELL}/deployment:{place}/output_usd_per_million_tokens/"
    (event,) = lines(client, path)
    assert (event["type"], event["data"]["value"]) == ("ExternalValueStated", 2.5)
    assert "claim of An article" in client.get(path).content.decode()
    nothing = client.get(f"{CELL}/deployment:{place}/sovereign/")
    assert "not stated" in nothing.content.decode()
    assert lines(client, f"{CELL}/deployment:{place}/sovereign/") == []


def test_a_list_price_is_no_claim_and_its_event_is_spelled_as_in_the_log(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant, size=2)
    places = [
        commands.register_deployment(
            tenant=tenant, model_slug=slug, operator=f"Operator of {slug}", actor="test"
        )
        for slug in slugs
    ]
    for number, place in enumerate(places, 1):
        price(tenant, place, number, timezone.now().date())
    advance_all(tenant)
    rows = client.get("/api/v1/boards/text/rows").json()["items"]
    cells = [row["cells"][PRICE] for row in rows]
    assert [(cell["value"], cell["kind"]) for cell in cells] == [(1, "measured"), (2, "measured")]
    assert {cell["note"] for cell in cells} == {"list price of A list"}
    path = f"{CELL}/deployment:{places[0]}/{PRICE}/"
    page = client.get(path).content.decode()
    assert "list price of A list" in page
    assert "claim of" not in page
    (event,) = lines(client, path)
    assert event["type"] == "DeploymentPriced"
    assert f"effective_on</span> {event['data']['effective_on']}" in page
    plane = client.get(f"/boards/text/pareto/?x={PRICE}&y=rating").content.decode()
    assert "only a claim from elsewhere" not in plane
    query = "&".join(f"row=deployment:{place}" for place in places)
    assert "not subtracted" not in client.get(f"/comparison/?{query}").content.decode()


def test_an_imported_score_says_who_states_it_and_by_which_suites(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant, size=2)
    state(tenant, score(None, model_slug=slugs[0]))
    advance_all(tenant)
    path = f"{CELL}/model:{slugs[0]}/score_mmlu_pro/"
    page = client.get(path)
    body = page.content.decode()
    assert page.context["formula"].version.startswith("suites ")
    assert "computed here from what is stated by A laboratory" in body
    assert "for the model in this quantization" not in body
    assert [line["type"] for line in lines(client, path)] == ["ScoreStated"]
    nothing = client.get(f"{CELL}/model:{slugs[1]}/score_mmlu_pro/").content.decode()
    assert "computed here" not in nothing


def test_a_speed_leads_to_its_runs_and_shows_of_them_only_what_is_public(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    scenes.open_text_board(tenant)
    runs = [published(tenant, tokens_per_second=speed) for speed in (50, 60)]
    advance_all(tenant)
    before = log_head(tenant=tenant).position
    (row,) = client.get("/api/v1/boards/text/rows").json()["items"]
    path = f"{CELL}/{row['key']}/decode_tokens_per_second/"
    page = client.get(path)
    assert run_ids(page) == set(runs)
    assert {line["type"] for line in lines(client, path)} >= {"RunPublished"}
    commands.retract_run(tenant=tenant, run_id=runs[0], reason="a wrong clock", actor="test")
    advance_all(tenant)
    assert run_ids(client.get(path)) == {runs[1]}
    past = client.get(f"{path}?as_of={before}")
    assert run_ids(past) == set(runs)
    assert past.context["view"].raw["value"] == 55


def test_a_cost_shows_its_arithmetic_and_leads_to_the_price(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant, size=2)
    place = commands.register_deployment(
        tenant=tenant, model_slug=slugs[0], operator="A cloud", actor="test"
    )
    price(tenant, place, 4, timezone.now().date())
    advance_all(tenant)
    before = log_head(tenant=tenant).position
    price(tenant, place, 8, timezone.now().date())
    advance_all(tenant)
    path = f"{CELL}/deployment:{place}/task_cost/"
    query = "mix=agent&currency=EUR&rate=0.5"
    for asked, usd in ((query, 8), (f"{query}&as_of={before}", 4)):
        page = client.get(f"{path}?{asked}")
        steps = page.context["grounds"].steps
        assert steps[-1].result == pytest.approx(page.context["view"].raw["value"], abs=1e-6)
        assert (steps[-1].unit, f"{usd} USD/M tokens" in steps[-3].how) == ("EUR", True)
        (event,) = lines(client, f"{path}events.jsonl?{asked}", whole=True)
        assert event["data"]["output_usd_micros_per_million_tokens"] == (usd * 1_000_000)
        assert "mixes " in page.context["formula"].version
    board = client.get(f"/boards/text/?{query}").content.decode()
    assert f"{path}?mix=agent&amp;currency=EUR&amp;rate=0.5" in board


def test_a_score_of_sovereignty_shows_its_facts_in_a_drawer_too(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant, size=2)
    place = scenes.deployment(tenant, slugs[0])
    accept(tenant, place, "none")
    accept(tenant, place, "configured")
    advance_all(tenant)
    path = f"{CELL}/deployment:{place}/sovereign/"
    drawer = client.get(f"{path}?part=drawer&profile=air-gapped")
    assert [fact.value for fact in drawer.context["grounds"].facts] == ["configured"]
    assert [line["type"] for line in lines(client, path)] == [
        "SovereigntyFactSubmitted",
        "SovereigntyFactReviewed",
    ]
    body = drawer.content.decode()
    assert "<html" not in body
    assert "profile air-gapped" in body
    # The criterion and its answer by name; the code only beside it.
    assert 'Egress proven <span class="quiet">A2</span>' in body
    assert ">configured<" not in body
    assert "Dispute this cell" in body
    assert client.get(f"{path}?part=roof").status_code == 400


def test_a_cell_of_the_past_rests_on_no_later_vote(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    before = log_head(tenant=tenant).position
    scenes.vote(tenant, slugs[0], slugs[1])
    advance_all(tenant)
    path = f"{CELL}/model:{slugs[0]}/votes/"
    past = client.get(f"{path}?as_of={before}")
    assert past.context["grounds"].pair_votes == len(past.context["events"]) == 12
    assert "The past." in past.content.decode()
    assert client.get(path).context["grounds"].pair_votes == 13


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{CELL}/model:nobody/rating/", 404),
        (f"{CELL}/model:model-000/nothing/", 404),
        ("/boards/nothing/cells/model:model-000/rating/", 404),
        (f"{CELL}/model:model-000/rating/?as_of=yesterday", 400),
        (f"{CELL}/model:model-000/rating/?after=x", 400),
        (f"{CELL}/model:model-000/rating/events.jsonl?as_of=0", 400),
        (f"{CELL}/model:nobody/rating/events.jsonl", 404),
    ],
)
def test_what_is_no_cell_is_refused(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, path: str, status: int
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    assert client.get(path).status_code == status
