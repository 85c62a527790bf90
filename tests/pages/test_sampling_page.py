"""Who battles on a board: public for everybody, changed by managers, with a reason."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.eventstore.queries import events_after
from arena.tenancy.models import Tenant
from tests.pages import battle_scene as scene
from tests.pages.test_battle_pages import words
from voting.queries import active_contenders

AdvanceAll = Callable[[Tenant], None]
PATH = "/boards/text/sampling/"


@pytest.fixture
def deployments(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scene.contestants(tenant)
    advance_all(tenant)
    return slugs


def signed_in(tenant: Tenant, role: Role) -> Client:
    person = User.objects.create_user(f"{role}@example.org")
    add_member(tenant=tenant, user=person, role=role, by=None)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def last_event(tenant: Tenant) -> object:
    return events_after(tenant=tenant, position=0, limit=10_000, types=None)[-1].event


def test_everybody_sees_weight_probability_votes_and_evidence(
    client: Client, tenant: Tenant, deployments: list[str], advance_all: AdvanceAll
) -> None:
    _, voter = scene.browser(tenant)
    scene.voted(tenant, voter)
    advance_all(tenant)
    response = client.get(PATH)
    page = words(response)

    for name, slug in zip(scene.NAMES, deployments, strict=True):
        assert f"{name} {slug} 1.00 100.0 1 " in page
    assert "Change who battles" not in page
    assert response.content.decode().count('href="/log/') >= 2


def test_unknown_board_and_a_part_of_one_have_no_page(
    client: Client, deployments: list[str]
) -> None:
    assert client.get("/boards/nothing/sampling/").status_code == 404
    assert client.get("/boards/text--code/sampling/").status_code == 404


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_manager_enters_reweights_and_retires_with_a_public_reason(
    tenant: Tenant, deployments: list[str], advance_all: AdvanceAll, role: Role
) -> None:
    third = scene.deployment(tenant, "Otter 1B")
    advance_all(tenant)
    client = signed_in(tenant, role)

    entered = client.post(f"{PATH}enter/", {"deployment": third, "weight": "2"}, follow=True)
    advance_all(tenant)
    assert "battles here from now on" in words(entered)
    assert f"Otter 1B {third} 2.00" in words(client.get(PATH))

    change = {"deployment": third, "weight": "0.5", "reason": "Newcomers are over.", "reweight": ""}
    client.post(f"{PATH}change/", change)
    advance_all(tenant)
    assert f"Otter 1B {third} 0.50" in words(client.get(PATH))
    assert "Newcomers are over." in words(client.get(PATH))

    retire = {"deployment": third, "reason": "Its provider closed.", "retire": ""}
    client.post(f"{PATH}change/", retire)
    advance_all(tenant)
    page = words(client.get(PATH))
    assert "Retired" in page
    assert "Its provider closed." in page
    assert third not in {one.deployment for one in active_contenders(tenant=tenant, board="text")}


def test_change_without_a_reason_or_weight_is_refused(
    tenant: Tenant, deployments: list[str]
) -> None:
    client = signed_in(tenant, Role.OWNER)
    before = last_event(tenant)

    silent = client.post(f"{PATH}change/", {"deployment": deployments[0], "retire": ""})
    weightless = client.post(
        f"{PATH}change/", {"deployment": deployments[0], "reason": "why", "reweight": ""}
    )
    heavy = client.post(f"{PATH}enter/", {"deployment": deployments[0], "weight": "1000"})

    assert [silent.status_code, weightless.status_code, heavy.status_code] == [422, 409, 422]
    assert "Give the weight that it shall have." in words(weightless)
    assert last_event(tenant) == before


def test_members_and_strangers_change_nothing(tenant: Tenant, deployments: list[str]) -> None:
    change = {"deployment": deployments[0], "reason": "why", "retire": ""}

    assert signed_in(tenant, Role.MEMBER).post(f"{PATH}change/", change).status_code == 403
    assert Client().post(f"{PATH}change/", change).status_code == 302
    assert len(active_contenders(tenant=tenant, board="text")) == 2
