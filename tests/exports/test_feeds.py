"""Feeds tell what changed, the same at the same position, under ids that stay."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arena import news
from arena.eventstore import reader
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, retract_run
from leaderboards.rebuild import rebuild
from tests.benchmarks import runs
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import measured, published
from voting.commands import enter_contestant, retire_contestant

ATOM = "{http://www.w3.org/2005/Atom}"
Advance = Callable[[Tenant], None]


@pytest.fixture
def league(tenant: Tenant, advance_all: Advance) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=30)
    advance_all(tenant)
    return slugs


def _entries(client: Client, path: str) -> dict[str, str]:
    """Return title by id; parsed by a strict reader."""
    root = ElementTree.fromstring(client.get(path).content)  # noqa: S314
    return {
        entry.findtext(f"{ATOM}id", ""): entry.findtext(f"{ATOM}title", "")
        for entry in root.iter(f"{ATOM}entry")
    }


@pytest.mark.parametrize("path", ["/boards/text/feed.atom", "/models/model-000/feed.atom"])
def test_one_position_is_one_feed(
    client: Client, tenant: Tenant, league: list[str], path: str
) -> None:
    first = client.get(path)
    rebuild(tenant=tenant, board="text")
    second = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"].startswith("application/atom+xml")
    assert first.content == second.content
    assert again.status_code == 304


def test_a_board_tells_its_beginning_its_models_and_large_moves(
    client: Client, tenant: Tenant, league: list[str], advance_all: Advance
) -> None:
    before = _entries(client, "/boards/text/feed.atom")
    assert "Board Text opened" in before.values()
    assert "Rules of the ratings set" in before.values()
    assert "Model 000 registered" in before.values()

    for _ in range(60):
        scenes.vote(tenant, league[3], league[2])
    advance_all(tenant)

    after = _entries(client, "/boards/text/feed.atom")
    moved = [title for key, title in after.items() if "/boards/text/fits/" in key]
    assert len(moved) == 1
    assert " Elo to " in moved[0]
    assert before.items() <= after.items()
    of_model = _entries(client, f"/models/{league[3]}/feed.atom")
    assert [title for key, title in of_model.items() if "/fits/" in key]


def test_small_moves_are_no_news(
    client: Client, tenant: Tenant, league: list[str], advance_all: Advance
) -> None:
    before = _entries(client, "/boards/text/feed.atom")
    scenes.vote(tenant, league[1], league[2], "tie")
    advance_all(tenant)
    assert _entries(client, "/boards/text/feed.atom") == before


def test_ids_are_positions_of_the_log_and_links_lead_there(
    client: Client, league: list[str]
) -> None:
    root = ElementTree.fromstring(client.get("/boards/text/feed.atom").content)  # noqa: S314
    entries = list(root.iter(f"{ATOM}entry"))
    assert entries
    for entry in entries:
        key = entry.findtext(f"{ATOM}id", "")
        link = entry.find(f"{ATOM}link")
        assert key.startswith("tag:localhost,2026:public/log/")
        assert link is not None
        assert link.get("href", "").endswith(f"/log/{key.rpartition('/')[2]}/")
        assert client.get(link.get("href", "")).status_code == 200


def test_a_hostile_name_is_text(client: Client, tenant: Tenant, advance_all: Advance) -> None:
    scenes.open_text_board(tenant)
    (slug,) = scenes.models(tenant, "<script>alert(1)</script> & ]]>")
    advance_all(tenant)
    titles = _entries(client, f"/models/{slug}/feed.atom").values()
    assert "<script>alert(1)</script> & ]]> registered" in titles


@pytest.mark.parametrize("path", ["/boards/nothing/feed.atom", "/models/nothing/feed.atom"])
def test_unknown_things_have_no_feed(client: Client, tenant: Tenant, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_run_is_told_when_it_is_published_and_when_it_is_taken_back(
    client: Client, tenant: Tenant, advance_all: Advance
) -> None:
    scenes.open_text_board(tenant)
    private = measured(tenant, tokens_per_second=40)
    run_id = published(tenant, tokens_per_second=50)
    advance_all(tenant)
    titles = list(_entries(client, "/boards/text/feed.atom").values())
    assert len([title for title in titles if title.endswith(" published")]) == 1

    retract_run(tenant=tenant, run_id=run_id, reason="wrong clock", actor=runs.ACTOR)
    advance_all(tenant)
    feed = client.get("/boards/text/feed.atom").content.decode()
    assert "taken back" in feed
    assert "wrong clock" in feed
    assert str(private) not in feed


@pytest.mark.django_db(transaction=True)
def test_more_news_are_no_more_queries(
    client: Client, tenant: Tenant, league: list[str], advance_all: Advance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(news, "LARGE_MOVE_ELO", 0)
    reads: list[str] = []
    rows = reader._rows

    def read(sql: str, parameters: tuple[Any, ...]) -> list[reader.StoredEvent]:
        reads.append(sql)
        return rows(sql, parameters)

    monkeypatch.setattr(reader, "_rows", read)
    counted = []
    for rounds in (1, 4):
        for number in range(rounds):
            place = register_deployment(
                tenant=tenant, model_slug=league[0], quantization=f"Q{rounds}{number}", actor="test"
            )
            enter_contestant(tenant=tenant, board="text", deployment_slug=place, actor="test")
            retire_contestant(
                tenant=tenant, board="text", deployment_slug=place, reason="slow", actor="test"
            )
            published(tenant, tokens_per_second=50 + number)
            scenes.vote(tenant, league[3], league[0])
            advance_all(tenant)
        reads.clear()
        with CaptureQueriesContext(connection) as asked:
            titles = _entries(client, "/boards/text/feed.atom").values()
        counted.append(len(asked) + len(reads))
    assert len([title for title in titles if title.endswith("leaves battles")]) == 5
    assert len([title for title in titles if title.endswith("published")]) == 5
    assert len([title for title in titles if " Elo to " in title]) == 5
    assert counted[0] == counted[1]
