"""A visitor stays one voter while signing in, and deleting one's data leaves nothing behind."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.accounts.commands import close_account
from arena.accounts.models import User
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from tests.pages import battle_scene as scene
from voting import queries, voters
from voting.access import follower_tenant

AdvanceAll = Callable[[Tenant], None]


@pytest.fixture(autouse=True)
def _contestants(tenant: Tenant, advance_all: AdvanceAll) -> None:
    scene.contestants(tenant)
    advance_all(tenant)


def sign_in(client: Client) -> User:
    person = User.objects.create_user("voter@example.org")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def cookies(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def test_whoever_signs_in_while_answers_come_can_still_follow_and_vote(tenant: Tenant) -> None:
    client, voter = scene.browser(tenant)
    battle_id = scene.answered(tenant, voter)
    sign_in(client)

    follows = follower_tenant(
        tenant_slug=None, host="testserver", cookie_header=cookies(client), battle_id=battle_id
    )
    response = client.post(f"/battle/{battle_id}/vote/", {"winner": "tie"})

    assert follows == tenant
    assert response.status_code == 303
    cast = queries.battle(tenant=tenant, battle_id=battle_id).vote
    assert cast is not None
    assert cast.voter == voter


def test_another_browser_of_the_same_person_does_not_get_the_first_ones_battles(
    tenant: Tenant,
) -> None:
    client, voter = scene.browser(tenant)
    battle_id = scene.answered(tenant, voter)
    person = sign_in(client)
    elsewhere = Client()
    elsewhere.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    assert elsewhere.get(f"/battle/{battle_id}/").status_code == 404


def test_deleting_while_signed_in_also_blanks_what_the_browser_began_before(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    client, browser = scene.browser(tenant)
    before = scene.voted(tenant, browser)
    person = sign_in(client)
    account = voters.voter_of(tenant=tenant, user=person, cookies={})
    assert account is not None
    after = scene.voted(tenant, account)
    advance_all(tenant)

    client.post("/my/erase/", {"sure": "yes"})

    for battle_id in (before, after):
        texts = queries.conversation(tenant=tenant, battle_id=battle_id).turns[0]
        assert (texts.prompt, texts.answer_a, texts.answer_b) == (None, None, None)


@pytest.mark.django_db(transaction=True)
def test_closing_the_account_blanks_what_its_owner_wrote_in_every_arena(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    second = open_tenant(slug="second", name="Second", is_public=True)
    scene.contestants(second)
    advance_all(second)
    person = User.objects.create_user("voter@example.org")
    written = []
    for arena in (tenant, second):
        voter = voters.voter_of(tenant=arena, user=person, cookies={})
        assert voter is not None
        # The list of battles has not heard of it yet.
        written.append((arena, scene.voted(arena, voter)))

    close_account(user=person)

    for arena, battle_id in written:
        texts = queries.conversation(tenant=arena, battle_id=battle_id).turns[0]
        assert (texts.prompt, texts.answer_a, texts.answer_b) == (None, None, None)


def test_deleting_in_one_arena_does_not_take_away_the_way_to_delete_in_another(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    second = open_tenant(slug="second", name="Second", is_public=True)
    scene.contestants(second)
    advance_all(second)
    client, _ = scene.browser(tenant)
    _, elsewhere = voters.new_voter(tenant=second)
    client.cookies[voters.cookie_name(second)] = elsewhere
    (voter,) = voters.voters_of(
        tenant=second, user=None, cookies={voters.cookie_name(second): elsewhere}
    )
    battle_id = scene.voted(second, voter)
    advance_all(second)

    client.post("/my/erase/", {"sure": "yes"})
    assert client.get(f"/t/second/battle/{battle_id}/").status_code == 200
    client.post("/t/second/my/erase/", {"sure": "yes"})

    assert queries.conversation(tenant=second, battle_id=battle_id).turns[0].prompt is None


def test_number_of_one_arena_names_nobody_in_another(tenant: Tenant, other_tenant: Tenant) -> None:
    _, cookie = voters.new_voter(tenant=tenant)
    kept = {voters.cookie_name(tenant): cookie}

    assert voters.voters_of(tenant=tenant, user=None, cookies=kept)
    assert not voters.voters_of(tenant=other_tenant, user=None, cookies=kept)
    forged = {voters.cookie_name(tenant): cookie[:-1] + ("A" if cookie[-1] != "A" else "B")}
    assert not voters.voters_of(tenant=tenant, user=None, cookies=forged)
