"""What a voter finds under “My votes”: battles, an own board, and how to delete it all."""

from collections.abc import Callable

import pytest
from django.test import Client

import voting.queries
from arena.accounts.models import User
from arena.eventstore.reader import read_stream
from arena.tenancy.models import Tenant
from tests.pages import battle_scene as scene
from tests.pages.test_battle_pages import words
from voting import voters
from voting.events import battle_stream
from voting.personal import MIN_VOTES

AdvanceAll = Callable[[Tenant], None]


@pytest.fixture(autouse=True)
def _contestants(tenant: Tenant, advance_all: AdvanceAll) -> None:
    scene.contestants(tenant)
    advance_all(tenant)


def test_page_of_somebody_new_is_empty_and_asks_for_nothing(client: Client, tenant: Tenant) -> None:
    response = client.get("/my/")

    assert "None yet." in words(response)
    assert "Delete my data" not in words(response)
    assert response.cookies == {}


def test_own_board_says_how_many_votes_are_missing_then_stands_there(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    client, voter = scene.browser(tenant)
    for _ in range(MIN_VOTES - 1):
        scene.voted(tenant, voter, "model_a")
    advance_all(tenant)
    before = words(client.get("/my/"))
    scene.voted(tenant, voter, "tie")
    advance_all(tenant)
    after = words(client.get("/my/"))

    assert f"29 of {MIN_VOTES} votes: 1 more" in before
    assert "Share = (points + 2 m) / (battles + 2)" not in before
    assert "Share = (points + 2 m) / (battles + 2)" in after
    board = voting.queries.personal_boards(tenant=tenant, voter=voter)[0]
    assert sum(row.points for row in board.standings) == MIN_VOTES
    assert sum(row.share for row in board.standings) == pytest.approx(1)


def test_list_is_paged_and_shows_results(tenant: Tenant, advance_all: AdvanceAll) -> None:
    client, voter = scene.browser(tenant)
    scene.void(tenant, voter, "timeout")
    for _ in range(50):
        scene.started(tenant, voter)
    scene.voted(tenant, voter, "both_bad")
    advance_all(tenant)

    first, second = client.get("/my/"), client.get("/my/?page=2")

    assert first.content.decode().count('href="/battle/') == 50 + 1
    assert "both bad" in words(first)
    assert "hidden until it is closed" in words(first)
    assert "void: timeout" in words(second)
    assert client.get("/my/?page=0").status_code == 400


def test_votes_of_others_are_not_mine(tenant: Tenant, advance_all: AdvanceAll) -> None:
    client, _ = scene.browser(tenant)
    _, other = scene.browser(tenant)
    scene.voted(tenant, other)
    advance_all(tenant)

    assert "None yet." in words(client.get("/my/"))


def test_deleting_asks_once_blanks_every_text_and_forgets_the_browser(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    client, voter = scene.browser(tenant)
    battle_id = scene.voted(tenant, voter)
    advance_all(tenant)
    unsure = words(client.post("/my/erase/", follow=True))
    kept = voting.queries.conversation(tenant=tenant, battle_id=battle_id)

    response = client.post("/my/erase/", {"sure": "yes"}, follow=True)
    blanked = voting.queries.conversation(tenant=tenant, battle_id=battle_id)

    assert "Nothing was deleted: tick the box" in unsure
    assert kept.turns[0].prompt == "Why is the sky blue?"
    assert "3 texts deleted. Your votes stay, without you." in words(response)
    assert (blanked.turns[0].prompt, blanked.turns[0].answer_a) == (None, None)
    assert client.cookies[voters.cookie_name(tenant)].value == ""
    assert "None yet." in words(response)
    events = read_stream(tenant_id=tenant.pk, stream=battle_stream(battle_id))
    assert [stored.type for stored in events][-2:] == ["VoteCast", "ContentErased"]
    advance_all(tenant)
    assert len(voting.queries.pair_counts(tenant=tenant, board="text").rows) == 1


def test_battle_without_its_texts_still_has_a_page(tenant: Tenant, advance_all: AdvanceAll) -> None:
    person = User.objects.create_user("voter@example.org")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    voter = voters.voter_of(tenant=tenant, user=person, cookies={})
    assert voter is not None
    battle_id = scene.voted(tenant, voter)
    advance_all(tenant)
    client.post("/my/erase/", {"sure": "yes"})

    page = words(client.get(f"/battle/{battle_id}/"))

    assert "– erased" in page
    assert "sky" not in page
    assert "You preferred answer A." in page
