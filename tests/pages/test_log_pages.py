"""The way down from a figure: filters, pages and single events of the public log."""

import hashlib
import struct
from collections.abc import Callable

import pytest
from django.test import Client

from arena import log_pages
from arena.tenancy.models import Tenant
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]


def positions(client: Client, query: str = "") -> list[int]:
    response = client.get(f"/log/{query}")
    assert response.status_code == 200
    return [row["stored"].position for row in response.context["events"]]


@pytest.fixture
def league(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=12)
    scenes.claim(tenant, scenes.deployment(tenant, slugs[0]), "elo", 1500.0)
    advance_all(tenant)
    return slugs


def test_log_shows_the_newest_events_first(client: Client, league: list[str]) -> None:
    shown = positions(client)

    assert shown == sorted(shown, reverse=True)
    assert len(shown) == len(set(shown)) > 40


def test_pages_of_the_log_cover_every_event_once(
    client: Client, league: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_pages, "PAGE_SIZE", 7)
    head = positions(client)[0]
    seen: list[int] = []
    query = ""
    while True:
        response = client.get(f"/log/?{query}")
        seen += [row["stored"].position for row in response.context["events"]]
        query = response.context["older_query"]
        if not query:
            break

    assert seen == list(range(head, 0, -1))


def test_rare_events_are_found_over_several_bounded_pages(
    client: Client, league: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_pages, "SCANNED_MAX", 10)
    monkeypatch.setattr(log_pages, "_WINDOW", 4)
    found: list[int] = []
    query, pages = "type=BoardOpened", 0
    while query:
        response = client.get(f"/log/?{query}")
        found += [row["stored"].position for row in response.context["events"]]
        query, pages = response.context["older_query"], pages + 1

    assert found == [1]
    assert pages > 3


def test_votes_of_a_model_and_only_those_are_shown(client: Client, league: list[str]) -> None:
    response = client.get(f"/log/?type=VoteRecorded&board=text&model={league[1]}")

    rows = response.context["events"]
    assert len(rows) == 24
    for row in rows:
        data = dict(row["data"])
        assert league[1] in (data["model_a"], data["model_b"])
        assert data["board"] == "text"
    assert client.get(f"/log/?type=VoteRecorded&board=other&model={league[1]}").status_code == 400


def test_claims_about_a_models_deployment_belong_to_the_model(
    client: Client, league: list[str]
) -> None:
    response = client.get(f"/log/?model={league[0]}")

    types = {row["stored"].type for row in response.context["events"]}
    assert types == {
        "ExternalValueStated",
        "DeploymentRegistered",
        "ModelRegistered",
        "VoteRecorded",
    }


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("?type=UserCreated", "type=UserCreated: no such choice. Allowed: votes, "),
        ("?before=x", "before=x: not a position."),
        ("?before=0", "before=0: not a position."),
        ("?before=-1", "before=-1: not a position."),
        (f"?before={'9' * 30}", "not a position."),
    ],
)
def test_bad_query_says_what_is_wrong(
    client: Client, tenant: Tenant, query: str, reason: str
) -> None:
    response = client.get(f"/log/{query}")

    assert response.status_code == 400
    assert reason in response.content.decode()


def test_event_page_shows_a_hash_that_can_be_computed(client: Client, league: list[str]) -> None:
    first, second = (client.get(f"/log/{position}/").context for position in (1, 2))
    event = second["event"]
    recorded_at_us = round(event.recorded_at.timestamp() * 1_000_000)

    link = hashlib.sha256(
        bytes.fromhex(first["event"].hash)
        + struct.pack(">qiq", 2, event.stream_version, recorded_at_us)
        + bytes.fromhex(event.body_sha256)
    ).hexdigest()

    assert event.hash == link
    assert second["previous_hash"] == first["event"].hash
    assert first["previous_hash"] is None
    assert first["previous"] is None
    assert (second["previous"], second["following"]) == (1, 3)


@pytest.mark.parametrize("position", ["0", "999999", "9" * 30])
def test_position_without_a_public_event_is_not_found(
    client: Client, league: list[str], position: str
) -> None:
    assert client.get(f"/log/{position}/").status_code == 404


def test_event_page_does_not_show_the_voter(
    client: Client, tenant: Tenant, league: list[str]
) -> None:
    page = client.get(f"/log/{positions(client, '?type=VoteRecorded')[0]}/").content.decode()

    assert "voter" not in page.replace("pseudonym of a voter", "")
