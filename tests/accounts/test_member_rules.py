"""Who may give, change and take which role."""

import threading

import pytest
from django.db import connection

from arena.accounts.commands import add_member, change_role, join, remove_member
from arena.accounts.models import Membership, Role
from arena.accounts.queries import role_of
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson


def test_only_owners_and_administrators_manage_members(
    tenant: Tenant, make_person: MakePerson
) -> None:
    new = make_person("new")
    for role in (Role.MODERATOR, Role.RUNNER_OWNER, Role.MEMBER):
        giver = make_person(f"giver-{role}", role, tenant)
        with pytest.raises(DomainError, match="Only owners and administrators"):
            add_member(tenant=tenant, user=new, role=Role.MEMBER, by=giver)
    stranger = make_person("stranger")
    with pytest.raises(DomainError, match="Only owners and administrators"):
        add_member(tenant=tenant, user=new, role=Role.MEMBER, by=stranger)
    assert role_of(tenant=tenant, user=new) is None


def test_an_administrator_of_one_arena_is_nobody_in_another(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson
) -> None:
    admin = make_person("admin", Role.ADMIN, tenant)
    new = make_person("new")
    with pytest.raises(DomainError):
        add_member(tenant=other_tenant, user=new, role=Role.MEMBER, by=admin)


def test_only_owners_make_owners_and_change_owners(tenant: Tenant, make_person: MakePerson) -> None:
    owner = make_person("owner", Role.OWNER, tenant)
    admin = make_person("admin", Role.ADMIN, tenant)
    member = make_person("member", Role.MEMBER, tenant)
    with pytest.raises(DomainError, match="Only an owner can make"):
        change_role(tenant=tenant, user=member, role=Role.OWNER, by=admin)
    with pytest.raises(DomainError, match="Only an owner can make"):
        change_role(tenant=tenant, user=admin, role=Role.OWNER, by=admin)
    with pytest.raises(DomainError, match="Only an owner can change or remove"):
        change_role(tenant=tenant, user=owner, role=Role.MEMBER, by=admin)
    with pytest.raises(DomainError, match="Only an owner can change or remove"):
        remove_member(tenant=tenant, user=owner, by=admin)
    change_role(tenant=tenant, user=member, role=Role.ADMIN, by=admin)
    change_role(tenant=tenant, user=admin, role=Role.OWNER, by=owner)
    assert role_of(tenant=tenant, user=member) == Role.ADMIN
    assert role_of(tenant=tenant, user=admin) == Role.OWNER


def test_nobody_raises_themselves(tenant: Tenant, make_person: MakePerson) -> None:
    for role in (Role.MODERATOR, Role.RUNNER_OWNER, Role.MEMBER):
        person = make_person(f"person-{role}", role, tenant)
        with pytest.raises(DomainError):
            change_role(tenant=tenant, user=person, role=Role.ADMIN, by=person)
        assert role_of(tenant=tenant, user=person) == role


def test_the_last_owner_stays(tenant: Tenant, make_person: MakePerson) -> None:
    owner = make_person("owner", Role.OWNER, tenant)
    for by in (owner, None):
        with pytest.raises(DomainError, match="only owner"):
            remove_member(tenant=tenant, user=owner, by=by)
        with pytest.raises(DomainError, match="only owner"):
            change_role(tenant=tenant, user=owner, role=Role.ADMIN, by=by)
    second = make_person("second", Role.OWNER, tenant)
    remove_member(tenant=tenant, user=owner, by=owner)
    assert role_of(tenant=tenant, user=second) == Role.OWNER
    assert role_of(tenant=tenant, user=owner) is None


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_step_down_at_once_leave_one(
    tenant: Tenant, make_person: MakePerson
) -> None:
    owners = [make_person(f"owner-{n}", Role.OWNER, tenant) for n in range(6)]
    barrier = threading.Barrier(len(owners))
    refused: list[str] = []

    def step_down(position: int) -> None:
        try:
            barrier.wait()
            remove_member(tenant=tenant, user=owners[position], by=owners[position])
        except DomainError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=(n,)) for n in range(len(owners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.filter(tenant=tenant, role=Role.OWNER).count() == 1
    assert len(refused) == 1


def test_adding_a_member_twice_changes_nothing(tenant: Tenant, make_person: MakePerson) -> None:
    person = make_person("person", Role.MEMBER, tenant)
    add_member(tenant=tenant, user=person, role=Role.MEMBER, by=None)
    with pytest.raises(DomainError, match="already is member"):
        add_member(tenant=tenant, user=person, role=Role.ADMIN, by=None)
    assert Membership.objects.filter(tenant=tenant).count() == 1


def test_public_arenas_can_be_joined_and_private_ones_cannot(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson
) -> None:
    person = make_person("person")
    join(tenant=tenant, user=person)
    with pytest.raises(DomainError, match="by invitation only"):
        join(tenant=other_tenant, user=person)
    assert role_of(tenant=tenant, user=person) == Role.MEMBER
    admin = make_person("admin", Role.ADMIN, tenant)
    join(tenant=tenant, user=admin)
    assert role_of(tenant=tenant, user=admin) == Role.ADMIN
