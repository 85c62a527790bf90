"""Every fit is kept, can be made again from the log, and is not made twice of the same votes."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks.commands import register_model
from leaderboards.board_fit import ratings_digest
from leaderboards.history import fit_as_of, fits
from leaderboards.models import RatingFit
from leaderboards.queries import board_table
from tests import battles
from tests.leaderboards import scenes
from voting.commands import set_rating_policy
from voting.events import RatingPolicySet, Winner

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


def fit_ratings(*arguments: str) -> dict[str, Any]:
    printed = StringIO()
    call_command("fit_ratings", *arguments, "--json", stdout=printed)
    result: dict[str, Any] = json.loads(printed.getvalue())
    return result


def test_the_command_prints_ratings_intervals_counts_and_seconds(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    printed = fit_ratings("--board", "text")
    assert [row["model"] for row in printed["ratings"]] == slugs
    best = printed["ratings"][0]
    assert best["lower"] < best["rating"] < best["upper"]
    assert (best["votes"], best["tier"], printed["vote_count"]) == (12, 1, 36)
    assert sum(row["rank_one"] for row in printed["ratings"]) == pytest.approx(1)
    assert 0 < printed["seconds"] < 60
    shown = board_table(tenant=tenant, board="text").rows[0]["cells"]["rating"]
    assert shown["value"] == pytest.approx(best["rating"], abs=0.005)


def test_a_stored_fit_comes_out_the_same_from_the_log(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    for number in range(6):
        scenes.vote(tenant, slugs[0], slugs[number % 3 + 1], "model_b")
        advance_all(tenant)
    stored = list(RatingFit.objects.order_by("position"))
    assert len(stored) == 7
    for row in stored:
        again = fit_as_of(tenant=tenant, board="text", position=row.position)
        assert (again.inputs_sha256, ratings_digest(again.fit)) == (
            row.inputs_sha256,
            row.ratings_sha256,
        )
    printed = fit_ratings("--board", "text", "--as-of", str(stored[2].position))
    assert printed["inputs_sha256"] == stored[2].inputs_sha256
    assert printed["ratings_sha256"] == stored[2].ratings_sha256


def test_votes_of_battles_come_out_the_same_on_every_part_of_the_board(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    battles.contest(tenant, ["Alpha", "Beta", "Gamma"], developers=["One", "One", "Two"])
    advance_all(tenant)
    winners: list[Winner] = ["model_a", "model_b", "tie", "both_bad", "model_b", "model_a"]
    for number in range(18):
        battles.voted(
            tenant,
            winners[number % 6],
            prompt="Write a Python function that adds two numbers.",
            a="# Head\n\n- one\n- two\n" * (number % 3),
            b="**bold** and plain words " * (number % 4 + 1),
        )
    advance_all(tenant)
    head = log_head(tenant=tenant).position
    for board in ("text", "text--code"):
        row = RatingFit.objects.get(board=board)
        again = fit_as_of(tenant=tenant, board=board, position=head)
        assert again.inputs_sha256 == row.inputs_sha256
        assert again.is_style_controlled
    report = board_table(tenant=tenant, board="text").report
    named = {row["name"] for row in report["coefficients"] + report["refused_terms"]}
    assert named == {"side", "same maker", "length", "headers", "lists", "bold"}


def test_events_that_change_nothing_on_a_board_make_no_fit(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.league(tenant)
    first, second, *_ = scenes.league(tenant, board="code")
    advance_all(tenant)
    scenes.vote(tenant, first, second, board="code")
    advance_all(tenant)
    assert RatingFit.objects.filter(board="text").count() == 1
    assert RatingFit.objects.filter(board="code").count() == 2
    head = log_head(tenant=tenant).position
    assert board_table(tenant=tenant, board="text").position == head


def test_a_new_name_of_a_model_is_on_the_board_though_no_vote_came(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    register_model(tenant=tenant, name=slugs[0], developer="A maker", actor="test")
    advance_all(tenant)
    assert board_table(tenant=tenant, board="text").position == log_head(tenant=tenant).position


def test_another_policy_is_another_fit_and_the_old_one_stays_as_it_was(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    slugs = scenes.league(tenant)
    for _ in range(3):
        scenes.vote(tenant, slugs[0], slugs[1], "tie")
    advance_all(tenant)
    before = log_head(tenant=tenant).position
    with_ties = fit_ratings("--board", "text")
    set_rating_policy(
        tenant=tenant,
        policy=RatingPolicySet(
            board="text",
            ties="exclude",
            both_bad="exclude",
            reweight_below=20,
            preliminary_below=20,
            reason="a trial",
        ),
        actor="test",
    )
    advance_all(tenant)
    without = fit_ratings("--board", "text")
    assert (with_ties["vote_count"], without["vote_count"]) == (39, 36)
    assert without["settings"]["reweight_below"] == 20
    # The two in the middle have 24 votes, those at the ends 12.
    assert [row["tier"] is None for row in without["ratings"]] == [True, False, False, True]
    sections = {row["model"]["slug"]: row["section"] for row in board_table(
        tenant=tenant, board="text").rows}  # fmt: skip
    assert [sections[slug] for slug in slugs] == ["preliminary", "rated", "rated", "preliminary"]
    again = fit_ratings("--board", "text", "--as-of", str(before))
    assert again["ratings_sha256"] == with_ties["ratings_sha256"]


def test_the_history_page_says_who_moved_and_gives_the_digests(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant)
    advance_all(tenant)
    scenes.vote(tenant, slugs[3], slugs[2])
    advance_all(tenant)
    newest, first = fits(tenant=tenant, board="text", before=None, limit=10)
    assert {move.model for move in newest.moves} == set(slugs)
    assert first.moves == []
    page = client.get("/boards/text/history/").content.decode()
    assert newest.inputs_sha256 in page
    assert first.ratings_sha256 in page
    assert client.get("/boards/nothing/history/").status_code == 404
    assert client.get("/boards/text/history/?before=x").status_code == 400


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--board", "nothing"], "no board had the slug 'nothing'"),
        (["--board", "text", "--as-of", "100000"], "want a position from 1 to"),
        (["--board", "text", "--reweight-below", "-3"], "reweight_below is -3"),
        (["--board", "text", "--tenant", "nobody"], "no tenant has the slug 'nobody'"),
    ],
)
def test_the_command_refuses_what_it_cannot_fit(
    tenant: Tenant, advance_all: AdvanceAll, arguments: list[str], message: str
) -> None:
    scenes.league(tenant)
    with pytest.raises(CommandError, match=message):
        fit_ratings(*arguments)
