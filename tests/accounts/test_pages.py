"""The account, members and keys pages in a browser."""

import re

import pytest
from django.test import Client

from arena.accounts.models import ApiKey, Membership, Role
from arena.accounts.queries import authenticate_key, role_of
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson, SignIn

pytestmark = pytest.mark.django_db


def test_the_anonymous_are_sent_to_sign_in(client: Client, tenant: Tenant) -> None:
    for path in ("/account/", "/account/members/", "/account/keys/", "/account/close/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/accounts/login/?next={path}"


def test_every_change_is_a_post_with_a_token(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    owner = make_person("owner", Role.OWNER, tenant)
    browser = sign_in(owner)
    some_id = owner.actor_id
    changes = [
        "join/", "leave/", f"members/{some_id}/role/", f"members/{some_id}/remove/",
        "invitations/", f"invitations/{some_id}/resend/", f"invitations/{some_id}/revoke/",
        f"keys/{some_id}/revoke/",
    ]  # fmt: skip
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    for path in changes:
        assert browser.get(f"/account/{path}").status_code == 405
        assert strict.post(f"/account/{path}").status_code == 403
    assert strict.post("/account/keys/").status_code == 403
    assert Membership.objects.count() == 1


def test_the_account_page_says_who_one_is(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    person = make_person("person", Role.MODERATOR, other_tenant)
    page = sign_in(person).get("/account/").content.decode()
    assert "person@example.org" in page
    assert str(person.actor_id) in page
    assert "Private arena" in page
    assert "Moderator" in page
    assert "Authenticator app: off" in page
    assert "Join Public arena" in page


def test_one_joins_and_leaves_a_public_arena(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    person = make_person("person")
    browser = sign_in(person)
    page = browser.post("/account/join/", follow=True).content.decode()
    assert "You are a member of Public arena." in page
    assert role_of(tenant=tenant, user=person) == Role.MEMBER
    page = browser.post("/account/leave/", follow=True).content.decode()
    assert "You left Public arena." in page
    assert role_of(tenant=tenant, user=person) is None


def test_leaving_a_private_arena_ends_on_a_page_that_exists(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    browser = sign_in(make_person("person", Role.MEMBER, other_tenant))
    assert browser.post("/t/demo-private/account/join/", follow=True).status_code == 200
    answer = browser.post("/t/demo-private/account/leave/", follow=True)
    assert answer.redirect_chain == [("/account/", 302)]
    assert "You left Private arena." in answer.content.decode()


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.RUNNER_OWNER, Role.MODERATOR])
def test_the_members_page_is_for_those_who_manage(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn, role: Role | None
) -> None:
    make_person("owner", Role.OWNER, tenant)
    victim = make_person("victim", Role.MEMBER, tenant)
    browser = sign_in(make_person("person", role, tenant))
    page = browser.get("/account/members/")
    assert page.status_code == 403
    assert "victim@example.org" not in page.content.decode()
    path = f"/account/members/{victim.actor_id}"
    assert browser.post(f"{path}/role/", {"role": "owner"}).status_code == 403
    assert browser.post(f"{path}/remove/").status_code == 403
    assert role_of(tenant=tenant, user=victim) == Role.MEMBER


def test_owners_change_roles_and_remove_members(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    browser = sign_in(make_person("owner", Role.OWNER, tenant))
    person = make_person("person", Role.MEMBER, tenant)
    path = f"/account/members/{person.actor_id}"
    page = browser.post(f"{path}/role/", {"role": "moderator"}, follow=True).content.decode()
    assert "person@example.org is moderator now." in page
    assert role_of(tenant=tenant, user=person) == Role.MODERATOR
    page = browser.post(f"{path}/role/", {"role": "emperor"}, follow=True).content.decode()
    assert "Choose one of the roles" in page
    page = browser.post(f"{path}/remove/", follow=True).content.decode()
    assert "person@example.org is no member any more." in page
    assert role_of(tenant=tenant, user=person) is None
    assert browser.post(f"{path}/remove/").status_code == 404


def test_the_rules_of_roles_are_said_in_words(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    owner = make_person("owner", Role.OWNER, tenant)
    admin = sign_in(make_person("admin", Role.ADMIN, tenant))
    path = f"/account/members/{owner.actor_id}"
    page = admin.post(f"{path}/remove/", follow=True).content.decode()
    assert "Only an owner can change or remove an owner." in page
    page = sign_in(owner).post(f"{path}/remove/", follow=True).content.decode()
    assert "only owner of Public arena" in page


def test_a_member_of_another_arena_is_not_found(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    browser = sign_in(make_person("owner", Role.OWNER, tenant))
    foreign = make_person("foreign", Role.MEMBER, other_tenant)
    path = f"/account/members/{foreign.actor_id}"
    assert browser.post(f"{path}/role/", {"role": "owner"}).status_code == 404
    assert browser.post(f"{path}/remove/").status_code == 404
    assert role_of(tenant=other_tenant, user=foreign) == Role.MEMBER


def test_fields_that_are_not_asked_for_are_ignored(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    person = make_person("person")
    form = {"role": "owner", "tenant": other_tenant.pk, "user": person.pk, "is_public": "1"}
    sign_in(person).post("/account/join/", form)
    assert role_of(tenant=tenant, user=person) == Role.MEMBER
    assert role_of(tenant=other_tenant, user=person) is None


def test_a_key_is_shown_once(tenant: Tenant, make_person: MakePerson, sign_in: SignIn) -> None:
    browser = sign_in(make_person("person", Role.MEMBER, tenant))
    form = {"name": "ci", "scopes": ["read", "vote"], "expires": "30"}
    answer = browser.post("/account/keys/", form)
    assert "no-store" in answer.headers["Cache-Control"]
    match = re.search(r"ak_live_[0-9A-Za-z]{43}", answer.content.decode())
    assert match
    info = authenticate_key(tenant=tenant, raw=match[0])
    assert info is not None
    assert info.scopes == {"read", "vote"}
    key = ApiKey.objects.get()
    assert key.expires_at is not None
    assert 29 <= (key.expires_at - key.created_at).days <= 30
    page = browser.get("/account/keys/").content.decode()
    assert match[0] not in page
    assert match[0][:14] in page
    page = browser.post(f"/account/keys/{key.pk}/revoke/", follow=True).content.decode()
    assert "The key is revoked." in page
    assert match[0][:14] not in page
    assert authenticate_key(tenant=tenant, raw=match[0]) is None


def test_the_keys_page_offers_and_takes_allowed_scopes_only(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    browser = sign_in(make_person("person", Role.MEMBER, tenant))
    page = browser.get("/account/keys/").content.decode()
    assert 'value="vote"' in page
    assert 'value="admin"' not in page
    answer = browser.post("/account/keys/", {"name": "x", "scopes": ["admin"], "expires": ""})
    assert answer.status_code == 400
    assert "admin is not one of the available choices" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_members_see_their_own_keys_and_administrators_all(
    tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    first = sign_in(make_person("first", Role.MEMBER, tenant))
    second = sign_in(make_person("second", Role.MEMBER, tenant))
    admin = sign_in(make_person("admin", Role.ADMIN, tenant))
    first.post("/account/keys/", {"name": "first-key", "scopes": ["read"], "expires": ""})
    key = ApiKey.objects.get()
    assert "first-key" not in second.get("/account/keys/").content.decode()
    second.post(f"/account/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is None
    assert "first-key" in admin.get("/account/keys/").content.decode()
    admin.post(f"/account/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None
