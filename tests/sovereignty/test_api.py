"""Sovereignty for programs, and what the public log shows of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from arena.tenancy.models import Tenant
from tests.sovereignty import scenes

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]
LATELY = timezone.now().date() - timedelta(days=3)


@pytest.fixture
def place(tenant: Tenant, advance_all: Advance) -> str:
    slug = scenes.place(tenant)
    scenes.as_archetype(tenant, slug, "unknown_terms", stated_on=LATELY)
    scenes.submitted(tenant, slug, stated_on=LATELY)
    advance_all(tenant)
    return slug


def test_score_parts_and_every_fact_of_a_deployment(client: Client, place: str) -> None:
    found = client.get(f"/api/v1/sovereignty/{place}").json()
    score = found["score"]
    assert (score["score"], score["score_high"], score["coverage_percent"]) == (16, 99, 17)
    assert (score["level"], score["level_high"], score["unmet"]) == ("S0", "S4", ["E1", "D1"])
    assert (score["profile"], score["criteria_version"]) == ("eu-organisation", "0.1.0")
    parts = {part["criterion"]: part for part in found["parts"]}
    assert (parts["F1"]["points"], parts["C1"]["points"]) == (8, None)
    assert parts["C1"]["reason"] == "no reviewed fact"
    assert [fact["status"] for fact in found["facts"]] == ["accepted"] * 5 + ["waiting"]
    assert not {"submitted_by", "reviewed_by"} & found["facts"][0].keys()


def test_scores_of_every_deployment_for_a_profile(client: Client, place: str) -> None:
    listed = client.get("/api/v1/sovereignty?profile=air-gapped").json()
    [score] = listed["items"]
    assert (score["deployment"], score["profile"], score["score"]) == (place, "air-gapped", 18)


def test_unknown_profiles_and_deployments(client: Client, place: str) -> None:
    wrong = client.get("/api/v1/sovereignty?profile=moon")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid-parameter")
    assert "Profiles: eu-organisation, eu-public-body" in wrong.json()["detail"]
    missing = client.get("/api/v1/sovereignty/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")


def test_a_deployment_without_a_reviewed_fact_has_no_score(
    client: Client, tenant: Tenant, advance_all: Advance
) -> None:
    other = scenes.place(tenant, "Beta")
    advance_all(tenant)
    assert client.get(f"/api/v1/sovereignty/{other}").json() == {
        "deployment": other, "score": None, "parts": [], "facts": []
    }  # fmt: skip


def test_the_public_log_shows_facts_and_reviews_without_the_people(
    client: Client, place: str
) -> None:
    for kind in ("SovereigntyFactSubmitted", "SovereigntyFactReviewed"):
        page = client.get(f"/api/v1/events?type={kind}").json()
        assert page["items"]
        text = str(page)
        assert scenes.SUBMITTER not in text
        assert scenes.REVIEWER not in text
        assert client.get(f"/log/?type={kind}").status_code == 200
