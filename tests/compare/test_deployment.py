"""All that is on record of a deployment, on its page, in its twins and through the interface."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.commands import state_reply
from tests.benchmarks import runs
from tests.compare.scene import Scene, furnish
from tests.leaderboards.test_measured_speed import published

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


@pytest.fixture
def scene(tenant: Tenant, advance_all: AdvanceAll) -> Scene:
    return furnish(tenant, advance_all)


def shown(client: Client, slug: str) -> str:
    response = client.get(f"/deployments/{slug}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_prices_facts_and_replies_are_all_there(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    state_reply(
        tenant=tenant, operator="Example Cloud", text="We see it otherwise.",
        stated_on=date(2026, 11, 1), actor="test",
    )  # fmt: skip
    advance_all(tenant)
    page = shown(client, scene.bought)
    for words in (
        "2026-05-20 <b>in force</b>", "−25", "Retention clock", "at most 24 hours",
        "List of subprocessors with notice and objection", "at most 30 days",
        "We see it otherwise.",
        "On the boards", 'href="/boards/text/"',
    ):  # fmt: skip
        assert words in page, words
    detail = client.get(f"/api/v1/deployments/{scene.bought}").json()
    assert [price["output_usd_micros_per_million_tokens"] for price in detail["prices"]] == [
        6_000_000, 8_000_000,
    ]  # fmt: skip
    assert detail["rows"][0]["board"] == "text"
    assert detail["sovereignty"]["score"]["level"] == "S0"
    assert detail["replies"][0]["text"] == "We see it otherwise."
    assert detail["speed"] is None
    twin = client.get(f"/deployments/{scene.bought}.md")
    assert twin["Content-Type"] == "text/markdown; charset=utf-8"
    by_accept = client.get(f"/deployments/{scene.bought}/", headers={"Accept": "text/markdown"})
    assert by_accept.content == twin.content
    assert "Retention clock" in twin.content.decode()


def test_machine_and_claims_of_ones_own(client: Client, scene: Scene) -> None:
    page = shown(client, scene.own)
    for words in ("240 W", "8000.00 USD", "A meter", "not assessed", "An article", "not measured"):
        assert words in page, words
    detail = client.get(f"/api/v1/deployments/{scene.own}").json()
    assert detail["power"][0]["watts"] == 240
    assert detail["hardware_prices"][0]["months"] == 36
    assert detail["external_values"][0]["value"] == 41.0
    assert detail["sovereignty"]["score"] is None


def test_every_run_says_whether_it_counts(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    ids = [published(tenant, tokens_per_second=speed) for speed in (40, 50, 90)]
    commands.retract_run(tenant=tenant, run_id=ids[0], reason="wrong recipe", actor=runs.ACTOR)
    commands.invalidate_run(tenant=tenant, run_id=ids[1], reason="a clock was off", actor="mod")
    advance_all(tenant)
    entries = client.get("/api/v1/deployments").json()["items"]
    slugs = {entry["slug"] for entry in entries} - {scene.bought, scene.own}
    [slug] = slugs
    detail = client.get(f"/api/v1/deployments/{slug}").json()
    assert detail["speed"]["run_count"] == 1
    found = {run["run_id"]: run for run in detail["runs"]}
    why = [found[str(run_id)]["why_not"] for run_id in ids]
    assert why == ["retracted: wrong recipe", "invalidated: a clock was off", ""]
    assert found[str(ids[0])]["decode"] is None
    assert found[str(ids[2])]["decode"]["value"] == pytest.approx(90, abs=0.1)
    page = shown(client, slug)
    assert "no: retracted: wrong recipe" in page
    assert f'href="/runs/{ids[2]}/"' in page


def test_deployments_are_pages_of_cursors(client: Client, scene: Scene) -> None:
    first = client.get("/api/v1/deployments?limit=1").json()
    assert first["has_more"]
    second = client.get(f"/api/v1/deployments?limit=1&cursor={first['next']}").json()
    slugs = [page["items"][0]["slug"] for page in (first, second)]
    assert slugs == sorted([scene.bought, scene.own])
    assert not second["has_more"]


def test_what_is_not_there_is_not_found_and_bad_profiles_are_refused(
    client: Client, scene: Scene
) -> None:
    assert client.get("/deployments/none/").status_code == 404
    assert client.get("/deployments/none.md").status_code == 404
    assert client.get("/api/v1/deployments/none").status_code == 404
    refused = client.get(f"/deployments/{scene.own}/?profile=none")
    assert refused.status_code == 400
    assert "eu-organisation" in refused.content.decode()
