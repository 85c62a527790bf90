"""A board of the past, computed from the log, is the one that a live reader saw then."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.commands import register_model
from tests import battles
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published
from voting.commands import set_rating_policy
from voting.events import RatingPolicySet

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
Seen = dict[int, bytes]


@pytest.fixture(autouse=True)
def _as_often_as_wanted(settings: Settings) -> None:
    settings.ARENA_RATE_ANONYMOUS = 1_000_000


def _look(client: Client, tenant: Tenant, seen: Seen, *, board: str = "text") -> None:
    """Keep what a live reader gets now."""
    body = client.get(f"/api/v1/boards/{board}/rows?limit=200")
    assert body.status_code == 200
    assert body.json()["position"] == log_head(tenant=tenant).position
    seen[body.json()["position"]] = body.content


def _compare(client: Client, seen: Seen, *, board: str = "text") -> None:
    for position, content in seen.items():
        again = client.get(f"/api/v1/boards/{board}/rows?limit=200&as_of={position}")
        assert again.content == content, position
    assert len(set(seen.values())) == len(seen) > 2


def test_votes_names_rules_and_claims_come_back_byte_for_byte(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    seen: Seen = {}
    slugs = scenes.league(tenant)
    places = [scenes.deployment(tenant, slug) for slug in slugs[:2]]
    outsider = scenes.deployment(tenant, scenes.models(tenant, "Outsider")[0])
    policy = RatingPolicySet(
        board="text", ties="exclude", both_bad="exclude", reweight_below=20,
        preliminary_below=20, reason="a trial",
    )  # fmt: skip
    steps: list[Callable[[], object]] = [
        lambda: scenes.vote(tenant, slugs[3], slugs[0]),
        lambda: scenes.claim(tenant, places[0], "decode_tokens_per_second", 41.25),
        lambda: scenes.claim(tenant, outsider, "elo", 1300.0),
        lambda: scenes.claim(tenant, outsider, "elo", None, note="withdrawn"),
        lambda: register_model(tenant=tenant, name=slugs[0], developer="A maker", actor="test"),
        lambda: scenes.vote(tenant, slugs[2], slugs[0], "both_bad"),
        lambda: set_rating_policy(tenant=tenant, policy=policy, actor="test"),
        lambda: scenes.vote(tenant, slugs[1], slugs[0], "tie"),
    ]
    for step in steps:
        step()
        advance_all(tenant)
        _look(client, tenant, seen)
    _compare(client, seen)


def test_runs_come_back_as_published_and_as_retracted(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    seen: Seen = {}
    scenes.open_text_board(tenant)
    advance_all(tenant)
    _look(client, tenant, seen)
    run_id = published(tenant, tokens_per_second=50)
    advance_all(tenant)
    _look(client, tenant, seen)
    published(tenant, tokens_per_second=70)
    advance_all(tenant)
    _look(client, tenant, seen)
    commands.retract_run(tenant=tenant, run_id=run_id, reason="a wrong clock", actor="test")
    advance_all(tenant)
    _look(client, tenant, seen)
    _compare(client, seen)


def test_battles_come_back_on_the_board_and_on_its_parts(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    battles.contest(tenant, ["Alpha", "Beta", "Gamma"], developers=["One", "One", "Two"])
    advance_all(tenant)
    seen: dict[str, Seen] = {"text": {}, "text--code": {}}
    for number in range(9):
        battles.voted(
            tenant,
            ("model_a", "model_b", "tie")[number % 3],
            prompt="Write a Python function that adds two numbers.",
            a="# Head\n\n- one\n- two\n" * (number % 3),
            b="**bold** and plain words " * (number % 4 + 1),
        )
        advance_all(tenant)
        for board, kept in seen.items():
            _look(client, tenant, kept, board=board)
    for board, kept in seen.items():
        _compare(client, kept, board=board)
    first = min(seen["text"])
    body = client.get(f"/boards/text/?as_of={first}").content.decode()
    assert 'All <span class="quiet">1</span>' in body
    assert f'<a href="/boards/text--code/?as_of={first}"' in body


def test_the_page_of_the_past_says_so_and_leads_to_no_later_vote(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    before = log_head(tenant=tenant).position
    scenes.vote(tenant, slugs[3], slugs[0])
    advance_all(tenant)
    page = client.get(f"/boards/text/?as_of={before}&sort=votes&q=Model")
    assert page.context["table"].vote_count == 36
    body = page.content.decode()
    assert "The past." in body
    assert 'href="/boards/text/?q=Model&amp;sort=votes">Now</a>' in body
    assert "leaderboards/live.js" not in body
    assert f"/votes/?as_of={before}" in body
    assert f"rows?as_of={before}" in body
    assert f"as_of={before}" in page.context["headers"][0]["href"]
    now = client.get("/boards/text/")
    assert now.context["table"].vote_count == 37
    assert "The past." not in now.content.decode()


def test_a_date_is_its_end_and_a_time_its_second(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    head = log_head(tenant=tenant).position
    state = client.get("/api/v1/boards/text").json()["state"]
    today = state["as_of"][:10]
    for moment in (today, f"{today}T23:59:59Z", f"{today}T23:59:59", str(head)):
        past = client.get("/api/v1/boards/text", {"as_of": moment}).json()["state"]
        assert (past["position"], past["vote_count"]) == (head, 36)


@pytest.mark.parametrize(
    "moment",
    ["0", "-1", "1", "9999999", "9" * 30, "٣", "yesterday", "2026-13-40", "1999-01-01",
     "9999-12-31", "9998-01-01T00:00", "\x00", "1e3"],
)  # fmt: skip
def test_an_impossible_moment_is_refused_with_the_range(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, moment: str
) -> None:
    scenes.models(tenant, "Early", "Earlier")
    scenes.league(tenant)
    advance_all(tenant)
    head = log_head(tenant=tenant).position
    for path in ("/boards/text/", "/api/v1/boards/text", "/api/v1/boards/text/rows"):
        refused = client.get(path, {"as_of": moment})
        assert refused.status_code == 400, path
        assert f"to {head}" in refused.content.decode(), path


def test_an_unknown_board_has_no_past(tenant: Tenant, client: Client) -> None:
    for path in ("/boards/nothing/", "/api/v1/boards/nothing/rows"):
        assert client.get(path, {"as_of": "1"}).status_code == 404


def test_the_past_is_not_computed_for_whoever_has_it(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    path = f"/api/v1/boards/text/rows?as_of={log_head(tenant=tenant).position}"
    etag = client.get(path).headers["ETag"]
    scenes.vote(tenant, slugs[0], slugs[1])
    advance_all(tenant)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_a_private_arena_shows_its_past_to_members_alone(
    other_tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    scenes.league(other_tenant)
    advance_all(other_tenant)
    head = log_head(tenant=other_tenant).position
    prefix = f"/t/{other_tenant.slug}"
    for path in ("/boards/text/", "/api/v1/boards/text", "/api/v1/boards/text/rows"):
        assert client.get(f"{prefix}{path}", {"as_of": str(head)}).status_code == 404
