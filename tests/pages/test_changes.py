"""What moved on a board between two moments, and why; as a page and as JSON."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.queries import scores
from leaderboards import causes
from tests import battles
from tests.benchmarks.scores import score, state
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published
from tests.leaderboards.test_past_records import price
from voting.commands import enter_contestant, recategorise_vote, set_rating_policy
from voting.events import RatingPolicySet, Winner

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
PAGE = "/boards/text/changes/"


def changes(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/boards/text/changes", query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def why(body: dict[str, Any], key: str) -> dict[str, int]:
    (row,) = [row for row in body["rows"] if row["key"] == key]
    return {cause["name"]: cause["count"] for cause in row["causes"]}


def test_rows_tiers_ratings_and_cells_with_the_events_that_moved_them(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant)
    bought = commands.register_deployment(
        tenant=tenant, model_slug=slugs[1], operator="A cloud", actor="test"
    )
    scenes.vote(tenant, slugs[0], slugs[3])
    advance_all(tenant)
    start = log_head(tenant=tenant).position
    positions = [scenes.vote(tenant, slugs[3], slugs[0]) for _ in range(4)]
    (newcomer,) = scenes.models(tenant, "Newcomer")
    scenes.vote(tenant, newcomer, slugs[0])
    scenes.vote(tenant, slugs[0], newcomer)
    price(tenant, bought, 4, timezone.now().date())
    policy = RatingPolicySet(
        board="text", ties="exclude", both_bad="exclude", reweight_below=None,
        preliminary_below=1, reason="a trial",
    )  # fmt: skip
    set_rating_policy(tenant=tenant, policy=policy, actor="test")
    advance_all(tenant)
    middle = log_head(tenant=tenant).position
    body = changes(client, **{"from": start})
    assert (body["before"]["position"], body["after"]["position"]) == (start, middle)
    assert body["after"]["vote_count"] - body["before"]["vote_count"] == 6
    rows = {row["key"]: row for row in body["rows"]}
    assert rows[f"model:{newcomer}"]["kind"] == "entered"
    best = rows[f"model:{slugs[0]}"]
    assert (best["kind"], best["votes"]) == ("changed", 6)
    assert best["rating_after"] < best["rating_before"]
    assert why(body, f"model:{slugs[0]}") == {"vote": 6}
    assert why(body, f"model:{slugs[3]}") == {"vote": 4}
    (votes,) = rows[f"model:{slugs[3]}"]["causes"]
    assert votes["positions"] == positions[-causes.NEWEST :]
    assert why(body, f"deployment:{bought}") == {"price list": 1}
    cells = {cell["column"]: cell for cell in rows[f"deployment:{bought}"]["cells"]}
    assert cells["output_usd_per_million_tokens"]["before"] == "– not stated"
    assert cells["output_usd_per_million_tokens"]["after"].startswith("4")
    assert [cause["name"] for cause in body["causes"]] == ["rules of the ratings set"]
    page = client.get(f"{PAGE}?from={start}&to={middle}")
    assert page.status_code == 200
    body_text = page.content.decode()
    assert "entered" in body_text
    assert "4 × vote" in body_text
    assert f"/cells/deployment:{bought}/output_usd_per_million_tokens/?as_of={middle}" in body_text
    history = client.get("/boards/text/history/").content.decode()
    assert "+6 votes, rules set" in history
    assert f"changes/?from={start}&amp;to=" in history


def test_a_run_brings_a_row_and_takes_it_along(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    scenes.open_text_board(tenant)
    advance_all(tenant)
    start = log_head(tenant=tenant).position
    run_id = published(tenant, tokens_per_second=50)
    advance_all(tenant)
    middle = log_head(tenant=tenant).position
    commands.retract_run(tenant=tenant, run_id=run_id, reason="a wrong clock", actor="test")
    advance_all(tenant)
    (come,) = changes(client, **{"from": start, "to": middle})["rows"]
    (gone,) = changes(client, **{"from": middle})["rows"]
    assert (come["kind"], gone["kind"]) == ("entered", "left")
    assert "run published" in {cause["name"] for cause in come["causes"]}
    assert {cause["name"] for cause in gone["causes"]} == {"run retracted"}


def test_a_vote_filed_anew_leaves_one_board_and_joins_another(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    battles.contest(tenant, ["Alpha", "Beta"])
    advance_all(tenant)
    winners: tuple[Winner, ...] = ("model_a", "model_b", "tie")
    ids = [
        battles.voted(tenant, winner, prompt="Write a Python function that adds two numbers.")
        for winner in winners
    ]
    advance_all(tenant)
    start = log_head(tenant=tenant).position
    recategorise_vote(
        tenant=tenant, battle_id=ids[0], categories=[], language=None, actor="moderator"
    )
    advance_all(tenant)
    found = causes.causes(
        tenant=tenant, board="text--code", after=start, until=log_head(tenant=tenant).position
    )
    assert {cause.name for named in found.of_model.values() for cause in named} == {
        "vote filed off this board"
    }
    assert changes(client, **{"from": start})["rows"] == []
    assert "nothing reads differently" in client.get(PAGE, {"from": start}).content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "yesterday"}, "from=yesterday"),
        ({"from": "0"}, "from=0"),
        ({"to": "9999999"}, "to=9999999"),
        ({"from": "HEAD", "to": "3"}, "after to=3"),
        ({"from": "3"}, "2 are looked through"),
    ],
)
def test_moments_that_cannot_be_compared_are_refused(
    tenant: Tenant,
    advance_all: AdvanceAll,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    query: dict[str, str],
    said: str,
) -> None:
    scenes.league(tenant, size=2)
    advance_all(tenant)
    head = str(log_head(tenant=tenant).position)
    query = {name: head if text == "HEAD" else text for name, text in query.items()}
    monkeypatch.setattr(causes, "SPAN_MAX", 2)
    for path in (PAGE, "/api/v1/boards/text/changes"):
        refused = client.get(path, query)
        assert refused.status_code == 400
        assert said in refused.content.decode()
    assert client.get("/boards/nothing/changes/").status_code == 404
    assert client.get("/api/v1/boards/nothing/changes").status_code == 404


def test_scores_registrations_and_battles_are_named_as_what_moved_a_row(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    first, second = scenes.league(tenant, size=2)
    place = scenes.deployment(tenant, first)
    advance_all(tenant)
    start = log_head(tenant=tenant).position

    def since_start() -> dict[str, Any]:
        advance_all(tenant)
        return changes(client, **{"from": start})

    state(tenant, score(place), score(None, model_slug=second))
    stated = "score on a suite stated"
    body = since_start()
    assert why(body, f"deployment:{place}") == why(body, f"model:{second}") == {stated: 1}
    start = log_head(tenant=tenant).position
    for one in scores(tenant=tenant):
        commands.retract_score(
            tenant=tenant, score_id=one.score_id, reason="wrong weights", actor="test"
        )
    body = since_start()
    taken_back = {"score on a suite taken back": 1}
    assert why(body, f"deployment:{place}") == why(body, f"model:{second}") == taken_back
    page = client.get(PAGE, {"from": start}).content.decode()
    assert "1 × score on a suite taken back" in page
    assert "nothing of its own" not in page
    start = log_head(tenant=tenant).position
    new = commands.register_deployment(
        tenant=tenant, model_slug=second, operator="A cloud", actor="test"
    )
    body = since_start()
    rows = {row["key"]: row["kind"] for row in body["rows"]}
    assert rows == {f"model:{second}": "left", f"deployment:{new}": "entered"}
    assert all(why(body, key) == {"deployment registered": 1} for key in rows)
    start = log_head(tenant=tenant).position
    enter_contestant(tenant=tenant, board="text", deployment_slug=new, actor="test")
    assert why(since_start(), f"deployment:{new}") == {
        "deployment entered the battles of a board": 1
    }


def test_links_of_the_page_keep_the_day_on_which_each_board_was_read(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant, size=2)
    bought = commands.register_deployment(
        tenant=tenant, model_slug=slugs[1], operator="A cloud", actor="test"
    )
    now = timezone.now()
    price(tenant, bought, 4, now.date())
    price(tenant, bought, 2, now.date() + timedelta(days=2))
    advance_all(tenant)
    head = log_head(tenant=tenant).position
    later = now + timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    advance_all(tenant)
    pinned = f"{head}@{later.date()}"
    answer = client.get(PAGE, {"from": head})
    page = answer.content.decode()
    assert f'<a href="/boards/text/?as_of={head}">' in page
    assert f'<a href="/boards/text/?as_of={pinned}">' in page
    assert f"/output_usd_per_million_tokens/?as_of={pinned}" in page
    assert f"/api/v1/boards/text/changes?from={head}&amp;to={pinned}" in page
    twin = changes(client, **{"from": head, "to": pinned})
    assert (twin["before"]["moment"], twin["after"]["moment"]) == (str(head), pinned)
    assert [row["key"] for row in twin["rows"]] == [f"deployment:{bought}"]
    assert twin["rows"][0]["causes"] == []
    past = client.get("/boards/text/", {"as_of": pinned}).content.decode()
    assert f'<a href="/boards/text/changes/?from={pinned}">What has changed since</a>' in past
    assert "nothing reads differently" in client.get(PAGE, {"from": pinned}).content.decode()
    backwards = client.get(PAGE, {"from": pinned, "to": str(head)})
    assert backwards.status_code == 400
    assert "Give the earlier moment as from" in backwards.content.decode()


def test_a_moment_alone_is_compared_with_the_day_before_it(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant, size=2)
    advance_all(tenant)
    head = log_head(tenant=tenant).position
    opened = changes(client, to=head)["before"]["position"]
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=5))
    assert changes(client, to=head)["before"]["position"] == opened < head
    later = (now + timedelta(days=3)).date().isoformat()
    assert changes(client, to=later)["before"]["position"] == head
    assert client.get(PAGE, {"to": str(head)}).status_code == 200
